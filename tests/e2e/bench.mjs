// How fast the engine is in the browser: run by `cargo xtask bench`, which serves dist/. Figures, not a test.
import { chromium } from 'playwright-core';

const ROUNDS = 3;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
const page = await browser.newPage();
await page.goto(process.env.PODGROUND_URL);

/** Runs in the page: an engine of its own with 13 nodes, and the milliseconds until each text has come. */
function measure(steps) {
  const began = performance.now();
  const worker = new Worker('worker.js', { type: 'module' });
  const send = (message) => worker.postMessage(JSON.stringify(message));
  let told = '';
  let waiting = () => {};
  worker.onmessage = ({ data }) => {
    if (!Array.isArray(data)) return;
    told += new TextDecoder().decode(data[1]);
    waiting();
  };
  const until = (text) =>
    new Promise((resolve) => (waiting = () => told.includes(text) && resolve())).then(() => (told = ''));
  const start = { seed: 1, nodes: 12, start_millis: 1767225600000, journal: null, drop_last: 0, lesson: null, build: '' };
  send({ Start: start });
  return (async () => {
    await until('# ');
    const figures = [['start-up to a prompt, 13 nodes', performance.now() - began]];
    for (const [name, line, skip] of steps) {
      const from = performance.now();
      send({ Input: { terminal: 1, data: `${line}; echo en''d\r` } });
      // Virtual time need not wait for the wall clock: what is measured is the work.
      const hurry = skip && setInterval(() => send({ Clock: 'SkipUntilQuiet' }), 20);
      await until('end\r\n');
      clearInterval(hurry);
      if (name) figures.push([name, performance.now() - from]);
    }
    worker.terminate();
    return figures;
  })();
}

const STEPS = [
  ['', 'kubectl create deployment web --image=nginx --replicas=10 && kubectl rollout status deployment web', true],
  ['kubectl get pods, 10 pods', 'kubectl get pods'],
  [
    'a Deployment of 1000 to all Ready',
    'kubectl scale deployment web --replicas=1000 && kubectl rollout status deployment web | tail -1',
    true,
  ],
  ['kubectl get pods, 1000 pods', 'kubectl get pods | tail -1'],
];

const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) rounds.push(await page.evaluate(measure, STEPS));
for (const [index, [name]] of rounds[0].entries()) {
  const times = rounds.map((figures) => figures[index][1]).sort((one, other) => one - other);
  const [min, median, max] = times.map((time) => time.toFixed(1));
  console.log(`in Chromium: ${name}: median ${median} ms (min ${min}, max ${max})`);
}
await browser.close();
