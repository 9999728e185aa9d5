// All words come from the page (#texts), so that they are translated where every text is; and small tools for elements.

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const one = (selector, root = document) => root.querySelector(selector);

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function word(name, values = {}) {
  const text = one(`#texts [data-text="${name}"]`)?.textContent ?? "";
  return Object.entries(values).reduce((filled, [key, value]) => filled.replaceAll(`{${key}}`, value), text);
}

// A moment of the server in the school's zone, whatever zone this machine believes it is in.
export function timeOf(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
}
