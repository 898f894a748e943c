import { EditorView, basicSetup } from 'codemirror';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { indentWithTab } from '@codemirror/commands';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { yaml } from '@codemirror/lang-yaml';
import { tags } from '@lezer/highlight';

const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--syntax-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--syntax-number)' },
  { tag: tags.comment, color: 'var(--syntax-comment)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.labelName, tags.typeName], color: 'var(--syntax-meta)' },
  { tag: [tags.punctuation, tags.separator], color: 'var(--text-soft)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--accent)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--text-soft)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'var(--line-active)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--line-active)', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--selection)' },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--border)',
    borderRadius: '6px',
  },
  '.cm-panels input, .cm-panels button': { color: 'inherit', background: 'var(--surface)' },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--font-text)' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--bad)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--wait)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--wait)',
    textUnderlineOffset: '3px',
  },
});

/**
 * Typing over a selection, done here: Chromium's own way carries the selected text's looks over in a style attribute,
 * which a strict style-src refuses (and says so in the console).
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main } = view.state.selection;
    if (event.inputType !== 'insertText' || event.isComposing || !event.data || main.empty) return false;
    event.preventDefault();
    const typed = () =>
      view.state.update(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, main.from, main.to, event.data, typed))) view.dispatch(typed());
    return true;
  },
});

/** An editor for one file at a time; `setDocument` changes the file and forgets the undo history. */
export function createEditor(host, options, onChange, onCommand) {
  // In a shadow root CodeMirror uses constructed style sheets, which a strict style-src allows.
  const root = host.attachShadow({ mode: 'open' });
  const label = new Compartment();
  const labelled = (text) => EditorView.contentAttributes.of({ 'aria-label': text, spellcheck: 'false' });
  let quiet = false;
  let name = options.label;
  const command = (which) => () => {
    onCommand(which);
    return true;
  };
  const extensions = () => [
    Prec.highest(
      keymap.of([
        { key: 'Mod-s', run: command('save'), preventDefault: true },
        { key: 'Mod-Enter', run: command('apply') },
      ]),
    ),
    typeOver,
    basicSetup,
    keymap.of([indentWithTab]),
    yaml(),
    lintGutter(),
    syntaxHighlighting(highlight),
    look,
    label.of(labelled(name)),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !quiet) onChange(update.state.doc.toString());
    }),
  ];
  const state = (doc) => EditorState.create({ doc, extensions: extensions() });
  const view = new EditorView({ state: state(options.text), parent: root, root });

  const point = (line, column) => {
    const { doc } = view.state;
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return Math.min(at.from + Math.max(column - 1, 0), at.to);
  };
  return {
    setDocument(text, title) {
      name = title;
      if (view.state.doc.toString() === text) {
        view.dispatch({ effects: label.reconfigure(labelled(title)) });
        return;
      }
      quiet = true;
      view.setState(state(text));
      quiet = false;
    },
    setDiagnostics(json) {
      const { doc } = view.state;
      const marks = JSON.parse(json).map(({ line, column, end_column, severity, message }) => {
        const from = point(line, column);
        let to = end_column > column ? point(line, end_column) : from;
        if (to <= from) to = doc.lineAt(from).to;
        return { from: to > from ? from : doc.lineAt(from).from, to, severity, message };
      });
      view.dispatch(setDiagnostics(view.state, marks));
    },
    goTo(line, column) {
      view.dispatch({ selection: { anchor: point(line, column) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    dispose: () => view.destroy(),
  };
}
