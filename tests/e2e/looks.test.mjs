// Every size, theme and language: nothing overflows, axe finds nothing grave; pictures are left to be looked at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIZES, accessible, picture, prompt, visit } from './support.mjs';
import { line } from './terminal.mjs';

const LOOKS = [
  ['desktop', 'en-US', 'light'],
  ['desktop', 'ko-KR', 'dark'],
  ['tablet', 'ko-KR', 'light'],
  ['tablet', 'en-US', 'dark'],
  ['phone', 'ko-KR', 'light'],
  ['phone', 'en-US', 'dark'],
];

for (const [size, locale, colorScheme] of LOOKS) {
  test(`looks: ${size} ${locale} ${colorScheme}`, async (t) => {
    const { page } = await visit(t, { viewport: SIZES[size], locale, colorScheme });
    await prompt(page);
    await page.locator('.lesson-title').waitFor();
    await picture(page, `first-${size}-${locale}-${colorScheme}`);
    await line(page, 'kubectl run web-1 --image=nginx --labels=app=web,env=prod', 'pod/web-1 created');
    await line(page, 'kubectl run web-2 --image=nginx --labels=app=web,env=debug', 'pod/web-2 created');
    await line(page, 'kubectl run broken --image=busybox --labels=app=jobs -- false', 'pod/broken created');
    await line(page, 'kubectl expose pod web-1 --name=web --port=80 --selector=app=web', 'service/web exposed');
    if (size === 'phone') await page.locator('.upper-tabs button').nth(1).click();
    await page.locator('[data-pod="default/web-2"].is-ready').waitFor();
    await page.locator('[data-pod="default/broken"].is-failing', { hasText: /Error|CrashLoopBackOff/ }).waitFor();
    // Tiles and lines come to rest.
    await page.evaluate(() => Promise.all(document.getAnimations().filter((it) => it.effect.getTiming().iterations < 9).map((it) => it.finished.catch(() => {}))));
    await page.locator('.wire').nth(1).waitFor({ state: 'attached' });
    await picture(page, `busy-${size}-${locale}-${colorScheme}`);
    await accessible(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
  });
}

test('the keyboard alone reaches every pane', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  const pane = () => page.evaluate(() => document.activeElement?.closest('.pane')?.id);
  const visited = [await pane()];
  for (let press = 0; press < 3; press += 1) {
    await page.keyboard.press('F6');
    visited.push(await pane());
  }
  assert.deepEqual([...visited].sort(), ['editor', 'lesson', 'picture', 'terminal']);
  await page.keyboard.press('Shift+F6');
  assert.equal(await pane(), visited[2]);
});

test('dialogs and the table have nothing grave either', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  await page.getByRole('button', { name: 'Keys and help' }).click();
  await accessible(page);
  await page.keyboard.press('Escape');
  await page.locator('.rooms .room').first().click();
  await accessible(page);
  await picture(page, 'lessons');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Table' }).click();
  await accessible(page);
});
