// A lesson, solved start to end in each language by its own commands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture, prompt, visit } from './support.mjs';

const LANGUAGES = {
  ko: { locale: 'ko-KR', type: '터미널에 입력하기', solved: '레슨을 다 풀었어요' },
  en: { locale: 'en-US', type: 'Type it into the terminal', solved: 'Lesson solved' },
};

for (const [language, { locale, type, solved }] of Object.entries(LANGUAGES)) {
  test(`the first lesson is solved (${language})`, async (t) => {
    const { page } = await visit(t, { locale });
    await prompt(page);
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    assert.ok(await page.locator('.terminal-host textarea').evaluate((area) => area === document.activeElement));
    // A container that is to stop takes its half minute.
    await page.getByText('10×', { exact: true }).click();
    const steps = page.locator('.step');
    assert.ok((await steps.count()) >= 3);
    for (let index = 0; index < (await steps.count()); index += 1) {
      const step = steps.nth(index);
      const commands = step.getByRole('button', { name: type });
      for (let command = 0; command < (await commands.count()); command += 1) {
        await commands.nth(command).click();
        await page.waitForTimeout(700);
      }
      await page.locator(`.step:nth-child(${index + 1}).is-done`).waitFor({ timeout: 90_000 });
    }
    await page.getByRole('heading', { name: solved }).waitFor();
    await picture(page, `solved-${language}`);
  });
}

test('the language changes without a reload', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  const english = await page.locator('.lesson-title').textContent();
  await page.getByRole('button', { name: '한국어' }).click();
  await page.waitForFunction((before) => document.querySelector('.lesson-title').textContent !== before, english);
  assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
  await page.getByRole('button', { name: 'English' }).click();
  await page.waitForFunction((before) => document.querySelector('.lesson-title').textContent === before, english);
});
