// Starts the engine. A failure to load is told to the page like any other failure of the engine.
import init from './worker_engine.js';
const early = [];
const keep = (event) => early.push(event);
self.addEventListener('message', keep);
init().then(
  () => {
    self.removeEventListener('message', keep);
    for (const event of early) self.dispatchEvent(new MessageEvent('message', { data: event.data }));
  },
  (error) => self.postMessage(JSON.stringify({ Crashed: { message: String(error) } })),
);
