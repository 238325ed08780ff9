/** Real-time text (EN 301 549 6.2): what is typed goes out while it is typed, within 200 ms of each keystroke. */
import type { Text } from "./generated/consultation.ts";
import type { TextLine } from "./state.ts";

const EVERY_MS = 200;
const LONGEST = 4_000;
const KEPT = 200;

/** The line the clerk is writing. */
export class TypedLine {
  private line = 0;
  private text = "";
  private sentAt = -Infinity;
  private timer = 0;
  private readonly send: (message: Text) => void;

  constructor(send: (message: Text) => void) {
    this.send = send;
  }

  type(text: string): void {
    this.text = text.slice(0, LONGEST);
    if (this.timer !== 0) return;
    const wait = Math.max(0, this.sentAt + EVERY_MS - performance.now());
    if (wait === 0) this.flush(false);
    else this.timer = window.setTimeout(() => this.flush(false), wait);
  }

  /** Close the line; an empty one stays open. */
  finish(): void {
    if (!this.text.trim()) return;
    this.flush(true);
    this.line += 1;
    this.text = "";
  }

  stop(): void {
    window.clearTimeout(this.timer);
  }

  private flush(done: boolean): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.sentAt = performance.now();
    this.send({ type: "text", line: this.line, text: this.text, done });
  }
}

/** The conversation with one more report of a line; a line already closed stays as it is. */
export function withLine(lines: TextLine[], from: TextLine["from"], message: Text): TextLine[] {
  const { line, text, done } = message;
  const found = lines.findIndex((one) => one.from === from && one.line === line);
  if (found < 0) return text ? [...lines, { from, line, text, done }].slice(-KEPT) : lines;
  if (lines[found]?.done) return lines;
  if (!text && !done) return lines.toSpliced(found, 1);
  return lines.with(found, { from, line, text, done });
}
