// What a text may hold: the tags that the server keeps, nothing else. No extension of ours or Tiptap's writes a style.
// Input rules stay off for all of them (see field.js): Unikey and other input methods type what they want.
import { Node } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Bold } from "@tiptap/extension-bold";
import { Code } from "@tiptap/extension-code";
import { CodeBlock } from "@tiptap/extension-code-block";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { Italic } from "@tiptap/extension-italic";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Strike } from "@tiptap/extension-strike";
import { Subscript } from "@tiptap/extension-subscript";
import { Superscript } from "@tiptap/extension-superscript";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { Underline } from "@tiptap/extension-underline";
import { Dropcursor, Gapcursor, UndoRedo } from "@tiptap/extensions";
import { layOutFormulas, make, one, word } from "./words.js";

const PlainBullets = BulletList.extend({ addProseMirrorPlugins: () => [] });
const PlainNumbers = OrderedList.extend({ addAttributes: () => ({}), addProseMirrorPlugins: () => [], renderHTML: () => ["ol", 0] });

const PlainTable = Table.extend({
  addNodeView: () => null,
  parseHTML: () => [{ tag: "table" }],
  renderHTML: () => ["table", { class: "eb-grid" }, ["tbody", 0]],
});

function spans() {
  const span = (name) => ({ default: 1, parseHTML: (cell) => Number(cell.getAttribute(name)) || 1, renderHTML: (set) => (set[name] > 1 ? { [name]: set[name] } : {}) });
  return { colspan: span("colspan"), rowspan: span("rowspan"), colwidth: { default: null, parseHTML: () => null, renderHTML: () => ({}) } };
}

const Cell = TableCell.extend({ addAttributes: spans, renderHTML: ({ HTMLAttributes }) => ["td", HTMLAttributes, 0] });
const HeaderCell = TableHeader.extend({ addAttributes: spans, renderHTML: ({ HTMLAttributes }) => ["th", HTMLAttributes, 0] });

// An atom is a small thing in the line: focused as a whole, opened by Enter or a double click, read aloud by its label.
function atom(name, { tag, attributes, view, ...more }) {
  return Node.create({
    name,
    group: "inline",
    inline: true,
    atom: true,
    draggable: true,
    addAttributes: () => attributes,
    parseHTML: () => [{ tag }],
    addNodeView() {
      return ({ node, editor }) => {
        const dom = make("span", { class: `eb-atom is-${name}`, contenteditable: "false" });
        const draw = (shown) => view(dom, shown.attrs, editor);
        draw(node);
        dom.addEventListener("dblclick", () => open(editor));
        return {
          dom,
          update(next) {
            if (next.type !== node.type) return false;
            if (Object.keys(next.attrs).some((key) => next.attrs[key] !== node.attrs[key])) draw(next);
            node = next;
            return true;
          },
          ignoreMutation: () => true, // KaTeX draws inside
        };
      };
    },
    addKeyboardShortcuts() {
      return { Enter: ({ editor }) => editor.state.selection.node?.type.name === name && open(editor) };
    },
    ...more,
  });
}

function open(editor) {
  const node = editor.state.selection.node;
  if (!node) return false;
  editor.view.dom.dispatchEvent(new CustomEvent("eb:open-atom", { bubbles: true, detail: { name: node.type.name, attrs: node.attrs } }));
  return true;
}

const attribute = (written, fallback = "") => ({
  default: fallback,
  parseHTML: (element) => element.getAttribute(written) ?? fallback,
  renderHTML: () => ({}),
});

export const Formula = atom("formula", {
  tag: "span[data-tex]",
  attributes: { tex: attribute("data-tex") },
  view(dom, { tex }) {
    const drawn = make("span", { "data-tex": tex });
    dom.setAttribute("role", "img");
    dom.setAttribute("aria-label", word("formula_label", { tex }));
    dom.replaceChildren(drawn);
    requestAnimationFrame(() => layOutFormulas(dom)); // by then it stands in the page
  },
  renderHTML: ({ node }) => ["span", { "data-tex": node.attrs.tex }],
  renderText: ({ node }) => `\\(${node.attrs.tex}\\)`,
});

export const Picture = atom("picture", {
  tag: "img[data-media]",
  attributes: { media: attribute("data-media"), alt: attribute("alt") },
  view(dom, { media, alt }) {
    const address = one("#live").dataset.pictureUrl.replace("PICTURE", media);
    dom.replaceChildren(make("img", { src: address, alt: word("picture_label", { alt }), draggable: "false" }));
  },
  renderHTML: ({ node }) => ["img", { "data-media": node.attrs.media, alt: node.attrs.alt }],
});

// Stored gaps and blanks are kept as they are; whoever writes a gap types its notation.
export const Gap = atom("gap", {
  tag: "span[data-gap]",
  attributes: { gap: attribute("data-gap") },
  view(dom) {
    dom.setAttribute("role", "img");
    dom.setAttribute("aria-label", word("gap_label"));
    dom.replaceChildren("____");
  },
  renderHTML: ({ node }) => ["span", { "data-gap": node.attrs.gap }],
});

export const Blank = atom("blank", {
  tag: "span.eb-blank",
  attributes: { text: { default: "", parseHTML: (element) => element.textContent, renderHTML: () => ({}) } },
  view: (dom, { text }) => dom.replaceChildren(text || "____"),
  renderHTML: ({ node }) => ["span", { class: "eb-blank" }, ...(node.attrs.text ? [node.attrs.text] : [])],
});

// Ctrl+Enter marks the key, so a line break is Shift+Enter alone.
const LineBreak = HardBreak.extend({
  addKeyboardShortcuts() {
    return { "Shift-Enter": () => this.editor.commands.setHardBreak() };
  },
});

export function extensions() {
  return [
    Document, Paragraph, Text, Bold, Italic, Underline, Strike, Subscript, Superscript, Code, CodeBlock, Blockquote, LineBreak,
    Heading.configure({ levels: [3, 4] }), PlainBullets, PlainNumbers, ListItem, ListKeymap,
    PlainTable.configure({ resizable: false }), TableRow, Cell, HeaderCell,
    Formula, Picture, Gap, Blank, UndoRedo, Dropcursor.configure({ class: "eb-drop-cursor", color: false }), Gapcursor,
  ];
}
