// Answers between the page's inputs and the payloads of the protocol.

const inputsOf = (section) => [...section.querySelectorAll("input")];
const tokenOf = (input) => input.name.split("-").slice(2).join("-");

export function readAnswer(section) {
  const inputs = inputsOf(section);
  const checked = inputs.filter((input) => input.checked);
  if (section.dataset.kind === "multiple_choice") return { choices: checked.map((input) => input.value) };
  if (section.dataset.kind !== "true_false_cluster") return { choice: checked[0]?.value ?? null };
  const statements = {};
  for (const input of inputs) statements[tokenOf(input)] ??= null;
  for (const input of checked) statements[tokenOf(input)] = input.value === "true";
  return { statements };
}

export function fillAnswer(section, payload) {
  for (const input of inputsOf(section)) {
    if ("choices" in payload) input.checked = payload.choices.includes(input.value);
    else if ("statements" in payload) input.checked = String(payload.statements[tokenOf(input)] ?? null) === input.value;
    else input.checked = payload.choice === input.value;
  }
}

export function isBlank(payload) {
  if (!payload) return true;
  if ("choice" in payload) return payload.choice === null;
  if ("choices" in payload) return payload.choices.length === 0;
  if ("statements" in payload) return Object.values(payload.statements).every((value) => value === null);
  return false;
}
