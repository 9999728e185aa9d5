// Words come from the page (#editor-words), so that they are translated where every text is; and small tools for elements.

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const one = (selector, root = document) => root.querySelector(selector);

export function word(name, values = {}) {
  const text = one(`#editor-words [data-word="${name}"]`)?.textContent ?? name;
  return Object.entries(values).reduce((filled, [key, value]) => filled.replaceAll(`{${key}}`, value), text);
}

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export const letterOf = (place) => String.fromCharCode(65 + place);

// What a sighted person sees anyway, told to the others; never while somebody composes a letter.
let teller;
export function tell(text) {
  if (!teller) {
    teller = make("p", { class: "eb-hidden-text", role: "status" });
    document.body.append(teller);
  }
  teller.textContent = teller.textContent === text ? `${text}\u200b` : text;
}

// Random names; crypto.randomUUID is missing on plain http.
function hex(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((value) => value.toString(16).padStart(2, "0")).join("");
}

export const newToken = () => hex(4);

export function newPublicId() {
  const raw = Date.now().toString(16).padStart(12, "0") + hex(10);
  const variant = (8 + (parseInt(raw[16], 16) & 3)).toString(16);
  return `${raw.slice(0, 8)}-${raw.slice(8, 12)}-7${raw.slice(13, 16)}-${variant}${raw.slice(17, 20)}-${raw.slice(20, 32)}`;
}

// The page's own formulas are laid out by the math bundle, which listens for this.
export function layOutFormulas(element) {
  element.dispatchEvent(new CustomEvent("eb:content", { bubbles: true }));
}
