/**
 * Asking for a new generation of the call while the booth is not heard, with growing patience; as the booth does it
 * (`booth/restoration.py`). A generation asked for needs time to stand, on a slow path more than on a fast one.
 */
const FIRST_PATIENCE_MS = 3_000;
const LONGEST_PATIENCE_MS = 10_000;
const GROWTH = 1.5;

export class Restoration {
  private readonly ask: () => void;
  private patience = FIRST_PATIENCE_MS;
  private timer = 0;

  constructor(ask: () => void) {
    this.ask = ask;
  }

  /** Does nothing when it has begun already. */
  begin(): void {
    if (this.timer !== 0) return;
    this.patience = FIRST_PATIENCE_MS;
    this.again();
  }

  /** Something has changed, a line is back: ask at once, and be as patient as at first. */
  nudge(): void {
    if (this.timer === 0) return;
    this.calm();
    this.begin();
  }

  /** The booth is heard again, or the call is over. */
  calm(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
  }

  private again(): void {
    this.timer = window.setTimeout(() => this.again(), this.patience);
    this.patience = Math.min(this.patience * GROWTH, LONGEST_PATIENCE_MS);
    this.ask();
  }
}
