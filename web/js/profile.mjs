// Runs the engine up to the first prompt, and prints the numbers of the functions that ran.
// Called by `cargo xtask build`: node web/js/profile.mjs GLUE INSTRUMENTED_WASM DIST
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [glue, wasm, dist] = process.argv.slice(2);
const START = { seed: 1, nodes: 3, start_millis: 1767225600123.5, journal: null, drop_last: 0, build: 'b' };
const ran = new Set();
let told = '';
let terminals = [];
let journal;
let looked = false;

// What a worker has and Node has not.
globalThis.self = globalThis;
globalThis.fetchRest = () => {};
globalThis.loadRest = () => {};
globalThis.fetch = async (path) => {
  const text = await readFile(`${dist}/${path.split('?')[0]}`, 'utf8');
  return { ok: true, status: 200, text: async () => text };
};
globalThis.postMessage = (message) => {
  if (Array.isArray(message)) {
    told += new TextDecoder().decode(message[1]);
    return;
  }
  const { Ready, Journal, View, Crashed } = JSON.parse(message);
  if (Crashed) throw new Error(Crashed.message);
  terminals = Ready?.terminals ?? terminals;
  journal = Journal ?? journal;
  looked ||= View !== undefined;
};

const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = (module, imports) =>
  instantiate(module, { ...imports, profile: { ran: (number) => ran.add(number) } });

const { default: init } = await import(pathToFileURL(glue));
await init({ module_or_path: await WebAssembly.compile(await readFile(wasm)) });

const send = (message) => globalThis.onmessage({ data: JSON.stringify(message) });
const until = async (holds, what) => {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 1000) throw new Error(`${what} never came; the terminal shows ${JSON.stringify(told)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const begin = async (start) => {
  told = '';
  send({ Start: { ...START, ...start } });
  await until(() => /[#$] $/.test(told), 'a prompt');
  looked = false;
  send({ Look: { namespaces: 'Learner', selector: '' } });
  send({ Inspect: null });
  await until(() => looked, 'a picture');
};

const catalogue = await readFile(`${dist}/lessons/index.yaml`, 'utf8');
const [course, folder] = [/^ {2}- id: *(\S+)/m, /folder: *([^,}\s]+)/].map((pattern) => catalogue.match(pattern)[1]);

await begin({ lesson: null });
await begin({ lesson: `${course}/${folder}` });
await until(() => journal, 'a journal');
const [terminal] = terminals;
send({ ResizeTerminal: { terminal, columns: 100, rows: 30 } });
console.log([...ran].sort((one, other) => one - other).join('\n'));
process.exit(0);
