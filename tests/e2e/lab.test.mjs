// The lab, from its first to its last command, typed into three terminals of the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture, prompt, visit } from './support.mjs';
import { listen, readTranscript, typeTranscript } from './transcript.mjs';
import { shows } from './terminal.mjs';

test('the lab is typed into the page, in three terminals', { timeout: 90_000 }, async (t) => {
  const steps = await readTranscript(new URL('../labs/gsp021.md', import.meta.url));
  const terminals = new Set(steps.filter(({ kind }) => kind === 'terminal').map(({ text }) => text));
  assert.deepEqual([...terminals].sort(), ['1', '2', '3']);
  const { page } = await visit(t, { init: listen });
  await prompt(page);
  await page.getByRole('button', { name: 'Sandbox', exact: true }).click();
  await page.locator('.pane-lesson').waitFor({ state: 'detached' });
  await prompt(page);
  await page.getByRole('button', { name: 'Speed 10×' }).click();
  await typeTranscript(page, steps);
  await shows(page, 'configmaps "nginx-proxy-conf" not found');
  // Of all that was made, nginx is left, in the picture too.
  await page.waitForFunction(() => document.querySelectorAll('[data-pod^="default/"]').length === 1);
  await page.locator('[data-pod^="default/nginx-"].is-ready').waitFor();
  await picture(page, 'lab');
});
