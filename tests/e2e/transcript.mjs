// Transcripts (CONTRIBUTING.md, "To add a transcript"), typed into the page's terminals and compared with what comes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { prompt } from './support.mjs';

const SHOWN = '.terminal-host:not([hidden])';

/** Reads a transcript: steps of { kind, text, output }. */
export async function readTranscript(path) {
  const steps = [];
  let inside = false;
  let mayGoOn = false;
  for (const line of (await readFile(path, 'utf8')).trimEnd().split('\n')) {
    if (line.startsWith('```')) {
      inside = line === '```console';
      continue;
    }
    if (!inside) continue;
    const act = line.match(/^%(terminal|type|key|advance|settle)(?: (.*))?$/);
    if (line.startsWith('$ ')) {
      steps.push({ kind: 'command', text: line.slice(2), output: [] });
      mayGoOn = true;
    } else if (act) {
      steps.push({ kind: act[1], text: act[2] ?? '', output: [] });
      mayGoOn = false;
    } else if (mayGoOn && line.startsWith('> ')) {
      steps.at(-1).text += `\n${line.slice(2)}`;
    } else {
      mayGoOn = false;
      // A person sees no exit status.
      if (!/^\? \d+$/.test(line)) steps.at(-1).output.push(line);
    }
  }
  return steps;
}

/** To be given to `visit` as `init`: keeps what the engine says to each terminal, and the engine at hand. */
export function listen() {
  const told = (window.told = {});
  const decoders = {};
  const Plain = window.Worker;
  window.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      window.engine = this;
      this.addEventListener('message', ({ data }) => {
        if (!Array.isArray(data)) return;
        const [terminal, bytes] = data;
        decoders[terminal] ??= new TextDecoder();
        told[terminal] = (told[terminal] ?? '') + decoders[terminal].decode(bytes, { stream: true });
      });
    }
  };
}

/** What differs from one session to the next because a person types at another pace. */
const MASKS = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'JWT'],
  [/\b[0-9a-f]{64}\b/g, 'SHA'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UID'],
  [/\bkube-api-access-\w{5}\b/g, 'kube-api-access'],
  [/(-[bcdfghjklmnpqrstvwxz2456789]{8,10})-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1-POD'],
  [/\b(\w{3}, )?\d\d[ /]\w{3}[ /:]\d{4}[ :]\d\d:\d\d:\d\d( \+0000)?/g, 'TIME'],
  [/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, 'TIME'],
  [/127\.0\.0\.1:\d{5}\b/g, '127.0.0.1:PORT'],
  [/after \d+ ms/g, 'after N ms'],
  [/time=[\d.]+ ms|= [\d./]+ ms/g, 'MS'],
  [/\b(\d+d)?(\d+h)?(\d+m)?\d+(\.\d+)?(ms|s)\b|\b\d+m\b/g, 'AGE'],
  [/\(x\d+ over AGE\)/g, '(xN over AGE)'],
  [/^\s*100\s+\d+\s.*$/g, 'PROGRESS'],
  [/start worker process \d+/g, 'start worker process N'],
  [/\s{2,}/g, '  '],
];

/** The lines as they are compared; the same line again and again is told once. */
function canonical(lines) {
  const masked = lines.map((line) => MASKS.reduce((text, [from, to]) => text.replace(from, to), line).trim());
  // What old forms are called today is told to people alone.
  return masked.filter((line, index) => line && line !== masked[index - 1] && !line.startsWith('today: '));
}

/** Before the first line there may stand a prompt. */
const same = ([first = '', ...rest], [wanted = '', ...others]) => first.endsWith(wanted) && rest.join('\n') === others.join('\n');
const words = (lines) => lines.join(' ').split(/\s+/);

/** What a terminal shows of a text: without colours, movements and carriage returns. */
const plain = (text) => text.replace(/\x1b\[[0-9;?]*[@-~]|\x1b[()].|\x1b[^[]|[\r\x07]/g, '');

const KEYS = { Ctrl: 'Control', Up: 'ArrowUp', Down: 'ArrowDown', Left: 'ArrowLeft', Right: 'ArrowRight' };
const WAITS = /^(kubectl (get|describe|logs)|curl -?k?s? ?http|gcloud compute instances list|for i in)/;
const FULL_SCREEN = /^(vim?|kubectl edit)\b/;

/** Types a transcript, step by step; fails at the first step that shows something else. */
export async function typeTranscript(page, steps) {
  let terminal = 1;
  let fullScreen = false;
  const seen = {};
  const began = {};
  const told = () => page.evaluate((terminal) => window.told[terminal] ?? '', terminal);
  const enter = async (text) => {
    for (const line of text.split('\n')) {
      await page.keyboard.insertText(line);
      await page.keyboard.press('Enter');
    }
  };
  const hurry = (speed) => page.evaluate((speed) => window.engine.postMessage(JSON.stringify({ Clock: { Run: { speed } } })), speed);
  const elapsed = async () => (await page.getByRole('timer').textContent()).trim().split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  const started = Date.now();

  /** Waits until the terminal has told `expected` since the mark; with `ends`, until the prompt is back. */
  async function comes(step, mark, ends, patience) {
    const expected = canonical(step.output);
    const until = Date.now() + patience;
    let lines = [];
    for (;;) {
      const whole = await told();
      // What an act shows may have begun before it.
      const text = plain(whole.slice(step.kind === 'command' ? mark : (began[terminal] ?? mark)));
      const moved = whole.length > mark || step.kind === 'terminal' || !expected.length;
      lines = text.split('\n');
      const back = /[$#] $/.test(text);
      const all = canonical(lines);
      if (back && !canonical(step.output.slice(-1)).includes(all.at(-1))) all.pop();
      const tail = expected.length ? all.slice(-expected.length) : [];
      if (moved && (back || !ends) && same(tail, expected)) return;
      // Columns are as many as the terminal is wide.
      if (/^ls\b/.test(step.text) && words(expected).every((word) => words(all).includes(word))) return;
      if (Date.now() > until || (back && ends)) {
        if (Date.now() > until || text.length > step.text.length + 2) {
          const error = new Error(
            `terminal ${terminal}, ${step.kind} ${step.text}\nexpected:\n  ${expected.join('\n  ')}\nshown:\n  ${all.join('\n  ')}`,
          );
          error.differs = true;
          throw error;
        }
      }
      await page.waitForTimeout(15);
    }
  }

  for (const [index, step] of steps.entries()) {
    const next = steps.slice(index + 1).find(({ kind }) => kind !== 'advance' && kind !== 'settle');
    const ends = next === undefined || next.kind === 'command';
    if (step.kind === 'advance') {
      const seconds = [...step.text.matchAll(/(\d+)([ms])/g)].reduce((sum, [, n, unit]) => sum + n * (unit === 'm' ? 60 : 1), 0);
      const target = (await elapsed()) + seconds + 1;
      await hurry(60);
      while ((await elapsed()) < target) await page.waitForTimeout(15);
      await hurry(10);
      continue;
    }
    if (step.kind === 'settle') {
      await page.getByRole('button', { name: 'Skip until quiet' }).click();
      continue;
    }
    if (step.kind === 'terminal') {
      terminal = Number(step.text);
      const tab = page.getByRole('tab', { name: `Terminal ${terminal}` });
      if (!(await tab.count())) {
        await page.getByRole('button', { name: 'New terminal' }).click();
        await tab.waitFor();
        await prompt(page);
      } else {
        await tab.click();
      }
      await page.locator(`${SHOWN} textarea`).focus();
      const mark = seen[terminal] ?? 0;
      if (step.output.length) await comes(step, mark, false, 10_000);
      seen[terminal] = (await told()).length;
      continue;
    }
    await page.locator(`${SHOWN} textarea`).focus();
    const act = async () => {
      const mark = (await told()).length;
      if (step.kind === 'command') began[terminal] = mark;
      if (step.kind === 'key') {
        for (const name of step.text.split(' ')) {
          const key = name.replace(/^Ctrl-/, 'Control+').replace(/^\w+$/, (name) => KEYS[name] ?? name);
          await page.keyboard.press(key);
          // A program that draws its screen is given the time to.
          if (name === 'Tab') await page.waitForTimeout(60);
        }
      } else {
        await enter(step.text);
      }
      return mark;
    };
    if (step.kind === 'command') fullScreen = FULL_SCREEN.test(step.text);
    const last = step.text === ':wq';
    let mark = await act();
    if (fullScreen && !last) {
      // The screen has another size than the transcript's.
      await page.waitForTimeout(300);
      continue;
    }
    fullScreen &&= !last;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await comes(step, mark, step.kind === 'command' && ends, 15_000);
        break;
      } catch (error) {
        // As a learner does: look again.
        if (!error.differs || !WAITS.test(step.text) || !ends || attempt > 40) throw error;
        await page.waitForTimeout(200);
        mark = await act();
      }
    }
    seen[terminal] = (await told()).length;
    if (process.env.PODGROUND_E2E_VERBOSE) console.log(((Date.now() - started) / 1000).toFixed(1), step.kind, step.text.split('\n')[0]);
  }
  assert.ok(steps.length > 0, 'a transcript has steps');
}
