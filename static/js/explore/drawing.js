// The map, drawn by Observable Plot. Marks carry classes, their colours are in charts.css.
import { axisX, axisY, dot, gridY, link, plot, pointer, rect, ruleX, ruleY, text, tip } from "@observablehq/plot";

const SIDE = 9; // of a square, in pixels
const REACH = 24; // how near to a square one has to point

export const widthOf = (place) => Math.max(Math.floor(place.clientWidth), 240);

export function wholeOf(items) {
  return { x: [0, 1], y: [Math.min(-0.2, ...items.map((item) => item.y - 0.05)), 1] };
}

// Where the middle four fifths of them lie, in each direction.
export function crowdOf(items) {
  const middle = (values) => {
    const sorted = values.sort((a, b) => a - b);
    const cut = Math.floor(sorted.length / 10);
    return [sorted[cut] - 0.03, sorted[sorted.length - 1 - cut] + 0.03];
  };
  return { x: middle(items.map((item) => item.x)), y: middle(items.map((item) => item.y)) };
}

function frame(width, view) {
  const height = Math.round(Math.min(Math.max(width * 0.62, 300), 460));
  return { width, height, marginTop: 12, marginRight: 14, marginBottom: 62, marginLeft: 58, x: { domain: view.x }, y: { domain: view.y } };
}

// A figure at a tick, with as many places as its axis needs.
function ticksOf([low, high], count) {
  const places = { minimumFractionDigits: high - low < 0.9 ? 2 : 1 };
  const tickFormat = (value) => value.toLocaleString(document.documentElement.lang, places).replace("-", "\u2212");
  return { ticks: count, tickSize: 0, tickFormat, labelArrow: "none" };
}

// What two spans have in common, as a list of one or none.
function overlap([a, b], [c, d]) {
  const [low, high] = [Math.max(a, c), Math.min(b, d)];
  return low < high ? [{ low, high }] : [];
}

function drawZone({ limits, floor, sayHard, sayMedium, sayEasy }, view) {
  const [low, high] = limits.split(" ").map(Number);
  const least = Number(floor);
  const zones = overlap([low, high], view.x).flatMap((x) => overlap([least, 1], view.y).map((y) => ({ x, y })));
  const parts = [[0, low, sayHard], [low, high, sayMedium], [high, 1, sayEasy]];
  const names = parts.flatMap(([from, to, name]) => overlap([from, to], view.x).map((span) => ({ name, at: (span.low + span.high) / 2 })));
  const within = (edges, [from, to]) => edges.filter((edge) => edge > from && edge < to);
  return [
    rect(zones, { x1: (zone) => zone.x.low, x2: (zone) => zone.x.high, y1: (zone) => zone.y.low, y2: (zone) => zone.y.high, className: "eb-explore-zone" }),
    gridY({ ticks: 6, className: "eb-explore-grid" }),
    ruleX(within([low, high], view.x), { className: "eb-explore-edge" }),
    ruleY(within([least], view.y), { className: "eb-explore-edge" }),
    text(names, { x: "at", text: "name", frameAnchor: "bottom", dy: 34, className: "eb-explore-part" }),
  ];
}

// Plot measures a symbol by a circle of the same area.
const square = (side) => ({ x: "x", y: "y", symbol: "square", r: side / Math.sqrt(Math.PI) });

export function drawItems(said, items, view, width) {
  const { floor, sayX, sayY } = said;
  const isPoor = (item) => item.y < Number(floor);
  const svg = plot({
    ...frame(width, view),
    marks: [
      ...drawZone(said, view),
      axisX({ ...ticksOf(view.x, width > 500 ? 10 : 5), label: sayX, labelAnchor: "right", labelOffset: 52 }),
      axisY({ ...ticksOf(view.y, 6), label: sayY, labelAnchor: "center", labelOffset: 54 }),
      dot(items.filter((item) => !isPoor(item)), { ...square(SIDE), className: "eb-explore-sound" }),
      dot(items.filter(isPoor), { ...square(SIDE), className: "eb-explore-poor" }),
      dot(items, pointer({ x: "x", y: "y", r: 0, maxRadius: REACH })), // draws nothing: it tells which item is pointed at
    ],
  });
  svg.setAttribute("aria-hidden", "true"); // the figure around it has a name, and Plot's own names inside say nothing
  const [x, y] = [svg.scale("x"), svg.scale("y")];
  return { svg, view, width, distance: (a, b) => Math.hypot(x.apply(a.x) - x.apply(b.x), y.apply(a.y) - y.apply(b.y)) };
}

// Laid over the map: the chosen item with its intervals and its code. The list and the words beside the map say the same.
export function drawChosen(item, { view, width }) {
  const { x, y, xEnds, yEnds } = item;
  const line = { clip: "frame", className: "eb-explore-interval" };
  const svg = plot({
    ...frame(width, view),
    axis: null,
    marks: [
      link(xEnds ? [xEnds] : [], { x1: (ends) => ends[0], x2: (ends) => ends[1], y1: y, y2: y, ...line }),
      link(yEnds ? [yEnds] : [], { x1: x, x2: x, y1: (ends) => ends[0], y2: (ends) => ends[1], ...line }),
      dot([item], { ...square(SIDE + 4), className: "eb-explore-here" }),
      tip([item], { x: "x", y: "y", title: "code", fontSize: 13, pathFilter: null, className: "eb-explore-tip" }),
    ],
  });
  svg.classList.add("eb-explore-chosen");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}
