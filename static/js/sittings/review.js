// The review before handing in: what is missing, what is only on this machine, and the one button that ends the exam.
import { coverQuestion, openSheetName } from "./sheets.js";
import { make, one, timeOf, word } from "./words.js";

const panel = () => one("#review");

export function openReview({ counts, total, minutes, current, firstEmpty, allowedAt }) {
  const isDone = !counts.empty && !counts.flagged;
  const lead = isDone ? word("review_all", { count: total, minutes }) : word("review_lead", { ...counts, minutes });
  const title = make("h1", { tabindex: "-1" }, word("review_title"));
  const sheet = make("section", { class: "eb-sheet", id: "review" }, title, make("p", { class: "eb-lead" }, lead));
  if (counts.waiting) {
    const words = ` ${word("review_local", { n: counts.waiting })}`;
    sheet.append(make("p", { "data-waiting": "" }, make("span", { class: "eb-square is-hatched" }), words));
  }
  if (counts.refused) sheet.append(make("p", { "data-refused": "" }, word("review_refused", { n: counts.refused })));
  const acts = make("div", { class: "eb-page-actions" }, button(word("back_to", { n: current }), { "data-go": String(current) }));
  if (firstEmpty) acts.append(button(word("first_empty"), { "data-go": String(firstEmpty) }));
  acts.append(button(word("submit"), { "data-submit": "" }, allowedAt ? "eb-bar-next" : "is-primary eb-bar-next"));
  const note = make("p", { class: "eb-quiet", "data-note": "" }, allowedAt ? word("too_early", { at: timeOf(allowedAt) }) : word("review_note"));
  sheet.append(note, make("p", { class: "eb-error", role: "alert", "data-problem": "" }), acts);
  coverQuestion(sheet, "review");
}

const button = (text, attributes, kind = "") => make("button", { class: `eb-button ${kind}`.trim(), type: "button", ...attributes }, make("span", {}, text));

export const isReviewOpen = () => openSheetName() === "review";

// The moment has come while the review stood open.
export function allowSubmit() {
  const submit = panel() && one("[data-submit]:not(.is-primary)", panel());
  if (!submit) return;
  submit.classList.add("is-primary");
  one("[data-note]", panel()).textContent = word("review_note");
  one("[data-problem]", panel()).textContent = "";
}

// While the server has not answered the button waits; a problem stays readable until there is news.
export function showSubmitting(isBusy, problem) {
  const submit = panel() && one("[data-submit]", panel());
  if (!submit) return;
  submit.disabled = isBusy;
  submit.firstElementChild.textContent = word(isBusy ? "submitting" : "submit");
  const line = one("[data-problem]", panel());
  if (problem !== undefined && line.textContent !== problem) line.textContent = problem;
}
