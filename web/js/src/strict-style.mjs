// Lets xterm.js draw under `style-src 'self'`: its <style> elements become constructed style sheets and
// its style attributes become CSSOM assignments, both of which a strict Content-Security-Policy allows.
const createElement = Document.prototype.createElement;

// On the prototype: xterm.js draws its rows with the page's own document, whatever document it is given.
HTMLSpanElement.prototype.setAttribute = function (name, value) {
  if (name === 'style') this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
};

/** A stand-in for a <style> element: what is written to it goes to a style sheet of the document. */
function sheetElement() {
  const element = createElement.call(document, 'template');
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  let text = '';
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set(value) {
      text = value;
      sheet.replaceSync(value);
    },
  });
  element.remove = function () {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    Element.prototype.remove.call(this);
  };
  return element;
}

function create(name, options) {
  if (name === 'style') return sheetElement();
  return createElement.call(document, name, options);
}

/** The document as xterm.js shall see it. */
export const strictDocument = new Proxy(document, {
  get(target, key) {
    if (key === 'createElement') return create;
    const value = Reflect.get(target, key, target);
    return typeof value === 'function' ? value.bind(target) : value;
  },
  set: (target, key, value) => Reflect.set(target, key, value, target),
});

/** Runs `work` while the page's own document, too, hands out such elements. */
export function withStrictStyles(work) {
  document.createElement = create;
  try {
    return work();
  } finally {
    delete document.createElement;
  }
}

/** Adds a style sheet's text to the document. */
export function adopt(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}
