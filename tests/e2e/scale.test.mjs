// Five thousand nodes do not freeze the page: a worker of the test's own sends what such a cluster sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture, visit } from './support.mjs';

/** Runs in the browser, in the engine's place. */
function crowd() {
  const send = (message) => self.postMessage(JSON.stringify(message));
  const pod = (node, index, beat) => ({
    namespace: 'default',
    name: `load-${node}-${index}`,
    status: (index + beat) % 9 ? 'Running' : 'CrashLoopBackOff',
    health: (index + beat) % 9 ? 'Ready' : 'Failing',
    containers: [{ name: 'main', image: 'nginx', state: 'Running', health: 'Ready', restarts: 0, init: false }],
    labels: { app: 'load', shard: String(index % 7) },
    ip: '10.244.0.1',
    owner: 'ReplicaSet/load',
    lit: false,
  });
  const view = (beat) => ({
    namespaces: ['default', 'kube-system'],
    nodes: Array.from({ length: 60 }, (_, node) => ({
      name: `node-${node}`,
      ip: '172.18.0.9',
      status: 'Ready',
      control_plane: false,
      off: false,
      labels: {},
      pods: Array.from({ length: 40 }, (_, index) => pod(node, index, beat)),
      more_pods: 60,
      hidden_pods: 2,
    })),
    more_nodes: 4940,
    waiting: [],
    services: [],
    workloads: [],
    pod_count: 150000,
    lit: null,
    selector_error: null,
  });
  self.addEventListener('message', ({ data }) => {
    if (!JSON.parse(data).Start) return;
    send({ Ready: { terminals: [1] } });
    let beat = 0;
    setInterval(() => send({ View: view((beat += 1)) }), 500);
  });
}

test('a picture of 5,000 nodes leaves the page responsive', async (t) => {
  const { page } = await visit(t, { allow: [/failed: .*ERR_ABORTED/] });
  await page.route('**/worker.js*', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: `(${crowd})();` }),
  );
  await page.reload();
  await page.locator('.pod').nth(2000).waitFor({ state: 'attached' });
  const longest = await page.evaluate(
    () =>
      new Promise((resolve) => {
        let longest = 0;
        let last = performance.now();
        const tick = () => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
        };
        const timer = setInterval(tick, 5);
        setTimeout(() => (clearInterval(timer), resolve(longest)), 4000);
      }),
  );
  t.diagnostic(`longest time without an answer: ${Math.round(longest)} ms`);
  await picture(page, 'crowd');
  assert.ok(longest < 700, `the page did not answer for ${Math.round(longest)} ms`);
  await page.getByRole('button', { name: 'Table' }).click();
  await page.getByRole('table').first().waitFor();
});
