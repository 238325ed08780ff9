/**
 * How many bits a second the clerk's picture may take. Chromium gives a picture 30 kbit/s at least, whatever the path
 * carries; beside speech that fills a path of 100 kbit/s for good, and what is said comes a second late. Half of it leaves
 * the queue room to drain. Back on a wide path it is the lifted limit that makes Chromium look how wide it is.
 */

/** Of picture and sound, bits a second by the browser's own estimate; with headers 100 kbit/s of the path. */
const NARROW = 100_000;
/** With so little sent the estimate does not get beyond 120 kbit/s. */
const WIDE = 108_000;
const NEXT_TO_NOTHING = 15_000;
/** In a row, a second apart. */
const WIDE_LOOKS = 2;

export class PictureLimit {
  limit: number;
  private readonly usual: number;
  private wide = 0;

  constructor(usual: number) {
    this.usual = this.limit = usual;
  }

  /** Once a second, with what the path carries, null while the browser cannot tell. Says whether `limit` has changed. */
  look(available: number | null): boolean {
    const before = this.limit;
    if (available === null) return false;
    this.wide = available > WIDE ? this.wide + 1 : 0;
    if (available < NARROW) this.limit = NEXT_TO_NOTHING;
    else if (this.wide >= WIDE_LOOKS) this.limit = this.usual;
    return this.limit !== before;
  }
}
