// Options in a pasted question: "A. ... B. ... C. ..." each on its line, several in one line parted by tabs or spaces, or a
// list that Word numbers with letters. The right one is often bold, underlined, red or has a star: then it is proposed as
// the key, and loses what makes it stand out. Pure: elements in, plain values out.
import { closeUp, textNodes } from "./word.js";

const MARKER = /(^|[\t\n]| {2,})[ \t]*(\*?)[ ]*([A-J])[ ]*[.)/:][ \t]*(?=\S)/g;
const STANDS_OUT = "b, strong, u, mark";
const KEY_LINE = /^\s*(?:Đáp án|Đ\/A|Answer|Key)\s*(?:đúng)?\s*[:.]?\s*([A-J])\s*\.?\s*$/i;
const NUMBER = /^\s*(?:Câu|Question)\s*\d+\s*[.:)]\s*/i;

/** Gives {stem, rows: [{html, isKey}]} or null when there are no options. `holder` (from cleanPaste) is left as it was. */
export function findOptions(holder) {
  const lines = [...holder.children].flatMap((block) => linesOf(block));
  const start = lines.findIndex((line, at) => line.letter === "A" && lines[at + 1]?.letter === "B");
  if (start < 0) return null;
  let end = start;
  while (lines[end]?.letter === String.fromCharCode(65 + end - start)) end += 1;
  const rows = lines.slice(start, end).map((line) => ({ html: line.html(), isKey: line.isKey, standsOut: line.standsOut }));
  const rest = [...lines.slice(0, start), ...lines.slice(end)];
  markKey(rows, takeKeyLine(rest));
  return { stem: stemOf(rest), rows };
}

function takeKeyLine(rest) {
  const at = rest.findIndex((line) => KEY_LINE.test(line.text));
  return at < 0 ? "" : KEY_LINE.exec(rest.splice(at, 1)[0].text)[1].toUpperCase();
}

function markKey(rows, letter) {
  if (letter) rows.forEach((row, at) => (row.isKey = String.fromCharCode(65 + at) === letter));
  const outstanding = rows.filter((row) => row.standsOut);
  if (!rows.some((row) => row.isKey) && outstanding.length === 1) outstanding[0].isKey = true;
  for (const row of rows) {
    // what shows the key to the author would show it to the candidate
    if (row.standsOut && outstanding.length < rows.length) row.html = row.html.replace(/<\/?(b|strong|u)>/g, "");
    delete row.standsOut;
  }
}

function stemOf(rest) {
  const html = rest.map((line) => line.whole()).join("");
  const holder = document.implementation.createHTMLDocument("").createElement("div");
  holder.innerHTML = html.replace(/<\/(ul|ol)><\1>/g, "");
  const first = textNodes(holder.ownerDocument, holder)[0];
  if (first) first.data = first.data.replace(NUMBER, "");
  return closeUp(holder);
}

function linesOf(block) {
  if (/^(OL|UL)$/.test(block.nodeName)) return [...block.children].map((item) => entryLine(block, item));
  const text = textOf(block);
  const found = /^(P|H3|H4)$/.test(block.nodeName) ? [...text.matchAll(MARKER)] : [];
  if (!found.length) return [{ letter: "", text, whole: () => block.outerHTML }];
  const lines = [];
  if (found[0].index > 0 && text.slice(0, found[0].index).trim()) {
    const before = () => `<p>${slice(block, 0, found[0].index)}</p>`;
    lines.push({ letter: "", text: text.slice(0, found[0].index), whole: before });
  }
  found.forEach((match, at) => {
    const from = match.index + match[0].length;
    const to = found[at + 1]?.index ?? text.length;
    lines.push({
      letter: match[3],
      text: text.slice(from, to),
      isKey: match[2] === "*",
      standsOut: isOutstanding(block, from, to),
      html: () => slice(block, from, to),
      whole: () => `<p>${slice(block, match.index, to)}</p>`,
    });
  });
  return lines;
}

function entryLine(list, item) {
  const letter = /^([A-J])[.)/:]$/.exec(item.dataset.marker ?? "")?.[1] ?? "";
  const words = item.querySelector("p") ?? item;
  return {
    letter,
    text: textOf(item),
    isKey: false,
    standsOut: isOutstanding(words, 0, textOf(words).length),
    html: () => slice(words, 0, textOf(words).length),
    whole: () => `<${list.localName}>${item.outerHTML}</${list.localName}>`,
  };
}

// --- offsets into the words of a block, a line break counting as one ---

function pieces(block) {
  const walker = block.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const found = [];
  let at = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const length = node.nodeType === Node.TEXT_NODE ? node.data.length : node.nodeName === "BR" ? 1 : 0;
    if (length) found.push({ node, at, length });
    at += length;
  }
  return found;
}

function textOf(block) {
  return pieces(block).map(({ node }) => (node.nodeName === "BR" ? "\n" : node.data)).join("");
}

function isOutstanding(block, from, to) {
  const inside = pieces(block).filter(({ node, at, length }) => at < to && at + length > from && node.data?.slice(Math.max(0, from - at), to - at).trim());
  return inside.length > 0 && inside.every(({ node }) => node.parentElement.closest(STANDS_OUT) && block.contains(node.parentElement.closest(STANDS_OUT)));
}

// Everything but the wanted part is taken out of a copy, so that the elements around it stay.
function slice(block, from, to) {
  const copy = block.cloneNode(true);
  for (const { node, at, length } of pieces(copy)) {
    if (node.nodeName === "BR") {
      if (at < from || at >= to) node.remove();
    } else node.data = node.data.slice(Math.max(0, from - at), Math.max(0, to - at, 0)).slice(0, length);
  }
  [...copy.querySelectorAll("*")].reverse().forEach((node) => {
    if (!node.textContent && !/^(BR|IMG)$/.test(node.nodeName) && !node.hasAttribute("data-tex") && !node.hasAttribute("data-gap")) node.remove();
  });
  const wrap = block.ownerDocument.createElement("div");
  const paragraph = block.ownerDocument.createElement("p");
  paragraph.append(...copy.childNodes);
  while (paragraph.lastChild?.nodeName === "BR") paragraph.lastChild.remove();
  wrap.append(paragraph);
  closeUp(wrap);
  return paragraph.innerHTML;
}
