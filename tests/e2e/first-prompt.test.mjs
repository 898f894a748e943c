import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leave, prompt, visit } from './support.mjs';

test('a first visit ends at a prompt', async (t) => {
  const { page, files } = await visit(t);
  await prompt(page);
  // `cargo xtask size` checks that all of these are counted.
  await leave('first-prompt.txt', files().join('\n'));
});

test('the same files work in a folder of a host', async (t) => {
  const { page, files } = await visit(t, { folder: true });
  await prompt(page);
  assert.ok(files().some((file) => file.endsWith('.wasm')));
});

test('the page carries its policy', async (t) => {
  const { page } = await visit(t);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:/);
});
