// Between the form's field and the editor. The field holds what the server's own form would hold: plain text when nothing
// is formatted, else HTML (rules.html_from_typed reads both, rules.editable_text writes both).

const TAGS = "p|br|b|strong|i|em|u|s|sub|sup|ul|ol|li|blockquote|code|pre|table|thead|tbody|tr|th|td|span|h3|h4|img";
const LOOKS_LIKE_HTML = new RegExp(`</(${TAGS})>|<br ?/?>`, "i"); // as the server decides
const TYPED_TEX = /\\\((.+?)\\\)/gs;

export function escapeHtml(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

// HTML for the editor from the value of a field.
export function htmlOf(value) {
  if (LOOKS_LIKE_HTML.test(value) || /<img data-media=/.test(value)) return value;
  const paragraphs = value.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n+/).map((part) => part.trim()).filter(Boolean);
  return paragraphs.map((part) => `<p>${part.split("\n").map((line) => inline(line.trim())).join("<br>")}</p>`).join("");
}

function inline(line) {
  return escapeHtml(line).replace(TYPED_TEX, (_all, tex) => `<span data-tex="${tex.trim()}"></span>`);
}

// The value of the field from the editor's HTML; NFC only here, never while a letter is composed.
export function valueOf(html) {
  const holder = document.implementation.createHTMLDocument("").createElement("div");
  holder.innerHTML = html;
  trimEnds(holder);
  for (const cell of holder.querySelectorAll("td, th, li")) unwrapOnly(cell);
  unwrapOnly(holder);
  const written = holder.innerHTML.normalize("NFC").trim();
  if (holder.querySelector("*")) return LOOKS_LIKE_HTML.test(written) ? written : `<p>${written}</p>`;
  const text = holder.textContent.normalize("NFC").trim();
  return LOOKS_LIKE_HTML.test(text) ? `<p>${written}</p>` : text;
}

// Empty paragraphs at both ends are where the caret stood, not text.
function trimEnds(holder) {
  const isEmpty = (node) => node && node.nodeName === "P" && !node.textContent.trim() && !node.querySelector("img, span, table");
  while (isEmpty(holder.firstChild)) holder.firstChild.remove();
  while (isEmpty(holder.lastChild)) holder.lastChild.remove();
}

// A single paragraph stays without <p>, so that it fits into a legend, a label or a cell.
function unwrapOnly(holder) {
  const [first, ...more] = [...holder.childNodes];
  if (first?.nodeName !== "P") return;
  if (!more.length) first.replaceWith(...first.childNodes);
  else if (holder.nodeName === "LI" && more.every((node) => ["UL", "OL"].includes(node.nodeName))) first.replaceWith(...first.childNodes);
}
