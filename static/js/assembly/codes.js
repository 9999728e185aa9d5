// The codes of papers as they will be: 101, 102, ... or 132, 209, ...    [data-codes]: the three fields    [data-code-preview]

export function showCodes(fields) {
  const preview = document.querySelector("[data-code-preview]");
  const [prefix, start, step] = ["code_prefix", "code_start", "code_step"].map((name) => fields.querySelector(`[name="${name}"]`));
  fields.addEventListener("input", () => {
    const first = start.value.trim() || "101";
    const by = step.value.trim() || "1";
    const isRight = /^\d{1,6}$/.test(first) && /^\d{1,5}$/.test(by) && Number(by) > 0 && /^[0-9A-Za-z.-]{0,8}$/.test(prefix.value.trim());
    preview.textContent = isRight ? codes(prefix.value.trim(), Number(first), Number(by)).join(", ") : "–";
  });
}

function codes(prefix, first, by) {
  const width = String(first).length;
  return [0, 1, 2, 3, 4, 5].map((at) => prefix + String(first + at * by).padStart(width, "0"));
}
