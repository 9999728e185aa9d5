// Answers between the page's fields and the payloads of the protocol: one reader and one writer for each kind of question.
import { all, one } from "./words.js";
import { sortRows, settle } from "./kinds.js";

const rootOf = (section) => one("[data-kind]", section);
const fieldsOf = (root) => all("input, select, textarea", root);
const tokenOf = (root, field) => field.name.slice(root.dataset.name.length + 1);
const byToken = (root, value = (field) => field.value || null) => Object.fromEntries(fieldsOf(root).map((field) => [tokenOf(root, field), value(field)]));
const partsOf = (root) => all("[data-part]", root).map((part) => [part.dataset.part, rootOf(part)]);
const isWhole = (root) => fieldsOf(root)[0]?.name === root.dataset.name; // an essay without parts

const readChoice = (root) => ({ choice: fieldsOf(root).find((field) => field.checked)?.value ?? null });
const readText = (root) => ({ text: fieldsOf(root)[0].value });

const READERS = {
  multiple_choice: (root) => ({ choices: fieldsOf(root).filter((field) => field.checked).map((field) => field.value) }),
  true_false_cluster(root) {
    const statements = byToken(root, () => null);
    for (const field of fieldsOf(root)) if (field.checked) statements[tokenOf(root, field)] = field.value === "true";
    return { statements };
  },
  short_text: readText,
  oral: readText,
  numeric: (root) => ({ unit: "", ...byToken(root, (field) => field.value) }),
  matching: (root) => ({ pairs: byToken(root) }),
  ordering: (root) => ({ places: byToken(root, (field) => Number(field.value) || null) }),
  fill_in: (root) => ({ gaps: byToken(root) }),
  essay: (root) => (isWhole(root) ? readText(root) : { parts: byToken(root, (field) => field.value) }),
  case: (root) => ({ questions: Object.fromEntries(partsOf(root).map(([token, part]) => [token, read(part)])) }),
};

const read = (root) => (READERS[root.dataset.kind] || readChoice)(root);

export const readAnswer = (section) => read(rootOf(section));

// Somebody may be typing here: a text that says the same already is never touched, so that the caret stays where it is.
const tidy = (text) => text.normalize("NFC").replaceAll("\r\n", "\n").trim();

function write(field, value) {
  const text = value === null || value === undefined ? "" : String(value);
  if (tidy(field.value) !== tidy(text)) field.value = text;
}

function writeAll(root, values) {
  for (const field of fieldsOf(root)) write(field, values[tokenOf(root, field)]);
}

const writeChecks = (root, isChosen) => fieldsOf(root).forEach((field) => (field.checked = isChosen(field)));

function fill(root, payload) {
  if ("choices" in payload) writeChecks(root, (field) => payload.choices.includes(field.value));
  else if ("choice" in payload) writeChecks(root, (field) => payload.choice === field.value);
  else if ("statements" in payload) writeChecks(root, (field) => String(payload.statements[tokenOf(root, field)] ?? null) === field.value);
  else if ("questions" in payload) for (const [token, part] of partsOf(root)) token in payload.questions && fill(part, payload.questions[token]);
  else if ("text" in payload) write(fieldsOf(root)[0], payload.text);
  else writeAll(root, payload.pairs || payload.places || payload.gaps || payload.parts || payload);
  if ("places" in payload) sortRows(root);
}

export function fillAnswer(section, payload) {
  fill(rootOf(section), payload);
  settle(section);
}

const isNothing = (value) =>
  value === null || value === undefined || (typeof value === "string" ? !value.trim() : typeof value === "object" && Object.values(value).every(isNothing));

export const isBlank = (payload) => isNothing(payload);

// The same answer, whatever the order in which its parts are named.
const ordered = (_name, value) =>
  value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value;

export const isSame = (one, other) => JSON.stringify(one, ordered) === JSON.stringify(other, ordered);
