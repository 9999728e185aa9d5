// The page on which an item is written. The form works by itself; this makes rich fields of its textareas, adds rows by
// Enter, keeps what is typed, and shows beside it what the candidate will see and what the checks say.
import "../css/editor.css";
import { watchTyping } from "./editor/buffer.js";
import { askFormula, askOptions, askPicture } from "./editor/dialogs.js";
import { fieldOf, fill, focus, isBlank, makeField } from "./editor/field.js";
import { watchLive } from "./editor/live.js";
import { rowsOf, watchRows } from "./editor/rows.js";
import { makeToolbar } from "./editor/toolbar.js";
import { all, make, one, tell, word } from "./editor/words.js";

const form = one("#item-form");
const panel = one("#live");
if (form && panel) start();

function start() {
  const toolbar = makeToolbar({ askPicture: panel.dataset.uploadUrl ? (field) => addPictures(field, [null]) : null, askFormula: (field) => editFormula(field, null) });
  const rows = watchRows(form, { enhance, release, focusRow, changed });
  const on = {
    focused: (field) => toolbar.use(field),
    keys: (field) => rows.keys(() => field.textarea.closest("[data-row]")),
    pictures: panel.dataset.uploadUrl ? addPictures : (field) => notice(field, word("no_pictures_here")),
    lost: (field, count) => notice(field, word("lost_pictures", { count })),
    hasOptions: () => Boolean(optionList()),
    options: offerOptions,
  };

  enhance(form);
  const first = one("textarea[data-rich]", form);
  if (first && fieldOf(first)) {
    toolbar.use(fieldOf(first));
    const opening = first.closest(".eb-card, fieldset, .eb-field") ?? first.parentElement;
    topOf(opening).before(toolbar.element);
    document.documentElement.classList.add("eb-has-toolbar");
  }
  panel.hidden = false;
  if (panel.dataset.keepUrl) watchTyping(form, panel); // an import keeps nothing half-typed
  watchLive(form, panel, goToPart);
  form.addEventListener("eb:open-atom", openAtom);
  form.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "F10") {
      event.preventDefault();
      toolbar.focus();
    }
  });
  document.addEventListener("click", followLink);

  // The toolbar stays in sight while the form scrolls: it is a child of the form itself.
  function topOf(node) {
    while (node.parentElement && node.parentElement !== form) node = node.parentElement;
    return node;
  }

  // --- fields and rows ---

  function enhance(root) {
    for (const textarea of all("textarea[data-rich]", root)) {
      if (fieldOf(textarea)) continue;
      try {
        const field = makeField(textarea, on);
        field.editor.on("transaction", () => toolbar.field() === field && toolbar.refresh());
      } catch (error) {
        console.error(error); // this field stays a plain one
      }
    }
  }

  function release(root) {
    for (const textarea of all("textarea[data-rich]", root)) {
      const field = fieldOf(textarea);
      if (field && toolbar.field() === field) toolbar.use(fieldOf(first));
      field?.editor.destroy();
    }
  }

  function focusRow(row) {
    const rich = one("textarea[data-rich]", row);
    if (rich && fieldOf(rich)) focus(fieldOf(rich));
    else one("input:not([type=hidden]), textarea, select, button", row)?.focus();
  }

  function changed(node) {
    node.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // --- formulas and pictures ---

  async function editFormula(field, known) {
    const tex = await askFormula(known ?? "");
    if (tex !== null) chain(field).insertContent([{ type: "formula", attrs: { tex } }]).run();
    else focus(field, null);
  }

  async function addPictures(field, files) {
    for (const file of files) {
      const sent = await askPicture({ file, send });
      if (sent) chain(field).insertContent([{ type: "picture", attrs: { media: sent.id, alt: sent.alt } }]).run();
      else focus(field, null);
    }
  }

  async function send(file, alt) {
    const data = new FormData();
    data.append("csrf_token", form.elements.namedItem("csrf_token")?.value ?? "");
    data.append("picture", file, file.name);
    data.append("alt", alt);
    let answer;
    try {
      answer = await fetch(panel.dataset.uploadUrl, { method: "POST", body: data, headers: { Accept: "application/json" } });
    } catch {
      throw new Error(word("picture_failed"));
    }
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(answer.status === 401 ? word("typing_signed_out") : (told.message ?? word("picture_failed")));
    return told;
  }

  function chain(field) {
    focus(field, null);
    return field.editor.chain();
  }

  async function openAtom(event) {
    const field = toolbar.field();
    const { name, attrs } = event.detail;
    if (name === "formula") await editFormula(field, attrs.tex);
    if (name !== "picture") return;
    const changedTo = await askPicture({ isChange: true, alt: attrs.alt });
    if (changedTo) chain(field).updateAttributes("picture", { alt: changedTo.alt }).run();
    else focus(field, null);
  }

  // --- options in a paste ---

  function optionList() {
    return one('[data-rows="options"]', form);
  }

  async function offerOptions(field, found, insertAll) {
    const isMeant = await askOptions(found);
    focus(field, null);
    if (!isMeant) return insertAll();
    const row = field.textarea.closest("[data-row]");
    if (found.stem && !row) field.editor.view.pasteHTML(found.stem);
    const list = optionList();
    const free = rowsOf(list).filter((one) => all("textarea[data-rich]", one).every((textarea) => isBlank(fieldOf(textarea))));
    for (const option of found.rows) {
      const target = free.shift() ?? rows.addRow(list, null);
      const rich = target?.matches("[data-row]") && one("textarea[data-rich]", target);
      if (!rich) break;
      fill(fieldOf(rich), option.html);
      const key = one("[data-key]", target);
      if (key && (option.isKey || key.type === "checkbox") && key.checked !== option.isKey) rows.toggleKey(target);
    }
    focus(field);
  }

  // --- words beside a field, ways to a field ---

  function notice(field, text) {
    field.holder.parentElement.querySelector(".eb-field-notice")?.remove();
    field.holder.after(make("p", { class: "eb-field-notice", role: "status" }, text));
    tell(text);
  }

  function followLink(event) {
    const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (target && fieldOf(target)) {
      event.preventDefault();
      focus(fieldOf(target));
    }
  }

  // "stem", "option:TOKEN", "question:TOKEN/option:TOKEN": the row with that token, or the field of that name.
  function goToPart(part) {
    const token = /([0-9a-z]{4,16})$/i.exec(part.split("/").pop())?.[1];
    const hidden = part.includes(":") && all("input[type=hidden][name$=token]", form).find((input) => input.value === token);
    const row = hidden && hidden.closest("[data-row]");
    if (row) {
      focusRow(row);
      return true;
    }
    const named = form.elements.namedItem(part.split(":")[0]);
    const field = named instanceof RadioNodeList ? named[0] : named;
    if (!field) return false;
    if (fieldOf(field)) focus(fieldOf(field));
    else field.focus();
    return true;
  }

}
