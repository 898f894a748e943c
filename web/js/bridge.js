// The only JavaScript that the app's wasm calls: terminal and editor are fetched when first needed.
const build = document.querySelector('meta[name=build]')?.content;
const part = (name) => import(new URL(`vendor/${name}.js${build ? `?v=${build}` : ''}`, document.baseURI).href);

export async function create_terminal(host, options, onData, onResize) {
  return (await part('terminal')).createTerminal(host, options, onData, onResize);
}

export async function create_editor(host, options, onChange, onCommand) {
  return (await part('editor')).createEditor(host, options, onChange, onCommand);
}
