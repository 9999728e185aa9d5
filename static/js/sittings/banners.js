// What happened, what is kept, what to do: one banner a name, above the question. And a polite voice for screen readers.
import { make, one } from "./words.js";

const NOTICE_MS = 20000;
const ANNOUNCE_MS = 50;
const SHIELD_MS = 350;
const ICONS = { offline: "lost", pause: "pause", over: "clock", lock: "refusal", invalid: "refusal", message: "message", part: "clock" };

export class Banners {
  constructor() {
    this.place = one("#banner");
    this.place?.replaceChildren();
    this.region = make("p", { class: "eb-hidden-text", role: "status", "aria-live": "polite", id: "announcements" });
    document.body.append(this.region);
  }

  find(name) {
    return one(`[data-banner="${name}"]`, this.place || document);
  }

  // The heading is read aloud once; the text below may count on in silence.
  show(name, { title, text = "", kind = "", role = "alert", link = null, button = null }) {
    const words = make("div", { class: "eb-room-banner-text" }, make("b", { role }, title), make("p", {}, text));
    if (button) words.append(button);
    if (link) words.append(make("a", { class: "eb-button is-small", href: link.url }, link.text));
    const banner = make("div", { class: `eb-room-banner ${kind}`.trim(), "data-banner": name }, words);
    const icon = one(`#texts [data-icon="${ICONS[name] || "info"}"] svg`);
    if (icon) banner.prepend(icon.cloneNode(true));
    const old = this.find(name);
    if (old) return old.replaceWith(banner);
    this.place?.append(banner);
    this.shield();
  }

  // The question has just moved under the pointer: a click on its way must not meet another option.
  shield() {
    document.body.classList.add("is-moving");
    clearTimeout(this.moving);
    this.moving = setTimeout(() => document.body.classList.remove("is-moving"), SHIELD_MS);
  }

  // Changes the text alone, without a word from the screen reader.
  retell(name, text) {
    const line = one("p", this.find(name) || document.createElement("div"));
    if (line && line.textContent !== text) line.textContent = text;
  }

  hide(...names) {
    const found = names.map((name) => this.find(name)).filter(Boolean);
    for (const banner of found) banner.remove();
    if (found.length) this.shield();
  }

  // Read aloud politely; nothing blinks and nothing takes the focus.
  announce(text) {
    this.region.textContent = "";
    setTimeout(() => (this.region.textContent = text), ANNOUNCE_MS); // the same words twice are two announcements
  }

  notice(text) {
    this.announce(text);
    this.show("notice", { title: text, kind: "is-plain", role: "presentation" });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide("notice"), NOTICE_MS);
  }
}
