// What the browser tests share: a visit to the page in Chromium that fails if anything went wrong unseen.
// `cargo xtask test --only e2e` serves dist/ and runs them; `node --test tests/e2e/NAME.test.mjs` works too.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const root = new URL('../../', import.meta.url);

/** The window sizes that the layout is made for. */
export const SIZES = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser;
let server;

after(async () => {
  await browser?.close();
  server?.kill();
});

async function launch() {
  browser ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  return (browser = await browser);
}

/** Where the page is served: at the top of a host, or (`folder`) in a folder of it. */
async function address(folder) {
  const given = folder ? process.env.PODGROUND_SUB_URL : process.env.PODGROUND_URL;
  if (given) return given;
  if (!server) {
    server = spawn('cargo', ['xtask', 'serve', '--no-build', '--port', '0'], { cwd: fileURLToPath(root) });
    const told = await new Promise((resolve, reject) => {
      let complaint = '';
      server.stderr.on('data', (text) => (complaint += text));
      server.stdout.on('data', (text) => resolve(String(text)));
      server.on('exit', () => reject(new Error(complaint)));
    });
    process.env.PODGROUND_URL = told.match(/http:\S+/)[0];
  }
  return process.env.PODGROUND_URL;
}

/**
 * Opens the page for one test. When the test ends it fails if the page threw, wrote an error to the console,
 * missed a file, or asked another origin for anything.
 *
 * `options`: `folder` (serve it in a folder), `path` (what follows the address), `allow` (patterns of problems that
 * the test means to provoke), `init` (a function that the page runs before its own scripts); the rest goes to Playwright's newContext (`locale`, `viewport`, `colorScheme`, …).
 */
export async function visit(t, { folder = false, path = '', allow = [], init, ...options } = {}) {
  const base = await address(folder);
  const context = await (await launch()).newContext({ viewport: SIZES.desktop, locale: 'en-US', ...options });
  if (init) await context.addInitScript(init);
  const problems = [];
  const files = [];
  const note = (text) => allow.some((pattern) => pattern.test(text)) || problems.push(text);
  context.on('page', (page) => {
    page.on('pageerror', (error) => note(`page error: ${error.stack ?? error}`));
    page.on('console', (message) => message.type() === 'error' && note(`console: ${message.text()} ${message.location().url}`));
    page.on('crash', () => note('the page crashed'));
  });
  context.on('request', (request) => {
    const url = request.url();
    if (url.startsWith(base)) files.push(decodeURI(new URL(url).pathname.slice(new URL(base).pathname.length)));
    else if (!/^(data|blob):/.test(url)) note(`request to another place: ${url}`);
  });
  context.on('response', (response) => response.status() >= 400 && note(`${response.status()} ${response.url()}`));
  context.on('requestfailed', (request) => note(`failed: ${request.url()} ${request.failure()?.errorText}`));
  t.after(async () => {
    await context.close();
    assert.deepEqual(problems, [], 'nothing may go wrong unseen');
  });
  const page = await context.newPage();
  await page.goto(base + path);
  return {
    page,
    context,
    problems,
    /** Paths below the page's address, in the order in which they were first asked for. */
    files: () => [...new Set(files.map((file) => file || 'index.html'))],
  };
}

/** Waits until a shell prompt stands in the terminal that is shown. */
export async function prompt(page) {
  const rows = '.terminal-host:not([hidden]) .xterm-rows';
  await page.waitForFunction((rows) => /[$#]\s*$/m.test(document.querySelector(rows)?.innerText ?? ''), rows, {
    timeout: 30_000,
  });
}

/** Fails on accessibility problems of the graver kinds. */
export async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`), []);
}

/** Leaves a picture in tests/e2e/screenshots, to be looked at. */
export async function picture(page, name) {
  const folder = fileURLToPath(new URL('screenshots/', import.meta.url));
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}${name}.png` });
}

/** Leaves a text in target/e2e, for later steps of `cargo xtask test`. */
export async function leave(name, text) {
  const folder = new URL('target/e2e/', root);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(name, folder), text);
}
