// A sheet takes the place of the question (review, keys, messages, a form) and gives it back when it is closed: no layer
// above anything, so that keyboard and screen reader meet it where the question was.
import { make, one, word } from "./words.js";

let opener = null; // what had the focus before

const present = () => one("[data-sheet-open-now]");
export const openSheetName = () => present()?.dataset.sheetOpenNow ?? null;

// A locked exam stays covered until it is unlocked, whatever is pressed.
const isFixed = () => openSheetName() === "locked";

// While the server has not answered the wish to hand in, nothing gives the question back.
const isHandingIn = () => Boolean(one("#review [data-submit]:disabled"));

export function coverQuestion(sheet, name) {
  if (isFixed()) return false;
  if (!present()) opener = document.activeElement;
  leave(present());
  sheet.dataset.sheetOpenNow = name;
  hideQuestion(true);
  if (location.hash === "#overview") location.replace("#answer"); // only so does :target let the phone's overview go
  const place = one(".eb-work-scroll");
  place.append(sheet);
  place.scrollTop = 0;
  one("h1", sheet).focus();
  return true;
}

// Whoever cares that a sheet is gone hears "eb:left" from it.
function leave(sheet) {
  sheet?.dispatchEvent(new Event("eb:left", { bubbles: true }));
  sheet?.remove();
}

function hideQuestion(isHidden) {
  for (const node of [one("#answer"), one(".eb-bar")]) if (node) node.hidden = isHidden;
}

export function closeSheet({ isForced = false, isFocused = true } = {}) {
  const sheet = present();
  if (!sheet || (isFixed() && !isForced)) return;
  leave(sheet);
  hideQuestion(false);
  const back = opener?.isConnected && opener !== document.body ? opener : one("section[data-question]:not([hidden])");
  if (isFocused) back?.focus({ preventScroll: true });
}

// From the page's own templates: the words come from the server. ``question``: where the way back leads. Null where another
// sheet must stay.
export function openSheet(name, question) {
  if (isHandingIn() && name !== "locked") return null;
  const content = one(`#sheets [data-sheet="${name}"]`).content.cloneNode(true);
  const sheet = make("section", { class: "eb-sheet" });
  sheet.append(content);
  if (name !== "locked") {
    const back = one("#sheets [data-sheet-back]").cloneNode(true);
    back.lastElementChild.textContent = word("back_to", { n: question });
    sheet.append(make("div", { class: "eb-page-actions" }, make("button", { class: "eb-button", type: "button", "data-sheet-close": "" }, ...back.childNodes)));
  }
  return coverQuestion(sheet, name) ? sheet : null;
}

export function listenToSheets() {
  document.addEventListener("click", (event) => event.target.closest("[data-sheet-close]") && closeSheet());
  addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && !isHandingIn() && closeSheet());
}
