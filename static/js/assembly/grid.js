// The matrix as a grid: one tab stop, arrows move, digits change the number, Ctrl+Z and Ctrl+Y undo and redo, F2 opens the
// details of a cell.    table[data-grid]    [data-undo]: the button    form[data-say-undone][data-say-nothing]

export function watchGrid(form, history, { chosen, changed, details }) {
  const table = form.querySelector("[data-grid]");
  const undoButton = form.querySelector("[data-undo]");
  const said = form.querySelector("[data-said]");
  table.setAttribute("role", "grid");
  // lines of inputs as they stand: a place without an input is null
  const lines = [...table.querySelectorAll("tr")]
    .map((row) => [...row.querySelectorAll(":scope > td")].map((cell) => cell.querySelector('input:not([type="hidden"])')))
    .filter((inputs) => inputs.some(Boolean));
  const inputs = lines.flat().filter(Boolean);
  let current = inputs.find((one) => one.getAttribute("aria-invalid") === "true") || inputs[0];
  let before = "";
  let isSame = false;
  for (const input of inputs) input.tabIndex = input === current ? 0 : -1;
  if (undoButton) {
    undoButton.hidden = false;
    undoButton.addEventListener("click", () => step(history.undo));
  }

  table.addEventListener("focusin", (event) => {
    if (!inputs.includes(event.target)) return;
    current.tabIndex = -1;
    current = event.target;
    current.tabIndex = 0;
    current.select();
    before = current.value;
    isSame = false;
    mark();
    chosen(current);
  });
  table.addEventListener("input", (event) => {
    if (!inputs.includes(event.target)) return;
    history.typed(event.target, before, isSame);
    isSame = true;
    changed();
  });
  table.addEventListener("click", (event) => {
    const cell = event.target instanceof Element ? event.target.closest("td") : null;
    const input = cell && cell.querySelector('input:not([type="hidden"])');
    if (input && event.target !== input && inputs.includes(input)) input.focus();
  });
  table.addEventListener("dblclick", (event) => {
    if (event.target instanceof Element && event.target.closest("td.eb-place")) details(current);
  });
  table.addEventListener("keydown", onKey);
  form.addEventListener("keydown", (event) => {
    const isField = event.target instanceof Element && event.target.matches("input, textarea, select");
    if (!isField || inputs.includes(event.target)) onUndo(event);
  });
  mark();

  function onKey(event) {
    if (!inputs.includes(event.target) || event.isComposing || event.altKey) return;
    const [y, x] = placeOf(event.target);
    const isWide = event.ctrlKey || event.metaKey;
    const act = {
      ArrowLeft: () => step_(y, x, 0, -1, isWide),
      ArrowRight: () => step_(y, x, 0, 1, isWide),
      ArrowUp: () => step_(y, x, -1, 0, isWide),
      ArrowDown: () => step_(y, x, 1, 0, isWide),
      Home: () => (isWide ? inputs[0] : lines[y].find(Boolean)),
      End: () => (isWide ? inputs[inputs.length - 1] : lines[y].filter(Boolean).pop()),
      Enter: () => (isWide ? null : step_(y, x, event.shiftKey ? -1 : 1, 0, false)),
      F2: () => void details(event.target),
      " ": () => void 0,
    }[event.key];
    const isLetter = event.key.length === 1 && !isWide && !/[0-9.,%]/.test(event.key);
    if (!act && !isLetter) return;
    event.preventDefault();
    if (event.key === "Enter" && isWide) return form.requestSubmit?.(form.querySelector("button[value=save]"));
    if (act) act()?.focus();
  }

  // The next input that way; with Ctrl the last one.
  function step_(y, x, down, across, isWide) {
    let found = null;
    for (let row = y + down, column = x + across; lines[row] && column >= 0 && column < lines[row].length; row += down, column += across) {
      if (lines[row][column]) found = lines[row][column];
      if (found && !isWide) break;
    }
    return found;
  }

  function onUndo(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    step(key === "y" || event.shiftKey ? history.redo : history.undo);
  }

  function step(play) {
    const input = play();
    if (said) said.textContent = input ? form.dataset.sayUndone : form.dataset.sayNothing;
    if (!input) return;
    changed();
    input.focus();
    before = input.value;
    isSame = false;
  }

  function placeOf(input) {
    const y = lines.findIndex((line) => line.includes(input));
    return [y, lines[y].indexOf(input)];
  }

  function mark() {
    for (const cell of table.querySelectorAll(".is-chosen")) cell.classList.remove("is-chosen");
    current.closest("td")?.classList.add("is-chosen");
  }

  return { current: () => current, go: (input) => input.focus() };
}
