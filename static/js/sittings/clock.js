// The server's clock, carried on by this machine's steady counter: a changed wall clock moves nothing.

export class ServerClock {
  constructor() {
    this.offset = null; // server ms minus performance.now()
    this.deadline = null;
    this.frozen = null; // remaining ms while paused
  }

  // The server looked at its clock some time between the question and the answer: each answer narrows the offset down,
  // and a slow network cannot move it further than its own delay.
  take(answer) {
    if (typeof answer.server_ms !== "number") return;
    const now = answer.heardAt ?? performance.now();
    const least = answer.server_ms - now;
    const most = answer.server_ms - (answer.sentAt ?? now);
    this.offset = this.offset === null ? (least + most) / 2 : Math.min(Math.max(this.offset, least), most);
    if (typeof answer.deadline_ms === "number") this.deadline = answer.deadline_ms;
    this.frozen = answer.paused ? answer.remaining_ms : null;
  }

  now() {
    return performance.now() + this.offset;
  }

  remaining() {
    if (this.deadline === null) return null;
    return Math.max(0, this.frozen === null ? this.deadline - this.now() : this.frozen);
  }
}

export function asClock(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part) => String(part).padStart(2, "0")).join(":");
}
