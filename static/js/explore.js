// The map of items, to be explored: whoever points at an item reads its figures; filters and an enlargement part the crowd.
// The drawing that came with the page stays where this file is missing or fails. The figures are those of the table behind
// it, its cells are shown as they are: nothing is computed or worded here.
//   [data-explore]           around all of it: data-limits, data-floor (the zone) and the words of the axes
//   [data-explore-open]      changes between the two drawings;  [data-explore-zoom] enlarges the crowded part
//   [data-explore-filter]    shows the items that hold the chosen words in that column of the table, * any that is flagged
//   [data-explore-item]      chooses an item by its code: the way of the keyboard
import { crowdOf, drawChosen, drawItems, wholeOf, widthOf } from "./explore/drawing.js";
import { offerValues, readItems } from "./explore/items.js";
import { tellAbout } from "./explore/telling.js";

const NEAR = 10; // pixels

const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
const press = (button, on) => button.setAttribute("aria-pressed", String(on));

class Exploration {
  constructor(host) {
    const one = (name) => host.querySelector(`[data-explore-${name}]`);
    [this.opener, this.zoom, this.list, this.figure, this.told, this.count] = ["open", "zoom", "item", "figure", "told", "count"].map(one);
    this.host = host;
    this.filters = [...host.querySelectorAll("[data-explore-filter]")];
    this.items = readItems(one("table"));
    this.figure.setAttribute("aria-label", host.querySelector(".eb-explore-still svg").getAttribute("aria-label"));
    this.shown = this.items;
    this.chosen = null;
    for (const filter of this.filters) offerValues(filter, this.items);
  }

  watch() {
    this.opener.addEventListener("click", () => (isPressed(this.opener) ? this.close() : this.open()));
    this.zoom.addEventListener("click", () => {
      press(this.zoom, !isPressed(this.zoom));
      this.draw();
    });
    for (const filter of this.filters) filter.addEventListener("change", () => this.draw());
    this.list.addEventListener("change", () => this.choose(this.shown.find((item) => item.code === this.list.value) || null));
    this.watchMouse();
    new ResizeObserver(() => isPressed(this.opener) && widthOf(this.figure) !== this.drawn.width && this.draw()).observe(this.figure);
    this.opener.hidden = false;
  }

  // A click of the mouse follows the link of the item; a finger has shown it by its tap, and follows the link beside the map.
  watchMouse() {
    let isMouse = false;
    const down = (event) => {
      isMouse = event.pointerType === "mouse";
      event.stopPropagation(); // Plot would hold on to the item until the next click
    };
    this.figure.addEventListener("pointerdown", down, true);
    this.figure.addEventListener("click", (event) => {
      if (!isMouse || !this.figure.classList.contains("is-pointing")) return;
      const { ctrlKey, metaKey, shiftKey } = event;
      this.chosen.link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
    });
  }

  open() {
    this.host.classList.add("is-exploring");
    press(this.opener, true);
    try {
      this.draw();
    } catch (error) {
      this.close();
      this.opener.hidden = true;
      throw error;
    }
  }

  close() {
    this.host.classList.remove("is-exploring");
    press(this.opener, false);
    for (const item of this.items) item.row.hidden = false;
  }

  draw() {
    const wanted = this.items.filter((item) => this.filters.every((filter) => item.holds(filter.dataset.exploreFilter, filter.value)));
    for (const item of this.items) item.row.hidden = !wanted.includes(item);
    const view = isPressed(this.zoom) && wanted.length ? crowdOf(wanted) : wholeOf(this.items);
    this.shown = wanted.filter(({ x, y }) => x >= view.x[0] && x <= view.x[1] && y >= view.y[0] && y <= view.y[1]);
    this.drawn = drawItems(this.host.dataset, this.shown, view, widthOf(this.figure));
    const { svg } = this.drawn;
    svg.addEventListener("input", () => {
      this.figure.classList.toggle("is-pointing", svg.value !== null);
      if (svg.value) this.choose(svg.value);
    });
    this.figure.replaceChildren(svg);
    this.count.textContent = this.count.dataset.say.replace("{shown}", this.shown.length).replace("{count}", this.items.length);
    this.list.replaceChildren(this.list.options[0], ...this.shown.map(({ code }) => new Option(code, code)));
    this.choose(this.shown.includes(this.chosen) ? this.chosen : null);
  }

  choose(item) {
    this.chosen = item;
    this.list.value = item ? item.code : "";
    const near = item ? this.shown.filter((other) => other !== item && this.drawn.distance(other, item) < NEAR) : [];
    tellAbout(this.told, item, near);
    this.figure.querySelector(".eb-explore-chosen")?.remove();
    if (item) this.figure.append(drawChosen(item, this.drawn));
  }
}

for (const host of document.querySelectorAll("[data-explore]")) new Exploration(host).watch();
