// The items as the table behind the map holds them, one a row.

const pair = (text) => (text ? text.split(" ").map(Number) : null);

export function readItems(table) {
  return [...table.tBodies[0].rows].map((row) => {
    const { x, y, xEnds, yEnds } = row.dataset;
    const link = row.querySelector("a");
    const holds = (column, wanted) => !wanted || (wanted === "*" ? "isFlagged" in row.dataset : valuesOf(row, column).includes(wanted));
    return { row, link, code: link.textContent, x: Number(x), y: Number(y), xEnds: pair(xEnds), yEnds: pair(yEnds), holds };
  });
}

function valuesOf(row, column) {
  const cell = row.querySelector(`[data-column="${column}"]`);
  const badges = [...cell.querySelectorAll(".eb-badge")];
  return (badges.length ? badges : [cell]).map((part) => part.textContent.trim());
}

// A filter offers what its column holds; where all hold the same there is nothing to choose.
export function offerValues(filter, items) {
  const values = new Set(items.flatMap((item) => valuesOf(item.row, filter.dataset.exploreFilter)));
  const sorted = [...values].sort(new Intl.Collator(document.documentElement.lang, { numeric: true }).compare);
  filter.append(...sorted.map((value) => new Option(value, value)));
  filter.closest(".eb-field").hidden = values.size < 2;
}
