// What must outlive a reload of this tab, and nothing longer: the journal's key, the place in the paper, the clock.
// A browser that denies storage makes it forgetful, not broken.

export class Kept {
  constructor(sitting) {
    this.prefix = `eb-${sitting}-`;
  }

  set(name, value) {
    try {
      sessionStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // denied or full: a reload then needs the network
    }
  }

  get(name) {
    try {
      return JSON.parse(sessionStorage.getItem(this.prefix + name) || "null");
    } catch {
      return null;
    }
  }

  forget() {
    try {
      for (const name of Object.keys(sessionStorage)) if (name.startsWith(this.prefix)) sessionStorage.removeItem(name);
    } catch {
      // nothing was kept
    }
  }
}
