// The details of the chosen cell: of all entries the page holds, those of this cell show; a cell whose details nobody has
// opened yet gets its fields from a pattern.
//   [data-entries]   fieldset[data-entry][data-kind=main|other|spare][data-topic][data-level]   template[data-entry-template],
//   template[data-other-template]   [data-add-entry]   [data-details-title]

const PATTERN = /(rows-)9999(-)/g;

export function watchEntries(form, changed) {
  const list = form.querySelector("[data-entries]");
  const title = form.querySelector("[data-details-title]");
  const card = form.querySelector("[data-details-card]");
  const adder = form.querySelector("[data-add-entry]");
  let place = null;

  adder.hidden = false;
  adder.addEventListener("click", () => {
    if (!place) return;
    const entry = copy("[data-other-template]", nextNumber());
    entry.querySelector('[name$="-topic"]').value = place.topic;
    entry.querySelector('[name$="-level"]').value = place.level;
    list.append(entry);
    file(entry);
    filter();
    entry.querySelector('[name$="-count"]').focus();
  });
  list.addEventListener("input", (event) => {
    const entry = event.target.closest("[data-entry]");
    if (/-(topic|level)$/.test(event.target.name)) file(entry);
    changed();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && place) {
      event.preventDefault();
      place.input.focus();
    }
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) event.preventDefault(); // not saved by a slip
  });

  // Where an entry belongs is what its own fields say; a main entry stands where the matrix has its number.
  function file(entry) {
    if (entry.dataset.kind === "main") return;
    entry.dataset.topic = entry.querySelector('[name$="-topic"]').value;
    entry.dataset.level = entry.querySelector('[name$="-level"]').value;
  }

  function show(input) {
    if (!input || !input.dataset.row) return; // a share or points of a column: the details stay
    place = { input, topic: valueOf(input, "topic"), level: valueOf(input, "level") };
    if (!list.querySelector(`[data-entry="${input.dataset.row}"]`)) {
      const entry = copy("[data-entry-template]", input.dataset.row);
      Object.assign(entry.dataset, { topic: place.topic, level: place.level });
      list.prepend(entry);
    }
    filter();
  }

  function filter() {
    for (const entry of list.children) {
      const isWrong = Boolean(entry.querySelector('[aria-invalid="true"]'));
      entry.hidden = !isWrong && !(entry.dataset.topic === place.topic && entry.dataset.level === place.level);
      if (entry.dataset.kind === "main") entry.querySelector("legend").textContent = nameOf(place.input, entry);
    }
    list.classList.add("is-single"); // the title of the card names the cell
    title.textContent = `${form.dataset.sayPlace}: ${label(place.input)}`;
  }

  function nameOf(input, entry) {
    const own = form.querySelector(`input[data-row="${entry.dataset.entry}"]`);
    return label(own || input);
  }

  function open(input) {
    show(input);
    const first = [...list.children].find((entry) => !entry.hidden)?.querySelector("select, input, textarea");
    if (!first) return;
    card.scrollIntoView({ block: "nearest" });
    first.focus();
  }

  function copy(which, number) {
    const entry = form.querySelector(which).content.firstElementChild.cloneNode(true);
    for (const one of entry.querySelectorAll("[name], [id], [for]")) {
      for (const attribute of ["name", "id", "for"]) {
        if (one.hasAttribute(attribute)) one.setAttribute(attribute, one.getAttribute(attribute).replace(PATTERN, `$1${number}$2`));
      }
    }
    entry.dataset.entry = number;
    return entry;
  }

  function valueOf(input, of) {
    return form.elements[`rows-${input.dataset.row}-${of}`].value;
  }

  function label(input) {
    return input.getAttribute("aria-label").replace(/: [^:]*$/, "");
  }

  function nextNumber() {
    const numbers = [...form.elements].map((one) => Number(/^rows-(\d+)-/.exec(one.name)?.[1] ?? -1));
    return Math.max(...numbers) + 1;
  }

  return { show, open };
}
