// The notes' walk, typed into the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture, prompt, visit } from './support.mjs';
import { clear, line, screen, shows } from './terminal.mjs';

const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: kubia-manual
  labels:
    creation_method: manual
    env: prod
spec:
  containers:
  - image: luksa/kubia
    name: kubia
    ports:
    - containerPort: 8080
      protocol: TCP
`;

async function sandbox(page) {
  await prompt(page);
  await page.getByRole('button', { name: 'Sandbox', exact: true }).click();
  await page.locator('.pane-lesson').waitFor({ state: 'detached' });
  await prompt(page);
}

test("the notes' walk in two terminals and the editor", async (t) => {
  const { page } = await visit(t);
  await sandbox(page);

  // The manifest is written in the editor and applied from there.
  await page.getByRole('button', { name: 'New file' }).click();
  await page.getByRole('textbox', { name: 'File name' }).fill('kubia-manual.yaml');
  await page.keyboard.press('Enter');
  const text = page.locator('.editor-host .cm-content');
  await text.click();
  await page.keyboard.insertText(MANIFEST.replace('image:', 'imgae:'));
  await page.locator('.problem', { hasText: 'imgae' }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(MANIFEST);
  await page.getByText('No problems').waitFor();
  await page.getByRole('button', { name: 'Apply' }).click();
  await shows(page, 'pod/kubia-manual created');
  await line(page, 'cat kubia-manual.yaml', 'containerPort: 8080');

  await clear(page);
  await line(page, 'kubectl get pods', /kubia-manual +0\/1 +(Pending|ContainerCreating)/);
  await page.locator('[data-pod="default/kubia-manual"].is-ready').waitFor();
  await clear(page);
  await line(page, 'kubectl get pods', /kubia-manual +1\/1 +Running/);
  await line(page, 'kubectl logs kubia-manual', 'Kubia server starting...');
  await line(page, 'kubectl get po -L creation_method,env', /kubia-manual .*manual +prod/);

  // A port is forwarded in one terminal and used in another.
  await line(page, 'kubectl port-forward kubia-manual 8888:8080', /Forwarding from 127\.0\.0\.1:8888 -> 8080/);
  await page.getByRole('button', { name: 'New terminal' }).click();
  await prompt(page);
  await line(page, 'curl localhost:8888', "You've hit kubia-manual");
  await page.getByRole('tab', { name: 'Terminal 1' }).click();
  await shows(page, 'Handling connection for 8888');
  await page.keyboard.press('Control+c');

  await clear(page);
  await line(page, 'kubectl label po kubia-manual env=debug', /error: 'env' already has a value \(prod\)/);
  await line(page, 'kubectl label po kubia-manual env=debug --overwrite', 'pod/kubia-manual labeled');
  await page.getByRole('textbox', { name: 'Selector' }).fill('env=debug');
  await page.locator('[data-pod="default/kubia-manual"].is-lit').waitFor();
  await picture(page, 'walk');

  await page.locator('[data-pod="default/kubia-manual"] .pod-main').click();
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.locator('#object-text', { hasText: 'name: kubia-manual' }).waitFor();
  await page.keyboard.press('Escape');

  await clear(page);
  await line(page, 'kubectl delete po kubia-manual', 'pod "kubia-manual" deleted');
  await page.locator('[data-pod="default/kubia-manual"]').waitFor({ state: 'detached', timeout: 60_000 });
});

test('time stands still, runs faster, and skips ahead', async (t) => {
  const { page } = await visit(t);
  await prompt(page);
  const time = () => page.getByRole('timer').textContent();
  await page.getByRole('button', { name: 'Pause time' }).click();
  const before = await time();
  await page.waitForTimeout(1500);
  assert.equal(await time(), before);
  await page.getByRole('button', { name: 'Speed 10×' }).click();
  const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  await page.waitForFunction(
    (from) => document.querySelector('.clock-time').textContent.trim().split(':').reduce((sum, part) => sum * 60 + Number(part), 0) > from + 8,
    seconds(before),
  );
  await line(page, 'kubectl run late --image=nginx', 'pod/late created');
  await page.getByRole('button', { name: 'Skip until quiet' }).click();
  await page.locator('[data-pod="default/late"].is-ready').waitFor();
});

test('a reload brings everything back', async (t) => {
  const { page } = await visit(t);
  await sandbox(page);
  await line(page, 'kubectl run keep --image=nginx', 'pod/keep created');
  await line(page, 'echo kept > note.txt');
  await page.locator('[data-pod="default/keep"].is-ready').waitFor();
  await page.waitForTimeout(600);
  await page.reload();
  await shows(page, 'pod/keep created');
  await page.locator('[data-pod="default/keep"].is-ready').waitFor();
  await clear(page);
  await line(page, 'cat note.txt', /^kept/);
  // A reset asks first, and forgets.
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Start anew' }).click();
  await page.locator('[data-pod="default/keep"]').waitFor({ state: 'detached' });
  await prompt(page);
  assert.doesNotMatch(await screen(page), /keep/);
});

test('explain fetches what it tells when it is first asked', async (t) => {
  const { page } = await visit(t);
  const asked = [];
  page.on('request', (request) => request.url().includes('descriptions') && asked.push(request.url()));
  await sandbox(page);
  await line(page, 'kubectl explain pod.spec.hostname', 'FIELD: hostname <string>');
  await shows(page, 'Specifies the hostname of the Pod');
  assert.equal(asked.length, 1);
  await line(page, 'kubectl explain service.spec.nosuch', 'error: field "nosuch" does not exist');
  assert.equal(asked.length, 1);
  // The journal asked for them in the midst: the same text is back after a reload.
  await page.waitForTimeout(600);
  await page.reload();
  await shows(page, 'Specifies the hostname of the Pod');
  await shows(page, 'error: field "nosuch" does not exist');
});

test('a node is switched off and on', async (t) => {
  const { page } = await visit(t);
  await sandbox(page);
  const node = page.locator('.node', { hasText: 'node-1' });
  await node.getByRole('button').first().click();
  await page.getByRole('button', { name: 'Switch this node off' }).click();
  await node.getByText('switched off').waitFor();
  await line(page, 'ssh node-1 hostname', 'No route to host');
  await page.getByRole('button', { name: 'Speed 10×' }).click();
  await line(page, 'kubectl wait node node-1 --for=condition=Ready=Unknown --timeout=2m', 'node/node-1 condition met');
  await node.getByText('NotReady').waitFor();
  await page.getByRole('button', { name: 'Switch this node on' }).click();
  await line(page, 'kubectl wait node node-1 --for=condition=Ready', /(condition met\n[^]*){2}/);
  await node.getByText('switched off').waitFor({ state: 'detached' });
});

for (const busy of [false, true]) {
  test(`Hangul is composed in the terminal of ${busy ? 'a busy' : 'an idle'} page`, async (t) => {
    const { page, context } = await visit(t, { locale: 'ko-KR' });
    await prompt(page);
    const keyboard = await context.newCDPSession(page);
    const compose = async (...steps) => {
      for (const text of steps) {
        await keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      }
      await keyboard.send('Input.insertText', { text: steps.at(-1) });
    };
    await line(page, 'cat > hangul.txt');
    // Keys come before timers then, several at a time.
    if (busy) {
      await page.evaluate(() => {
        window.busy = setInterval(() => {
          const end = performance.now() + 40;
          while (performance.now() < end);
        });
      });
    }
    // One syllable after the other, as an input method does it; then Enter while nothing has been waited for.
    await compose('ㅎ', '하', '한');
    await compose('ㄱ', '그', '글');
    await page.keyboard.press('Enter');
    // An insertion without a key right behind a composition.
    await compose('ㄱ', '가');
    await page.keyboard.insertText('나 다');
    await page.keyboard.press('Enter');
    // Letters typed by key right behind a composition.
    await compose('ㅍ', '파');
    await page.keyboard.type('d x');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+d');
    await page.evaluate(() => clearInterval(window.busy));
    await clear(page);
    await line(page, 'cat hangul.txt', /^한글\n가나 다\n파d x$/);
  });
}
