// Nothing freezes: typing while a loop runs, stopping what never ends, very much output.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prompt, visit } from './support.mjs';
import { clear, line, shows } from './terminal.mjs';

const SHOWN = '.terminal-host:not([hidden])';

async function sandbox(t) {
  const { page, context } = await visit(t);
  await prompt(page);
  await page.getByRole('button', { name: 'Sandbox', exact: true }).click();
  await page.locator('.pane-lesson').waitFor({ state: 'detached' });
  await prompt(page);
  return { page, context };
}

const median = (figures) => figures.toSorted((one, other) => one - other)[figures.length >> 1];

/** Presses a key; the milliseconds from the page's key event until the shown terminal fits the pattern. */
async function until(page, key, pattern) {
  await page.evaluate(
    ([shown, source]) => {
      const rows = document.querySelector(`${shown} .xterm-rows`);
      const fits = () => new RegExp(source).test([...rows.children].map((row) => row.textContent).join('\n').trimEnd());
      window.measured = new Promise((resolve) => {
        let pressed;
        const look = () => {
          if (pressed === undefined || !fits()) return;
          watcher.disconnect();
          resolve(performance.now() - pressed);
        };
        const watcher = new MutationObserver(look);
        watcher.observe(rows, { childList: true, subtree: true, characterData: true });
        addEventListener('keydown', (event) => (pressed = event.timeStamp), { capture: true, once: true });
      });
    },
    [SHOWN, pattern.source],
  );
  await page.keyboard.press(key);
  return page.evaluate(() => Promise.race([window.measured, new Promise((resolve) => setTimeout(resolve, 5000, 5000))]));
}

test('keys echo within 50 ms while a loop of curl runs', { timeout: 60_000 }, async (t) => {
  const { page } = await sandbox(t);
  await line(page, 'kubectl create deployment kubia --image=luksa/kubia:v1 --replicas=3', 'created');
  await line(page, 'kubectl expose deployment kubia --port=80 --target-port=8080 --type=LoadBalancer', 'exposed');
  await page.getByRole('button', { name: 'Speed 10×' }).click();
  await line(page, 'until IP=$(kubectl get svc kubia -o jsonpath={.status.loadBalancer.ingress[0].ip}); [ "$IP" ]; do sleep 2; done; echo "got $IP"', /^got \d/);
  await page.getByRole('button', { name: 'Speed 1×', exact: true }).click();
  await line(page, 'while true; do curl http://$IP; done', 'This is v1 running in pod');
  await page.getByRole('button', { name: 'New terminal' }).click();
  await prompt(page);
  await page.locator(`${SHOWN} textarea`).focus();
  const figures = [];
  let typed = '';
  for (const key of 'kubectl rollout undo deployment') {
    typed += key;
    // A blank at the end of a line is not seen.
    if (key === ' ') await page.keyboard.press('Space');
    else figures.push(await until(page, key, new RegExp(`[$#] ${typed}$`)));
  }
  t.diagnostic(`echo: median ${median(figures).toFixed(1)} ms, worst ${Math.max(...figures).toFixed(1)} ms`);
  assert.ok(median(figures) < 50, `keys echo after ${figures.map(Math.round)} ms`);
  // The loop has gone on, and ends when asked to.
  await page.getByRole('tab', { name: 'Terminal 1' }).click();
  await shows(page, 'This is v1 running in pod');
  await page.locator(`${SHOWN} textarea`).focus();
  await page.keyboard.press('Control+c');
  await clear(page);
  await line(page, 'echo over', /^over/);
});

test('Ctrl-C ends an endless loop without sleep within 200 ms', { timeout: 60_000 }, async (t) => {
  const { page } = await sandbox(t);
  for (const loop of ['while :; do :; done', 'yes > /dev/null', 'while true; do kubectl get pods > /dev/null; done']) {
    const figures = [];
    for (let round = 0; round < 3; round += 1) {
      await clear(page);
      await line(page, loop);
      await page.waitForTimeout(300);
      figures.push(await until(page, 'Control+c', /\^C\n.*[$#]$/));
    }
    t.diagnostic(`${loop}: ${figures.map((figure) => figure.toFixed(1))} ms`);
    assert.ok(Math.min(...figures) < 200, `${loop} ends after ${figures.map(Math.round)} ms`);
  }
});

test('a hundred thousand lines neither stall the page nor pile up', { timeout: 90_000 }, async (t) => {
  const { page, context } = await sandbox(t);
  const tools = await context.newCDPSession(page);
  const heap = async () => {
    await tools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await tools.send('Runtime.getHeapUsage');
    return usedSize / 2 ** 20;
  };
  await page.evaluate(() => {
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: 'longtask' });
  });
  const longest = [];
  const heaps = [];
  const times = [];
  for (let round = 0; round < 3; round += 1) {
    await clear(page);
    // Collecting garbage is no matter of the page.
    await page.evaluate(() => (window.longest = 0));
    const began = Date.now();
    await line(page, 'seq 100000; echo all of them', /^100000\nall of them$/, 60_000);
    times.push(Date.now() - began);
    longest.push(await page.evaluate(() => window.longest));
    heaps.push(await heap());
  }
  t.diagnostic(`longest tasks ${longest} ms; heaps ${heaps.map((mib) => mib.toFixed(1))} MiB; ${times} ms`);
  assert.ok(median(longest) < 150, `tasks of ${longest} ms`);
  assert.ok(heaps[2] - heaps[0] < 5, `the heap grows: ${heaps} MiB`);
});
