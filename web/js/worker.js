// Starts the engine. It comes in two parts (crates/wasm-split): what runs before the first prompt, and the rest,
// fetched ahead once the prompt stands there. A failure to load is told to the page like any other of the engine.
import init from './worker_engine.js';

const REST = './engine_rest.wasm';
const crashed = (error) => self.postMessage(JSON.stringify({ Crashed: { message: String(error) } }));
let first;
let rest;

/** The engine asks for this when there is a prompt; the page draws that first. If it fails, `loadRest` will tell. */
self.fetchRest = async () => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (rest) return;
  try {
    const response = await fetch(new URL(REST, import.meta.url));
    if (response.ok) rest ??= await WebAssembly.compile(await response.arrayBuffer());
  } catch {}
};

/** The engine calls this in the midst of its work, when it first needs the rest: nothing can be awaited here. */
self.loadRest = () => {
  try {
    rest ??= new WebAssembly.Module(fetchNow(new URL(REST, import.meta.url)));
    new WebAssembly.Instance(rest, { first });
    first['rest.loaded'].value = 1;
  } catch (error) {
    crashed(error);
    throw error;
  }
};

function fetchNow(url) {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.responseType = 'arraybuffer';
  request.send();
  if (request.status !== 200) throw new Error(`${url.pathname}: HTTP ${request.status}`);
  return request.response;
}

const early = [];
const keep = (event) => early.push(event);
self.addEventListener('message', keep);
init().then((engine) => {
  first = engine;
  self.removeEventListener('message', keep);
  for (const event of early) self.dispatchEvent(new MessageEvent('message', { data: event.data }));
}, crashed);
