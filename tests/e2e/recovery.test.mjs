// What can go wrong is told, and nothing is lost.
import { test } from 'node:test';
import { prompt, visit } from './support.mjs';
import { line, shows } from './terminal.mjs';

test('a broken engine is reported and comes back from its journal', async (t) => {
  const { page } = await visit(t, { path: 'index.html' });
  // Nothing may be under way when the page is left for the other worker.
  await prompt(page);
  // The worker's own way of telling, without needing a bug.
  await page.route('**/worker.js*', async (route) => {
    const response = await route.fetch();
    const breaking = `self.addEventListener('message', ({ data }) => {
      if (data.includes('break the engine')) self.postMessage('{"Crashed":{"message":"asked to"}}');
    });`;
    await route.fulfill({ response, body: breaking + (await response.text()) });
  });
  await page.reload();
  await prompt(page);
  await line(page, 'echo before the crash', /^before the crash/);
  await page.waitForTimeout(600);
  await line(page, 'break the engine');
  await page.locator('.notice', { hasText: 'asked to' }).waitFor();
  await shows(page, /^before the crash/);
  await line(page, 'echo after it', /^after it/);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.locator('.notice').waitFor({ state: 'detached' });
});

test('a full store is told, and work goes on', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
  });
  await line(page, 'echo still here', /^still here/);
  await page.locator('.notice', { hasText: 'storage' }).waitFor();
});
