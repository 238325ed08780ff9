/**
 * Whether the booth is heard, without I/O. Moments are performance.now().
 *
 *   heard ── most of a second of silence, or the browser's own doubt ──> suspect ── anything heard ──> heard
 *
 * The time this page itself stood still (a hidden tab, a busy machine) is no silence of the booth's.
 */
export const BEAT_MS = 250;
export const LOOK_MS = 100;
/** So that it is noticed within a second: what came last is heard a little later, and looked for each LOOK_MS. */
const SILENT_MS = 600;

export class Liveness {
  /** The latest suspicion, and when it ended; null while there was none, or it lasts. */
  suspect_at: number | null = null;
  restored_at: number | null = null;
  private heardAt: number;
  private lookedAt: number;

  constructor(now: number) {
    this.heardAt = this.lookedAt = now;
  }

  get suspect(): boolean {
    return this.suspect_at !== null && this.restored_at === null;
  }

  /** Something has come from the booth. True when that ends a suspicion. */
  heard(now: number): boolean {
    this.heardAt = now;
    if (!this.suspect) return false;
    this.restored_at = now;
    return true;
  }

  /** To be called each LOOK_MS. True when a suspicion begins. */
  look(now: number): boolean {
    this.heardAt += Math.max(0, now - this.lookedAt - 2 * BEAT_MS);
    this.lookedAt = now;
    return now - this.heardAt >= SILENT_MS && this.doubt(now);
  }

  /** The browser says that the path is gone. True when a suspicion begins. */
  doubt(now: number): boolean {
    if (this.suspect) return false;
    this.suspect_at = now;
    this.restored_at = null;
    return true;
  }
}
