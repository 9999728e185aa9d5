// Rows of the form (options, accepted answers, questions ...): added, removed and moved on the page, as the server's own
// buttons do it without script. The interface:
//   [data-rows="options"]  holds the rows ([data-row]) and, in or behind it, <template data-template-for="options">
//   data-letter  data-key  data-remove  data-move="up|down"  data-add="options"  data-most  data-least
// Names carry the row's number ("options-2-text"); after every change they are numbered anew in reading order.
import { all, letterOf, newToken, one, tell, word } from "./words.js";

const NUMBERED = ["name", "id", "for", "value", "href", "aria-labelledby", "aria-describedby", "aria-controls", "data-file-name", "data-rows", "data-add", "data-template-for", "data-name"];

export const rowsOf = (list) => [...list.children].filter((node) => node.matches("[data-row]"));
export const listOf = (row) => row.closest("[data-rows]");
const rowAt = (node) => node.closest("[data-row]");

/** `enhance(row)` makes the rich fields of a new row; `focusRow(row)` puts the caret into it; `changed()` after each change. */
export function watchRows(form, { enhance, release, focusRow, changed }) {
  form.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("[data-add], [data-remove], [data-move]");
    if (button && act(button)) event.preventDefault();
    const letter = target?.closest("[data-letter]");
    if (letter && rowAt(letter)) toggleKey(rowAt(letter));
  });
  form.addEventListener("keydown", (event) => {
    const row = event.target instanceof Element && rowAt(event.target);
    if (!row || event.isComposing || event.defaultPrevented) return;
    if (rowKey(event, row)) event.preventDefault();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-key]")) showKeys(listOf(event.target));
  });
  all("[data-rows]", form).forEach(number);

  function act(button) {
    if (button.dataset.add) {
      const list = one(`[data-rows="${CSS.escape(button.dataset.add)}"]`, form);
      return Boolean(list && addRow(list, null));
    }
    const row = rowAt(button);
    if (!row) return false;
    return button.dataset.move ? move(row, button.dataset.move === "up" ? -1 : 1, button) : remove(row);
  }

  function templateOf(list) {
    const found = [...list.children].find((node) => node.localName === "template");
    return found ?? one(`template[data-template-for="${CSS.escape(list.dataset.rows)}"]`, form);
  }

  function addRow(list, after) {
    const template = templateOf(list);
    if (!template) return null;
    if (rowsOf(list).length >= Number(list.dataset.most || list.dataset.max || 60)) {
      tell(word("row_most"));
      return list; // taken care of: the server would say the same
    }
    const row = template.content.cloneNode(true).querySelector("[data-row]");
    if (after) after.after(row);
    else (rowsOf(list).pop() ?? template).after(row);
    if (!rowsOf(list).includes(row)) list.append(row);
    number(list);
    all("input[type=hidden][name$=token]", row).forEach((input) => (input.value = input.value || newToken()));
    enhance(row);
    changed(row);
    focusRow(row);
    tell(word("row_added", { letter: letterOf(rowsOf(list).indexOf(row)) }));
    return row;
  }

  function remove(row, isEmpty = false) {
    const list = listOf(row);
    const rows = rowsOf(list);
    if (rows.length <= Number(list.dataset.least || list.dataset.min || 1)) return isEmpty;
    const at = rows.indexOf(row);
    release(row);
    row.remove();
    number(list);
    changed(list);
    focusRow(rowsOf(list)[Math.max(0, at - 1)]);
    tell(word("row_removed"));
    return true;
  }

  function move(row, step, button = null) {
    const list = listOf(row);
    const rows = rowsOf(list);
    const other = rows[rows.indexOf(row) + step];
    if (!other) return true;
    const caret = button ?? document.activeElement;
    if (step < 0) other.before(row);
    else other.after(row);
    number(list);
    changed(list);
    if (caret && row.contains(caret)) caret.focus();
    tell(word("row_moved", { letter: letterOf(rowsOf(list).indexOf(row)) }));
    return true;
  }

  function toggleKey(row) {
    const key = ownPart(row, "[data-key]");
    if (!key) return false;
    key.checked = key.type === "radio" ? true : !key.checked;
    key.dispatchEvent(new Event("change", { bubbles: true }));
    tell(word(key.checked ? "row_key" : "row_not_key", { letter: letterOf(rowsOf(listOf(row)).indexOf(row)) }));
    return true;
  }

  function rowKey(event, row) {
    if ((event.altKey && !event.ctrlKey && event.code === "KeyK") || (event.key === "Enter" && event.ctrlKey)) return toggleKey(row);
    if (event.altKey && event.key === "ArrowUp") return move(row, -1);
    if (event.altKey && event.key === "ArrowDown") return move(row, 1);
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !["text", "search", ""].includes(input.getAttribute("type") ?? "")) return false;
    if (event.key === "Enter") return Boolean(next(row));
    if (event.key === "Backspace" && isEmptyRow(row)) return remove(row, false);
    return false;
  }

  function next(row) {
    const rows = rowsOf(listOf(row));
    const following = rows[rows.indexOf(row) + 1];
    if (following) focusRow(following);
    return following ?? addRow(listOf(row), row);
  }

  // The keys of a rich field in a row; the editor asks them before its own.
  const keys = (row) => ({
    Enter: ({ editor }) => !editor.isActive("listItem") && !editor.isActive("table") && !editor.isActive("codeBlock") && Boolean(row() && next(row())),
    "Mod-Enter": () => Boolean(row() && toggleKey(row())),
    Backspace: () => Boolean(row() && isEmptyRow(row()) && remove(row(), false)),
  });

  return { addRow, keys, number, toggleKey };
}

export function isEmptyRow(row) {
  return all("textarea, input[type=text], input:not([type])", row).every((field) => !field.value.trim());
}

/** Gives every row of a list its number, in names, labels and letters. */
function number(list) {
  const name = list.dataset.rows;
  const rows = rowsOf(list);
  const style = styleOf(rows);
  // two rows share their radios' names for a moment, and the browser lets only one of a name stand
  const chosen = all("input[type=radio]", list).filter((radio) => radio.checked);
  rows.forEach((row, place) => {
    for (const node of [row, ...row.querySelectorAll("*")]) renumber(node, name, place);
    all("template", row).forEach((template) => [...template.content.querySelectorAll("*")].forEach((node) => renumber(node, name, place)));
    rename(row, style(place));
  });
  chosen.forEach((radio) => (radio.checked = true));
  showKeys(list);
}

const ownPart = (row, selector) => all(selector, row).find((one) => rowAt(one) === row);

// Options have letters, statements small ones, other rows numbers: as the server drew them.
function styleOf(rows) {
  const letters = rows.map((row) => ownPart(row, "[data-letter]")).filter(Boolean);
  if (!letters.length || letters.some((letter) => letter.dataset.letter === "number")) return (place) => String(place + 1);
  if (letters.some((letter) => /^[a-z]$/.test(letter.textContent))) return (place) => letterOf(place).toLowerCase();
  return letterOf;
}

// "Option B" stands in the row's label, in its fields' labels and in its buttons.
function rename(row, shown) {
  const letter = ownPart(row, "[data-letter]");
  if (letter && letter.textContent !== shown) letter.textContent = shown;
  if (letter && ownPart(row, "[data-key]")) letter.title = word("letter_hint", { letter: shown });
  const before = (row.getAttribute("aria-label") ?? "").trim();
  if (!before) return;
  const after = `${before.replace(/\s(\?|[A-Za-z]|\d+)$/, "")} ${shown}`;
  row.setAttribute("aria-label", after);
  if (after === before) return;
  for (const label of all("label, .eb-hidden-text, h3", row)) {
    for (const node of label.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.data.includes(before)) node.data = node.data.replace(before, after);
    }
  }
}

function renumber(node, name, place) {
  for (const attribute of NUMBERED) {
    const value = node.getAttribute(attribute);
    if (!value || !value.includes(`${name}-`)) continue;
    if (attribute === "value" && node.type !== "radio" && node.localName !== "button") continue;
    const changed = value.replaceAll(new RegExp(`(^|[\\s#-]|\\b)${name}-(?:\\d+|__INDEX__)(?=$|[\\s-])`, "g"), `$1${name}-${place}`);
    if (changed !== value) node.setAttribute(attribute, changed);
  }
}

function showKeys(list) {
  if (!list) return;
  for (const row of rowsOf(list)) {
    const key = ownPart(row, "[data-key]");
    if (key) row.classList.toggle("is-key", key.checked);
  }
}
