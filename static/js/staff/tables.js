// Lists on one page.
//   input[data-filter="#TABLE-OR-LIST"]      shows only the rows that hold what is typed; marks may be left out (dang finds Đảng)
//   input[data-select-all="NAME"]            ticks every visible checkbox of that name in the same form or table

export function watchTables() {
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset.filter) filter(event.target);
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    if (box.dataset.selectAll) boxesOf(box).forEach((one) => (one.checked = box.checked));
    else showAll(box);
  });
  // A part of the page that was fetched anew is filtered as before.
  document.addEventListener("htmx:after:swap", () => document.querySelectorAll("input[data-filter]").forEach((input) => input.value && filter(input)));
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
}

function filter(input) {
  const list = document.querySelector(input.dataset.filter);
  if (!list) return;
  const rows = list.tBodies ? [...list.tBodies].flatMap((body) => [...body.rows]) : [...list.children];
  const typed = input.value.trim().normalize("NFC").toLowerCase();
  const bare = plain(typed) === typed;
  let shown = 0;
  for (const row of rows) {
    const text = bare ? plain(row.textContent) : row.textContent.normalize("NFC").toLowerCase();
    row.hidden = !text.includes(typed);
    if (!row.hidden) shown += 1;
  }
  tell(input, `${shown} / ${rows.length}`);
}

function tell(input, text) {
  let place = input.nextElementSibling;
  if (!place || !place.hasAttribute("data-filter-count")) {
    place = document.createElement("span");
    place.className = "eb-hidden-text";
    place.setAttribute("role", "status");
    place.setAttribute("data-filter-count", "");
    input.after(place);
  }
  place.textContent = text;
}

function boxesOf(all) {
  const scope = all.closest("form, table") || document;
  return [...scope.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(all.dataset.selectAll)}"]:not(:disabled)`)].filter((box) => !box.closest("[hidden]"));
}

function showAll(box) {
  const scope = box.closest("form, table") || document;
  const all = box.name && scope.querySelector(`input[data-select-all="${CSS.escape(box.name)}"]`);
  if (!all) return;
  const boxes = boxesOf(all);
  const ticked = boxes.filter((one) => one.checked).length;
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}
