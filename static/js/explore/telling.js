// What stands beside the map about the chosen item: the cells of its row as they are, and links to those under its square.

function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const copied = (cell) => [...cell.childNodes].map((node) => node.cloneNode(true));

export function tellAbout(place, item, near) {
  const [hint, told, others] = ["hint", "item-told", "near"].map((name) => place.querySelector(`[data-explore-${name}]`));
  hint.hidden = item !== null;
  told.replaceChildren(...(item ? describe(item.row) : []));
  others.hidden = near.length === 0;
  others.querySelector("span").replaceChildren(...near.flatMap(({ link }, at) => (at ? [", ", link.cloneNode(true)] : [link.cloneNode(true)])));
}

function describe(row) {
  const [head, ...cells] = row.cells;
  const figures = cells.map((cell) => make("div", "", make("dt", "", cell.dataset.label), make("dd", cell.className, ...copied(cell))));
  return [make("p", "eb-explore-name", ...copied(head)), make("dl", "eb-explore-figures", ...figures)];
}
