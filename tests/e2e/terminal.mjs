// Typing into the page's terminals and reading what they show.
import assert from 'node:assert/strict';

const SHOWN = '.terminal-host:not([hidden])';

/** What the shown terminal shows. */
export function screen(page) {
  return page.evaluate(
    (shown) => [...document.querySelectorAll(`${shown} .xterm-rows > div`)].map((row) => row.textContent).join('\n').replaceAll('\u00a0', ' '),
    SHOWN,
  );
}

/** Waits until the shown terminal shows something. */
export async function shows(page, pattern, timeout = 30_000) {
  const source = typeof pattern === 'string' ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern.source;
  try {
    await page.waitForFunction(
      ([shown, source]) => {
        const rows = [...document.querySelectorAll(`${shown} .xterm-rows > div`)].map((row) => row.textContent);
        return new RegExp(source, 'm').test(rows.join('\n').replaceAll('\u00a0', ' '));
      },
      [SHOWN, source],
      { timeout },
    );
  } catch {
    assert.fail(`${pattern} never came; the terminal shows:\n${(await screen(page)).trimEnd()}`);
  }
}

/** Types a line into the shown terminal and, if given, waits for what it leads to. */
export async function line(page, text, expected, timeout) {
  await page.locator(`${SHOWN} textarea`).focus();
  await page.keyboard.insertText(text);
  await page.keyboard.press('Enter');
  if (expected) await shows(page, expected, timeout);
}

/** Empties the shown terminal, so that what comes next is not mistaken for what came before. */
export async function clear(page) {
  await page.locator(`${SHOWN} textarea`).focus();
  await page.keyboard.press('Control+l');
  await page.waitForFunction(
    (shown) => [...document.querySelectorAll(`${shown} .xterm-rows > div`)].filter((row) => row.textContent.trim()).length <= 1,
    SHOWN,
  );
}
