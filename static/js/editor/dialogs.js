// Questions the editor asks: a formula, a picture with its description, whether options were meant. Each gives a promise
// of what was decided, null when nothing was. A dialog is built for its question and gone afterwards.
import { all, layOutFormulas, letterOf, make, one, word } from "./words.js";

export const COMMON_TEX = [
  "\\frac{|}{}", "x^{|}", "x_{|}", "\\sqrt{|}", "\\le ", "\\ge ", "\\ne ", "\\approx ", "\\times ", "\\cdot ", "\\div ", "\\pm ",
  "\\pi ", "\\alpha ", "\\Delta ", "\\infty ", "\\to ", "\\Rightarrow ", "\\sum_{|}^{}", "\\int_{|}^{}", "\\overline{|}", "\\%",
  "\\begin{cases} | \\\\ \\end{cases}", "\\begin{pmatrix} | & \\\\ & \\end{pmatrix}",
];

function build(title, body, buttons) {
  const heading = make("h2", { id: "eb-asked" }, title);
  const row = make("div", { class: "eb-buttons is-end" }, ...buttons);
  const form = make("form", { method: "dialog", class: "eb-dialog-form", novalidate: "" }, ...body, row);
  return make("dialog", { class: "eb-dialog eb-editor-dialog", "aria-labelledby": "eb-asked" }, heading, form);
}

const button = (label, attributes = {}) => make("button", { class: "eb-button", type: "button", ...attributes }, label);
const primary = (label) => button(label, { class: "eb-button is-primary", type: "submit" });

function ask(dialog, decide) {
  return new Promise((resolve) => {
    let decided = null;
    const close = (value) => {
      decided = value;
      dialog.close();
    };
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(decided);
    });
    one("form", dialog).addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      decide(close);
    });
    one("[data-no]", dialog)?.addEventListener("click", () => close(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function labelled(label, control, hint) {
  control.id = control.id || `eb-asked-${control.name}`;
  const parts = [make("label", { class: "eb-label", for: control.id }, label), control];
  if (hint) {
    control.setAttribute("aria-describedby", `${control.id}-hint`);
    parts.push(make("p", { class: "eb-hint", id: `${control.id}-hint` }, hint));
  }
  return make("div", { class: "eb-field" }, ...parts);
}

// --- a formula ---

export function askFormula(tex = "") {
  const source = make("textarea", { class: "eb-input eb-tex-source", name: "tex", rows: "3", spellcheck: "false", autocapitalize: "off", autofocus: "" });
  source.value = tex;
  const shown = make("div", { class: "eb-tex-shown", role: "img", "aria-label": word("formula_drawn") });
  const problem = make("p", { class: "eb-tex-problem", role: "status" });
  const common = make("div", { class: "eb-tex-common", role: "group", "aria-label": word("formula_common") });
  for (const piece of COMMON_TEX) common.append(commonButton(piece, source));
  const body = [labelled(word("formula_tex"), source, word("formula_hint")), shown, problem, common];
  const dialog = build(word("formula_title"), body, [button(word("cancel"), { "data-no": "" }), primary(word(tex ? "change" : "add"))]);
  const draw = () => drawFormula(source.value.trim(), shown, problem);
  source.addEventListener("input", draw);
  source.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      one("form", dialog).requestSubmit();
    }
  });
  const answer = ask(dialog, (close) => {
    const typed = source.value.normalize("NFC").trim();
    if (drawFormula(typed, shown, problem)) close(typed);
    else source.focus();
  });
  layOutFormulas(dialog);
  draw();
  return answer;
}

function commonButton(piece, source) {
  const [before, after = ""] = piece.split("|");
  const made = button(make("span", { "data-tex": sample(piece), "aria-hidden": "true" }), { class: "eb-button is-small", "aria-label": piece.replace("|", "") });
  made.addEventListener("click", () => {
    const { selectionStart: start, selectionEnd: end, value } = source;
    source.setRangeText(before + value.slice(start, end) + after, start, end, "end");
    const caret = start + before.length + (end - start);
    source.focus();
    source.setSelectionRange(caret, caret);
    source.dispatchEvent(new Event("input"));
  });
  return made;
}

const sample = (piece) => piece.replace("|", "a").replace(/\{\}/g, "{b}").replace("\\\\ \\end", "\\\\ b \\end").replace("& \\\\ &", "& b \\\\ c & d");

function drawFormula(tex, shown, problem) {
  const drawn = make("span", { "data-tex": tex });
  shown.replaceChildren(drawn);
  layOutFormulas(shown);
  const at = drawn.getAttribute("data-tex-error");
  problem.textContent = at === null || !tex ? "" : at ? word("formula_bad", { at: Number(at) + 1 }) : word("formula_bad_all");
  return Boolean(tex) && at === null;
}

// --- a picture ---

/** `send(file, alt)` gives {id, url, alt} or throws with words for people; without a file only the description changes. */
export function askPicture({ file = null, alt = "", isChange = false, send }) {
  const choose = make("input", { class: "eb-input", type: "file", name: "picture", accept: "image/png,image/jpeg,image/gif,image/webp" });
  const words = make("textarea", { class: "eb-input", name: "alt", rows: "2", maxlength: "500" });
  words.value = alt;
  const look = make("img", { class: "eb-picture-look", alt: "", hidden: "" });
  const problem = make("p", { class: "eb-error", role: "alert" });
  const body = [look, ...(file || isChange ? [] : [labelled(word("picture_file"), choose)]), labelled(word("picture_alt"), words, word("picture_alt_hint")), problem];
  const yes = primary(word(isChange ? "change" : "add"));
  const dialog = build(word(isChange ? "picture_edit_title" : "picture_title"), body, [button(word("cancel"), { "data-no": "" }), yes]);
  let chosen = file;
  const show = () => {
    if (look.src) URL.revokeObjectURL(look.src);
    look.hidden = !chosen;
    if (chosen) look.src = URL.createObjectURL(chosen);
  };
  choose.addEventListener("change", () => {
    chosen = choose.files[0] ?? null;
    show();
  });
  const answer = ask(dialog, async (close) => {
    const typed = words.value.normalize("NFC").trim();
    if (!isChange && !chosen) return complain(problem, "picture_file_needed", choose);
    if (!typed) return complain(problem, "picture_alt_needed", words);
    if (isChange) return close({ alt: typed });
    problem.textContent = word("picture_sending");
    yes.setAttribute("aria-disabled", "true");
    try {
      close(await send(chosen, typed));
    } catch (error) {
      problem.textContent = error.message || word("picture_failed");
    }
    yes.removeAttribute("aria-disabled");
  });
  show();
  (file || isChange ? words : choose).focus();
  return answer.finally(() => look.src && URL.revokeObjectURL(look.src));
}

function complain(place, name, control) {
  place.textContent = word(name);
  control.setAttribute("aria-invalid", "true");
  control.focus();
}

// --- options in a paste ---

export function askOptions(found) {
  const list = make("ol", { class: "eb-found-options" });
  for (const row of found.rows) {
    const item = make("li", row.isKey ? { class: "is-key" } : {});
    item.textContent = plain(row.html);
    list.append(item);
  }
  const key = found.rows.findIndex((row) => row.isKey);
  const body = [make("p", {}, word("options_text", { count: found.rows.length })), list];
  if (key >= 0) body.push(make("p", { class: "eb-note" }, word("options_key", { letter: letterOf(key) })));
  const yes = primary(word("options_yes"));
  const dialog = build(word("options_title"), body, [button(word("options_no"), { "data-no": "" }), yes]);
  const answer = ask(dialog, (close) => close(true));
  yes.focus();
  return answer;
}

function plain(html) {
  const holder = document.implementation.createHTMLDocument("").createElement("div");
  holder.innerHTML = html;
  all("[data-tex]", holder).forEach((node) => (node.textContent = node.dataset.tex));
  return holder.textContent;
}
