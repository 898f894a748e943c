import { Terminal } from '@xterm/xterm';
import { ClipboardAddon } from '@xterm/addon-clipboard';
import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import css from '@xterm/xterm/css/xterm.css';
import { adopt, strictDocument, withStrictStyles } from './strict-style.mjs';

adopt(css);

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** The palette is kept in the style sheet, so that light and dark live in one place. */
function theme(host) {
  // A probe resolves light-dark(), which the variables themselves still hold.
  const probe = host.appendChild(document.createElement('i'));
  const colour = (name) => {
    probe.style.color = `var(--term-${name})`;
    return getComputedStyle(probe).color;
  };
  const theme = {
    background: colour('background'),
    foreground: colour('foreground'),
    cursor: colour('cursor'),
    cursorAccent: colour('background'),
    selectionBackground: colour('selection'),
    selectionInactiveBackground: colour('selection'),
  };
  for (const name of COLOURS) {
    theme[name] = colour(name);
    theme[`bright${name[0].toUpperCase()}${name.slice(1)}`] = colour(`bright-${name}`);
  }
  probe.remove();
  return theme;
}

/** Addresses inside the simulated network are not the reader's machine: only public names open a tab. */
function isPublic(uri) {
  const { hostname } = new URL(uri);
  return hostname.includes('.') && !/^[\d.]+$/.test(hostname) && !hostname.endsWith('.local');
}

/**
 * xterm.js reads what an input method has composed out of its text area in timers of 0 ms. On a busy page the next key
 * or insertion comes before them: letters were lost, came twice, or after the key that followed them. Such timers are
 * run here before whatever comes next can change what they read.
 */
function readCompositionsInOrder(host) {
  const { setTimeout } = window;
  let due = [];
  const read = () => due.splice(0).forEach((callback) => callback());
  const collect = (callback) => {
    due.push(callback);
    return setTimeout(read);
  };
  for (const type of ['compositionupdate', 'compositionend']) {
    // xterm.js listens on its text area: between these two.
    host.addEventListener(type, () => (window.setTimeout = collect), true);
    host.addEventListener(type, () => (window.setTimeout = setTimeout));
  }
  for (const type of ['keydown', 'beforeinput']) {
    host.addEventListener(type, (event) => event.inputType !== 'insertCompositionText' && read(), true);
  }
}

export function createTerminal(host, options, onData, onResize) {
  const style = getComputedStyle(host);
  const terminal = new Terminal({
    documentOverride: strictDocument,
    allowProposedApi: true,
    fontFamily: style.getPropertyValue('--font-mono').trim(),
    fontSize: Number.parseFloat(style.getPropertyValue('--term-size')) || 13,
    lineHeight: 1.25,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    scrollback: 5000,
    screenReaderMode: options.screenReader,
    theme: theme(host),
    macOptionIsMeta: true,
    rescaleOverlappingGlyphs: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new ClipboardAddon());
  terminal.loadAddon(
    new WebLinksAddon((_event, uri) => {
      if (isPublic(uri)) window.open(uri, '_blank', 'noopener');
      else onData(`curl ${uri}`);
    }),
  );
  withStrictStyles(() => terminal.open(host));
  terminal.textarea?.setAttribute('aria-label', options.label);

  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key === 'F6') return false; // moves among the panes
    if (event.isComposing) return true;
    // As in editors' terminals: Ctrl+C copies what is selected, once, and Ctrl+V pastes; the browser does both.
    if (event.ctrlKey && !event.shiftKey && !event.altKey && !event.metaKey) {
      if (event.code === 'KeyV') return false;
      if (event.code === 'KeyC' && terminal.hasSelection()) {
        if (event.type === 'keydown') setTimeout(() => terminal.clearSelection());
        return false;
      }
    }
    const copyPaste = event.ctrlKey && event.shiftKey && !event.altKey;
    if (copyPaste && event.code === 'KeyC') {
      if (event.type === 'keydown' && terminal.hasSelection()) {
        navigator.clipboard?.writeText(terminal.getSelection());
      }
      event.preventDefault();
      return false;
    }
    // The browser's own "paste as plain text": it asks for no permission and keeps its place among the keys.
    if (copyPaste && event.code === 'KeyV') return false;
    return true;
  });

  readCompositionsInOrder(host);
  // Left to itself the text also goes into xterm.js's text area, in markup that a strict style-src refuses.
  host.addEventListener(
    'paste',
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      terminal.paste(event.clipboardData?.getData('text/plain') ?? '');
    },
    true,
  );

  terminal.onData(onData);
  terminal.onBinary(onData);
  terminal.onResize(({ cols, rows }) => onResize(cols, rows));
  const refit = () => {
    // A folded or hidden pane has no size; fitting to it would squeeze the text to one column.
    if (host.clientWidth > 40 && host.clientHeight > 20) fit.fit();
  };
  let pending = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(refit);
  });
  observer.observe(host);
  refit();
  onResize(terminal.cols, terminal.rows);

  return {
    write: (bytes) => terminal.write(bytes),
    focus: () => terminal.focus(),
    refit,
    retheme() {
      terminal.options.theme = theme(host);
    },
    setScreenReader(on) {
      terminal.options.screenReaderMode = on;
    },
    setLabel: (label) => terminal.textarea?.setAttribute('aria-label', label),
    text() {
      const buffer = terminal.buffer.active;
      const lines = [];
      for (let row = 0; row < buffer.length; row += 1) {
        const line = buffer.getLine(row);
        const text = line?.translateToString(true) ?? '';
        if (line?.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
        else lines.push(text);
      }
      return lines.join('\n').trimEnd();
    },
    dispose() {
      observer.disconnect();
      terminal.dispose();
    },
  };
}
