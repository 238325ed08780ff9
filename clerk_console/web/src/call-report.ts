/**
 * What is kept of a call: how good it was, and nothing about who spoke (docs/quality.md). The report goes to the back end
 * every ten seconds in full, so that a browser that dies loses little.
 */
import type * as api from "./api.ts";
import { DIRECTIONS, FPS_FAIR, type Reception, type Sample } from "./quality.ts";

const FLUSH_MS = 10_000;
/** Tried again so often, and so soon, when the back end does not take the last one. */
const ATTEMPTS = 12;
const AGAIN_MS = 5_000;

export type Send = (id: string, report: api.CallReport, last: boolean) => Promise<void>;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.sum += value;
    this.count += 1;
  }

  /** Null when nothing was ever known. */
  value(digits: number): number | null {
    return this.count === 0 ? null : rounded(this.sum / this.count, digits);
  }
}

const MEANS = ["fps", "bitrate", "loss", "jitter_ms", "frozen", "concealed", "mouth_to_ear_ms"] as const;

/** One direction over the call. */
class Received {
  private readonly means = Object.fromEntries(MEANS.map((name) => [name, new Mean()])) as Record<(typeof MEANS)[number], Mean>;
  private readonly offset = new Mean();
  private readonly heights = new Map<number, number>();
  private seconds = 0;
  private slow = 0;
  private last: Reception | null = null;

  add(one: Reception): void {
    this.seconds += 1;
    this.last = one;
    this.slow += Number(one.fps < FPS_FAIR);
    this.heights.set(one.height, (this.heights.get(one.height) ?? 0) + 1);
    for (const name of MEANS) this.means[name].add(one[name]);
    this.offset.add(one.sync_offset_ms === null ? null : Math.abs(one.sync_offset_ms));
  }

  /** Null before the first second. */
  report(): api.ReceptionReport | null {
    if (!this.last) return null;
    const { means } = this;
    const [height] = [...this.heights].reduce((most, one) => (one[1] > most[1] ? one : most));
    return {
      fps: means.fps.value(1),
      slow_share: rounded(this.slow / this.seconds, 4),
      height,
      freezes_per_minute: rounded((this.last.freezes * 60) / this.seconds, 2),
      frozen_share: means.frozen.value(4),
      loss: means.loss.value(4),
      jitter_ms: means.jitter_ms.value(1),
      bitrate: means.bitrate.value(0),
      concealed_share: means.concealed.value(4),
      mouth_to_ear_ms: means.mouth_to_ear_ms.value(0),
      sync_offset_ms: this.offset.value(0),
    };
  }
}

export class CallRecord {
  generations = 1;
  set_up_ms: number | null = null;
  private readonly id = crypto.randomUUID().replaceAll("-", "");
  private readonly booth: string;
  private readonly send: Send;
  private readonly received = { to_clerk: new Received(), to_booth: new Received() };
  private readonly roundTrip = new Mean();
  private readonly begun: number;
  private interruptions = 0;
  private interrupted_ms = 0;
  private interruptedAt: number | null = null;
  private outcome: api.CallReport["outcome"] = "open";
  private readonly timer: number;

  constructor(booth: string, now: number, send: Send) {
    this.booth = booth;
    this.begun = now;
    this.send = send;
    this.timer = window.setInterval(() => void this.flush(performance.now(), false).catch(() => undefined), FLUSH_MS);
  }

  /** What is measured during an interruption is part of that, and of nothing else. */
  add(sample: Sample): void {
    if (this.interruptedAt !== null) return;
    for (const direction of DIRECTIONS) {
      const one = sample[direction];
      if (one) this.received[direction].add(one);
    }
    this.roundTrip.add(sample.round_trip_ms);
  }

  /** The booth is not heard any more. */
  interrupted(now: number): void {
    if (this.interruptedAt !== null) return;
    this.interruptions += 1;
    this.interruptedAt = now;
  }

  /** The booth is heard again. */
  restored(now: number): void {
    if (this.interruptedAt !== null) this.interrupted_ms += now - this.interruptedAt;
    this.interruptedAt = null;
  }

  /** The call is over. A report that cannot be delivered is tried again for a minute. */
  end(broken: boolean, now: number): void {
    if (this.outcome !== "open") return;
    window.clearInterval(this.timer);
    this.restored(now);
    this.outcome = broken ? "broken" : "closed";
    this.deliver(now, ATTEMPTS);
  }

  /** The report as it stands. A call in which nothing was seen, heard or missed has none, unless it broke. */
  async flush(now: number, last: boolean): Promise<void> {
    const report = this.report(now);
    if (report.to_clerk || report.interruptions || report.outcome === "broken") await this.send(this.id, report, last);
  }

  private deliver(now: number, attempts: number): void {
    this.flush(now, true).catch(() => {
      if (attempts > 1) window.setTimeout(() => this.deliver(now, attempts - 1), AGAIN_MS);
    });
  }

  private report(now: number): api.CallReport {
    const going = this.interruptedAt === null ? 0 : now - this.interruptedAt;
    const length = Math.max(1, now - this.begun);
    return {
      booth: this.booth,
      outcome: this.outcome,
      generations: this.generations,
      interruptions: this.interruptions,
      interrupted_share: rounded(Math.min(1, (this.interrupted_ms + going) / length), 4),
      set_up_ms: this.set_up_ms === null ? null : rounded(this.set_up_ms, 0),
      round_trip_ms: this.roundTrip.value(1),
      to_clerk: this.received.to_clerk.report(),
      to_booth: this.received.to_booth.report(),
    };
  }
}
