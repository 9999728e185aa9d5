// Questions the candidate wants to return to. What was set without network is not overwritten at the next entry.
import { Refused, send, Unreachable } from "./wire.js";

export class Flags {
  constructor(url, kept, sync, view) {
    Object.assign(this, { url, kept, sync, view });
    view.setFlags(kept.get("flags") || []);
  }

  list() {
    return [...this.view.flags].sort((one, other) => one - other);
  }

  take(flags) {
    if (this.kept.get("flags_unsent")) return this.send();
    this.view.setFlags(flags);
    this.kept.set("flags", flags);
  }

  turn(question) {
    const flags = new Set(this.view.flags);
    if (!flags.delete(question)) flags.add(question);
    this.view.setFlags(flags);
    this.kept.set("flags", this.list());
    this.kept.set("flags_unsent", true);
    return this.send();
  }

  async send() {
    if (!this.kept.get("flags_unsent")) return;
    const flags = this.list();
    try {
      await send(this.url, { epoch: this.sync.epoch, flags });
      if (flags.join() === this.list().join()) this.kept.set("flags_unsent", null);
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error; // a flag is the candidate's own note
    }
  }
}
