// Bundles the npm parts and the style sheets into generated/, which index.html copies into dist/.
// Run by Trunk before every build; takes well under a second.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const common = {
  bundle: true,
  minify: true,
  charset: 'utf8', // without it Hangul becomes escapes
  legalComments: 'none',
  logLevel: 'warning',
};

await rm(at('../../generated/vendor'), { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: [at('src/terminal.mjs'), at('src/editor.mjs')],
    outdir: at('../../generated/vendor'),
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    target: 'es2022',
    loader: { '.css': 'text' },
  }),
  build({
    ...common,
    entryPoints: [at('../style/podground.css')],
    outdir: at('../../generated'),
    target: ['chrome123', 'firefox121', 'safari17.5'],
  }),
]);
