// The panes, the clipboard, the editor's findings, the picture's answers, and what outlives a reload.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIZES, picture, prompt, visit } from './support.mjs';
import { clear, line, shows } from './terminal.mjs';

const box = (page, selector) => page.locator(selector).boundingBox();

async function newFile(page, name) {
  await page.getByRole('button', { name: 'New file' }).click();
  await page.getByRole('textbox', { name: 'File name' }).fill(name);
  await page.keyboard.press('Enter');
  await page.locator('.editor-host .cm-content').click();
}

async function replaceText(page, text) {
  await page.locator('.editor-host .cm-content').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

test('panes are dragged and folded, and stay so', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  for (const [split, pane, dx, dy, side] of [
    ['lesson', 'lesson', 80, 0, 'width'],
    ['picture', 'picture', -70, 0, 'width'],
    ['editor', 'editor', 0, -60, 'height'],
  ]) {
    const before = (await box(page, `.pane-${pane}`))[side];
    const handle = await box(page, `.split-${split}`);
    const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + dx, y + dy, { steps: 4 });
    await page.mouse.up();
    const grown = Math.abs(dx + dy);
    await page.waitForFunction(
      ([pane, side, least]) => document.querySelector(`.pane-${pane}`).getBoundingClientRect()[side] >= least,
      [pane, side, before + grown - 3],
    );
  }
  await page.getByRole('button', { name: 'Fold “Editor”' }).click();
  await page.getByRole('button', { name: 'Fold “Lesson”' }).click();
  await page.waitForFunction(() => document.querySelector('.pane-lesson').offsetWidth < 60);
  assert.ok((await box(page, '.pane-editor')).height < 60);
  const kept = (await box(page, '.pane-picture')).width;
  await page.reload();
  await prompt(page);
  assert.ok((await box(page, '.pane-lesson')).width < 60);
  assert.equal((await box(page, '.pane-picture')).width, kept);
  await page.getByRole('button', { name: 'Unfold “Lesson”' }).click();
  await page.waitForFunction(() => document.querySelector('.pane-lesson').offsetWidth > 300);
});

test('a phone shows one pane above the terminal', async (t) => {
  const { page } = await visit(t, { viewport: SIZES.phone, hasTouch: true });
  await prompt(page);
  const terminal = await box(page, '.pane-terminal');
  assert.ok(terminal.y + terminal.height <= SIZES.phone.height);
  for (const [index, pane] of ['lesson', 'picture', 'editor'].entries()) {
    await page.locator('.upper-tabs button').nth(index).click();
    await page.locator(`.pane-${pane}`).waitFor();
    const upper = await box(page, `.pane-${pane}`);
    assert.ok(upper.width > SIZES.phone.width - 20 && upper.y + upper.height <= terminal.y, pane);
  }
  // What is touched is large enough for a finger.
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('.top-bar button, .upper-tabs button, .pane-head button, .splitter')]
      .filter((element) => element.checkVisibility())
      .map((element) => [element.getAttribute('aria-label') ?? element.textContent, element.getBoundingClientRect()])
      .filter(([, { width, height }]) => Math.min(width, height) < 24)
      .map(([name, { width, height }]) => `${name}: ${width}×${height}`),
  );
  assert.deepEqual(small.filter((name) => !name.startsWith('Resize')), []);
});

test('copy and paste by keyboard and by mouse', async (t) => {
  const { page } = await visit(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  await prompt(page);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const select = async (text) => {
    const row = page.locator('.terminal-host:not([hidden]) .xterm-rows > div', { hasText: text }).last();
    const { x, y, height } = await row.boundingBox();
    await page.mouse.dblclick(x + 20, y + height / 2);
  };
  await line(page, 'echo marigold', /^marigold/);
  await select(/^marigold/);
  await page.keyboard.press('Control+c');
  await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'marigold');
  // The selection is used up: the next Ctrl+C is the shell's again.
  await page.keyboard.type('echo unwanted');
  await page.keyboard.press('Control+c');
  await shows(page, /echo unwanted\^C/);
  assert.equal(await clipboard(), 'marigold');
  await clear(page);
  await page.keyboard.type('echo one-');
  await page.keyboard.press('Control+v');
  await page.keyboard.press('Enter');
  await shows(page, /^one-marigold/);
  await select(/^one-marigold/);
  await page.keyboard.press('Control+Shift+c');
  await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'one-marigold');
  await clear(page);
  await page.keyboard.type('echo two-');
  await page.keyboard.press('Control+Shift+v');
  await page.keyboard.press('Enter');
  await shows(page, /^two-one-marigold/);
  // Many lines at once run as they were typed.
  await page.evaluate(() => navigator.clipboard.writeText('echo first\necho second\n'));
  await clear(page);
  await page.keyboard.press('Control+Shift+v');
  await shows(page, 'echo second');
  await page.keyboard.press('Enter');
  await shows(page, /^first[\s\S]*^second/);
});

test('the editor marks what the server would refuse', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  await newFile(page, 'pod.yaml');
  const pod = (container) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n${container}`;
  const problem = (text) => page.locator('.problem', { hasText: text });
  for (const [text, message, at] of [
    [pod('  - name: web\n    imgae: nginx\n'), /unknown field "spec\.containers\[0\]\.imgae"/, 8],
    [pod('  - name: web\n    image: nginx\n    ports:\n    - containerPort: http\n'), /containerPort: expected/, 10],
    [pod('  - image: nginx\n'), /spec\.containers\[0\]\.name: Required value/, 7],
    [pod('  - name: web\n    image: "nginx\n'), /yaml: /, null],
  ]) {
    await replaceText(page, text);
    await problem(message).waitFor();
    if (at) await problem(message).filter({ hasText: `Line ${at}` }).waitFor();
    await page.locator('.editor-host .cm-lintRange-error, .editor-host .cm-lint-marker-error').first().waitFor();
  }
  await replaceText(page, pod('  - name: web\n    imgae: nginx\n'));
  await problem('imgae').click();
  await page.locator('.editor-host .cm-lintRange-error', { hasText: 'imgae' }).waitFor();
  await picture(page, 'editor-error');
  await replaceText(page, pod('  - name: web\n    image: nginx\n'));
  await page.getByText('No problems').waitFor();
  await page.keyboard.press('Control+s');
  await page.getByRole('button', { name: 'Saved' }).waitFor();
  await line(page, 'tail -1 pod.yaml', 'image: nginx');
  // What the shell writes into the open file is what the editor shows.
  await line(page, 'sed -i s/nginx/redis/ pod.yaml');
  await page.locator('.editor-host .cm-content', { hasText: 'redis' }).waitFor();
  await page.locator('.editor-host .cm-content').focus();
  await page.keyboard.press('Control+Enter');
  await shows(page, 'kubectl apply -f pod.yaml');
  await shows(page, 'pod/web created');
});

test('the picture answers to pointer, keyboard and screen reader', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  await line(page, 'kubectl run front --image=nginx --labels=app=web,tier=front', 'pod/front created');
  await line(page, 'kubectl run back --image=nginx --labels=app=web,tier=back', 'pod/back created');
  await line(page, 'kubectl expose pod front --name=web --port=80 --selector=app=web', 'service/web exposed');
  const pod = (name, state) => page.locator(`[data-pod="default/${name}"]${state}`).waitFor();
  await pod('front', '.is-ready');
  await pod('back', '.is-ready');
  await page.locator('.wire:not(.is-broken)').nth(1).waitFor({ state: 'attached' });
  // A label under the pointer, then chosen; a service under the pointer.
  const chip = page.locator('[data-pod="default/front"] .chip', { hasText: 'tier=front' });
  await chip.hover();
  await pod('front', '.is-lit');
  await pod('back', '.is-dim');
  await chip.click();
  await page.mouse.move(0, 0);
  const selector = page.getByRole('textbox', { name: 'Selector' });
  assert.equal(await selector.inputValue(), 'tier=front');
  await page.getByText('1 pod matches').waitFor();
  await pod('back', '.is-dim');
  await selector.fill('app in (web');
  await page.locator('.selector-error').waitFor();
  await selector.fill('');
  await page.locator('[data-service="default/web"]').hover();
  await pod('back', '.is-lit');
  await page.mouse.move(0, 0);
  // The object, from the keyboard.
  const button = page.getByRole('button', { name: /^Pod\s+front.*Running.*1\/1/s });
  await button.focus();
  await page.keyboard.press('Enter');
  const text = page.locator('#object-text');
  await text.filter({ hasText: /^\s*Name: +front/ }).waitFor();
  await page.getByRole('tab', { name: 'YAML' }).click();
  await text.filter({ hasText: 'kind: Pod' }).waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  await text.filter({ hasText: 'Started' }).waitFor();
  await page.keyboard.press('Escape');
  await text.waitFor({ state: 'detached' });
  // The text twin says the same, and a node's words too.
  await page.getByRole('row', { name: /front.*Running/ }).waitFor({ state: 'attached' });
  await page.locator('[data-service="default/web"]').click();
  await text.filter({ hasText: /Selector: +app=web/ }).waitFor();
});
