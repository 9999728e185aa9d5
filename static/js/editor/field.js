// One rich field: a Tiptap editor over the form's own textarea, which always holds the value and is what the form sends.
import { Editor, Extension } from "@tiptap/core";
import { cleanPaste, closeUp } from "./word.js";
import { findOptions } from "./options.js";
import { extensions } from "./schema.js";
import { escapeHtml, htmlOf, valueOf } from "./texts.js";
import { all, make } from "./words.js";

const fields = new WeakMap(); // textarea -> field

export const fieldOf = (textarea) => fields.get(textarea);

/** `on`: what the page does: focused(field), pictures(field, files), lost(count), options(field, found, insertAll), keys (shortcuts of rows). */
export function makeField(textarea, on) {
  const isInline = textarea.dataset.rich === "inline";
  const holder = make("div", { class: `eb-rich is-${isInline ? "inline" : "block"}` });
  const field = { textarea, holder, isInline, editor: null };
  const keys = Extension.create({ name: "rowKeys", priority: 1000, addKeyboardShortcuts: () => (isInline ? on.keys(field) : {}) });
  textarea.before(holder);
  try {
    field.editor = new Editor({
      element: holder,
      extensions: [...extensions(), keys],
      content: htmlOf(textarea.value),
      injectCSS: false,
      enableInputRules: false,
      enablePasteRules: false,
      editorProps: {
        attributes: attributesOf(textarea),
        // before ProseMirror's own handlers: these parse what was pasted as it is, and the content policy reports its styles
        handleDOMEvents: {
          paste: (view, event) => !view.composing && paste(field, event, on),
          drop: (view, event) => !view.dragging && drop(field, view, event, on),
        },
      },
      onUpdate: () => write(field),
      onFocus: () => on.focused(field),
    });
  } catch (error) {
    holder.remove(); // the plain field stays and does its work
    throw error;
  }
  textarea.hidden = true;
  fields.set(textarea, field);
  all(`label[for="${CSS.escape(textarea.id)}"]`).forEach((label) => label.addEventListener("click", () => focus(field)));
  return field;
}

function attributesOf(textarea) {
  const label = textarea.id && document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
  if (label && !label.id) label.id = `${textarea.id}-label`;
  const given = {
    class: "eb-rich-text eb-prose",
    role: "textbox",
    "aria-multiline": "true",
    "aria-labelledby": label?.id,
    "aria-label": label ? null : textarea.getAttribute("aria-label"),
    "aria-describedby": textarea.getAttribute("aria-describedby"),
    "aria-invalid": textarea.getAttribute("aria-invalid"),
    spellcheck: "false",
    autocorrect: "off",
    autocapitalize: "off",
    translate: "no",
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

/** At once, not in the next frame as Tiptap's own command: whoever types on must not lose a letter. `where` null: as it was. */
export function focus(field, where = "end") {
  const { editor } = field;
  if (where === "end") editor.commands.setTextSelection(editor.state.doc.content.size);
  editor.view.focus();
}

function write(field) {
  const value = valueOf(field.editor.getHTML());
  if (value === field.textarea.value) return;
  field.textarea.value = value;
  field.textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Puts a value of the form into the field, as if it had been typed. */
export function fill(field, html) {
  field.editor.commands.setContent(html, { emitUpdate: true });
}

export const isBlank = (field) => field.textarea.value.trim() === "";

// --- paste and drop ---

const pictureFiles = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));

function paste(field, event, on) {
  const data = event.clipboardData;
  if (!data || field.editor.view.input?.shiftKey) return false;
  const html = data.getData("text/html");
  const files = pictureFiles(data);
  const text = data.getData("text/plain");
  if (files.length && !(html && text.trim())) {
    event.preventDefault();
    on.pictures(field, files);
    return true;
  }
  if (/data-pm-slice/.test(html) || field.editor.isActive("codeBlock")) return false;
  if (!html && !text.trim()) return false;
  event.preventDefault();
  take(field, html || htmlOfLines(text), on);
  return true;
}

function htmlOfLines(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  return lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("");
}

function take(field, html, on) {
  const { holder, lost, files } = cleanPaste(html);
  const found = findOptions(holder);
  const insert = () => field.editor.view.pasteHTML(unwrapSingle(closeUp(holder)));
  if (found && on.hasOptions()) on.options(field, found, insert);
  else insert();
  if (lost) on.lost(field, lost);
  if (files.length) on.pictures(field, files);
}

// A paragraph pasted alone goes into the line where the caret stands.
function unwrapSingle(html) {
  const single = /^<p>((?:(?!<\/?p>).)*)<\/p>$/s.exec(html);
  return single ? single[1] : html;
}

function drop(field, view, event, on) {
  const files = pictureFiles(event.dataTransfer);
  const html = event.dataTransfer?.getData("text/html") ?? "";
  if (!files.length && (!html || /data-pm-slice/.test(html))) return false;
  const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (place) field.editor.commands.setTextSelection(place.pos);
  event.preventDefault();
  if (files.length) on.pictures(field, files);
  else take(field, html, on);
  return true;
}
