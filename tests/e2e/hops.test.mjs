// Calls are seen in the picture: as dots that move, and in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, picture, prompt, visit } from './support.mjs';
import { line } from './terminal.mjs';

async function calls(t, options) {
  const { page } = await visit(t, options);
  await prompt(page);
  await page.getByRole('button', { name: 'Sandbox', exact: true }).click();
  await page.locator('.pane-lesson').waitFor({ state: 'detached' });
  await prompt(page);
  await line(page, 'kubectl run web --image=nginx --port=80 --expose && kubectl run ask --image=busybox -- sleep 9999', 'pod/ask created');
  await page.locator('[data-pod="default/web"].is-ready').waitFor();
  await page.locator('[data-pod="default/ask"].is-ready').waitFor();
  await line(page, 'kubectl exec ask -- wget -q -O - http://web | grep title', 'Welcome to nginx!');
  return page;
}

/** Where the newest dot is on the screen. */
const place = (page) =>
  page.evaluate(() => {
    const { x, y } = [...document.querySelectorAll('.hop')].at(-1).getBoundingClientRect();
    return { x, y };
  });

test('a call moves from pod to pod, and is told in words', async (t) => {
  const page = await calls(t);
  await page.locator('.hop').first().waitFor({ state: 'attached' });
  await line(page, 'kubectl exec ask -- wget -q -O - http://web > /dev/null');
  await page.waitForFunction(() => document.querySelectorAll('.hop').length >= 2);
  const there = await place(page);
  await page.waitForTimeout(250);
  const later = await place(page);
  assert.ok(Math.hypot(later.x - there.x, later.y - there.y) > 3, `it stands still at ${JSON.stringify(there)}`);
  await picture(page, 'hops');
  await page.getByRole('button', { name: 'Table' }).click();
  const row = page.locator('tr', { hasText: 'default/ask' }).filter({ hasText: 'delivered' }).first();
  assert.equal(await row.textContent(), 'default/askdefault/webdefault/web80delivered');
  await line(page, 'kubectl exec ask -- wget -q -T 1 -O - http://web:81');
  await accessible(page);
});

test('who wants no motion gets the words alone', async (t) => {
  const page = await calls(t, { reducedMotion: 'reduce' });
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.hops')).display), 'none');
  const table = page.getByRole('table', { name: 'Last requests' });
  await table.getByText('default/web').first().waitFor({ state: 'attached' });
});
