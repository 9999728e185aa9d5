// One toolbar for all rich fields of the page; it acts on the one that had the focus last. One stop of the Tab key: arrows
// move within, Escape goes back to the text, Alt+F10 comes here from the text.
import { closeHistory } from "@tiptap/pm/history";
import { make, word } from "./words.js";

const ICONS = {
  bullets: "M9 6h11M9 12h11M9 18h11M5 6v.01M5 12v.01M5 18v.01",
  numbers: "M11 6h9M11 12h9M12 18h8M4 16a2 2 0 1 1 4 0c0 .591-.5 1-1 1.5l-3 2.5h4M6 10v-6l-2 2",
  table: "M3 5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-14a2 2 0 0 1-2-2zM3 10h18M10 3v18",
  picture: "M15 8h.01M3 6a3 3 0 0 1 3-3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3h-12a3 3 0 0 1-3-3zM3 16l5-5c.928-.893 2.072-.893 3 0l5 5M14 14l1-1c.928-.893 2.072-.893 3 0l3 3",
  formula: "M3 19a2 2 0 0 0 2 2c2 0 2-4 3-9s1-9 3-9a2 2 0 0 1 2 2M5 12h6M15 12l6 6M15 18l6-6",
  symbols: "M4 19h5v-1a7.35 7.35 0 1 1 6 0v1h5",
  undo: "M9 14l-4-4l4-4M5 10h11a4 4 0 1 1 0 8h-1",
  redo: "M15 14l4-4l-4-4M19 10h-11a4 4 0 1 0 0 8h1",
};
const SIGNS = "→ ⇒ ↔ ≤ ≥ ≠ ≈ ± × ÷ · √ ∞ ° ′ ″ ² ³ ½ ¼ ‰ … – — « » “ ” ‘ ’ § • α β γ Δ λ μ π Σ Ω Đ đ".split(" ");

function chain(editor) {
  editor.view.focus(); // at once: Tiptap's own command waits for the next frame
  editor.view.dispatch(closeHistory(editor.state.tr)); // what a tool does is undone by itself, not with the last words
  return editor.chain();
}

function step(editor, name) {
  editor.view.focus();
  editor.commands[name]();
}

const toggle = (name, mark) => ({ name, isOn: (editor) => editor.isActive(mark), run: (editor) => chain(editor).toggleMark(mark).run() });
const heading = (level) => ({
  name: `heading${level}`,
  text: `H${level - 2}`,
  isOn: (editor) => editor.isActive("heading", { level }),
  run: (editor) => chain(editor).toggleHeading({ level }).run(),
});
const TABLE = [
  ["table_insert", (editor) => chain(editor).insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(), false],
  ["row_above", (editor) => chain(editor).addRowBefore().run(), true],
  ["row_below", (editor) => chain(editor).addRowAfter().run(), true],
  ["row_remove", (editor) => chain(editor).deleteRow().run(), true],
  ["column_left", (editor) => chain(editor).addColumnBefore().run(), true],
  ["column_right", (editor) => chain(editor).addColumnAfter().run(), true],
  ["column_remove", (editor) => chain(editor).deleteColumn().run(), true],
  ["header_row", (editor) => chain(editor).toggleHeaderRow().run(), true],
  ["table_remove", (editor) => chain(editor).deleteTable().run(), true],
];

function wrapGap(open, close) {
  return (editor) => {
    const { from, to } = editor.state.selection;
    const words = editor.state.doc.textBetween(from, to, " ").trim();
    chain(editor).insertContentAt({ from, to }, { type: "text", text: open + words + close }).setTextSelection(from + open.length + words.length).run();
  };
}

/** `acts`: askPicture(field), askFormula(field). Gives {element, use(field), refresh()}. */
export function makeToolbar(acts) {
  let field = null;
  const items = [
    { ...toggle("bold", "bold"), text: "B" },
    { ...toggle("italic", "italic"), text: "I" },
    { ...toggle("underline", "underline"), text: "U" },
    { ...toggle("subscript", "subscript"), text: "x₂" },
    { ...toggle("superscript", "superscript"), text: "x²" },
    null,
    heading(3),
    heading(4),
    { name: "bullets", isOn: (editor) => editor.isActive("bulletList"), run: (editor) => chain(editor).toggleBulletList().run() },
    { name: "numbers", isOn: (editor) => editor.isActive("orderedList"), run: (editor) => chain(editor).toggleOrderedList().run() },
    null,
    { name: "table", isWorded: true, popup: () => tableMenu() },
    ...(acts.askPicture ? [{ name: "picture", isWorded: true, run: () => acts.askPicture(field) }] : []),
    { name: "formula", isWorded: true, run: () => acts.askFormula(field) },
    { name: "symbols", popup: () => palette() },
    { name: "gap", text: "[[ ]]", isGap: true, run: wrapGap("[[", "]]") },
    { name: "gap_list", text: "{{ }}", isGap: true, run: wrapGap("{{*", "|}}") },
    null,
    { name: "undo", run: (editor) => step(editor, "undo") },
    { name: "redo", run: (editor) => step(editor, "redo") },
  ];
  const bar = make("div", { class: "eb-toolbar-bar", role: "toolbar", "aria-label": word("toolbar") });
  const element = make("div", { class: "eb-toolbar" }, bar);
  const buttons = [];
  let popup = null;

  for (const item of items) {
    if (!item) {
      bar.append(make("span", { class: "eb-toolbar-gap" }));
      continue;
    }
    const made = button(item);
    made.addEventListener("click", () => {
      if (item.popup) return showPopup(made, item.popup());
      if (field) item.run(field.editor);
      refresh();
    });
    buttons.push(made);
    bar.append(made);
  }
  buttons[0].tabIndex = 0;

  element.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps its selection
  bar.addEventListener("keydown", (event) => {
    const shown = buttons.filter((one) => !one.hidden);
    const move = { ArrowRight: 1, ArrowLeft: -1, Home: "first", End: "last" }[event.key];
    if (event.key === "Escape" && field && !popup) field.editor.view.focus();
    if (move === undefined) return;
    event.preventDefault();
    const at = shown.indexOf(document.activeElement);
    goTo(shown[move === "first" ? 0 : move === "last" ? shown.length - 1 : (at + move + shown.length) % shown.length]);
  });

  function goTo(target) {
    buttons.forEach((one) => (one.tabIndex = one === target ? 0 : -1));
    target.focus();
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function button(item) {
    const made = make("button", { type: "button", class: `eb-tool is-${item.name}`, tabindex: "-1", title: word(item.name) });
    if (item.text) made.append(make("span", { "aria-hidden": "true" }, item.text));
    else made.append(icon(ICONS[item.name]));
    made.append(make("span", { class: item.isWorded ? "eb-tool-word" : "eb-hidden-text" }, word(item.name)));
    if (item.isOn) made.setAttribute("aria-pressed", "false");
    if (item.popup) made.setAttribute("aria-haspopup", "true"), made.setAttribute("aria-expanded", "false");
    made.item = item;
    return made;
  }

  // --- what opens below a button ---

  function showPopup(opener, content) {
    const wasOpen = opener.getAttribute("aria-expanded") === "true";
    closePopup();
    if (wasOpen) return;
    popup = { opener, content };
    opener.setAttribute("aria-expanded", "true");
    element.append(content);
    content.addEventListener("keydown", (event) => popupKey(event, content));
    content.querySelector("button:not(:disabled)")?.focus();
  }

  function popupKey(event, content) {
    const entries = [...content.querySelectorAll("button:not(:disabled)")];
    const at = entries.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") {
      const { opener } = popup;
      closePopup();
      opener.focus();
    } else if (event.key === "Tab") closePopup();
    else if (step) entries[(at + step + entries.length) % entries.length].focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }

  function closePopup() {
    if (!popup) return;
    popup.opener.setAttribute("aria-expanded", "false");
    popup.content.remove();
    popup = null;
  }

  document.addEventListener("pointerdown", (event) => {
    if (popup && !element.contains(event.target)) closePopup();
  });

  function entry(label, run, attributes = {}) {
    const made = make("button", { type: "button", class: "eb-menu-entry", ...attributes }, label);
    made.addEventListener("click", () => {
      closePopup();
      if (field) run(field.editor);
      refresh();
    });
    return made;
  }

  function tableMenu() {
    const isInside = Boolean(field?.editor.isActive("table"));
    const menu = make("div", { class: "eb-toolbar-popup is-menu", role: "group", "aria-label": word("table") });
    for (const [name, run, needsTable] of TABLE) menu.append(entry(word(name), run, needsTable === isInside ? {} : { disabled: "" }));
    return menu;
  }

  function palette() {
    const group = make("div", { class: "eb-toolbar-popup is-palette", role: "group", "aria-label": word("symbols_title") });
    for (const sign of SIGNS) group.append(entry(sign, (editor) => chain(editor).insertContent({ type: "text", text: sign }).run()));
    return group;
  }

  // --- what the buttons say of the text ---

  function refresh() {
    if (!field) return;
    const hasGaps = field.textarea.hasAttribute("data-gap-open");
    for (const one of buttons) {
      const { item } = one;
      if (item.isOn) one.setAttribute("aria-pressed", String(item.isOn(field.editor)));
      if (item.isGap) one.hidden = !hasGaps;
    }
  }

  return {
    element,
    refresh,
    use(next) {
      field = next;
      refresh();
    },
    focus: () => goTo(buttons.find((one) => one.tabIndex === 0 && !one.hidden) ?? buttons[0]),
    field: () => field,
  };
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: 20, height: 20, fill: "none", stroke: "currentColor", "stroke-width": 1.75, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
