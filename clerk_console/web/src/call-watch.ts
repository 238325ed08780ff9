/** Watches how good the call is: for the clerk's eyes each second, and for the report that is kept. */
import * as api from "./api.ts";
import { CallRecord } from "./call-report.ts";
import type { PeerCall } from "./call.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { Quality } from "./quality.ts";
import { store } from "./state.ts";

/** Ends that nobody wanted. */
const BROKEN: readonly switchboard.EndReason[] = ["booth_lost", "clerk_lost", "connect_failed"];

/** Seconds after a hold until figures are those of the line again. */
const AFTER_HOLD = 2;

export class CallWatch {
  private quality: Quality | null = null;
  private record: CallRecord | null = null;
  /** Seconds that are not judged. */
  private unjudged = 0;

  constructor() {
    window.addEventListener("pagehide", () => void this.record?.flush(performance.now(), true).catch(() => undefined));
  }

  /** A call with `booth` is being made. `kept`: whether a report of it is; a guest's would count the call twice. */
  begin(booth: string, kept = true): void {
    this.end("connect_failed");
    this.unjudged = 0;
    this.quality = new Quality();
    this.record = kept ? new CallRecord(booth, performance.now(), api.reportCall) : null;
  }

  /** The booth's first picture has come, if it sends any. */
  stands(first_frame_at: number | null, accepted_at: number | null): void {
    if (this.record && first_frame_at !== null && accepted_at !== null) this.record.set_up_ms = first_frame_at - accepted_at;
  }

  measured(call: PeerCall): void {
    const { quality, record } = this;
    if (!quality) return;
    const { booth_figures } = store.state;
    if (this.unjudged > 0) {
      quality.pass(call.meter.latest, booth_figures);
      this.unjudged -= 1;
      return;
    }
    const sample = quality.take(performance.now(), call.meter.latest, booth_figures, call.channel.round_trip_ms);
    record?.add(sample);
    store.set({ quality: { samples: quality.samples, judgement: quality.judge() } });
  }

  /** What is not sent is no fault of the line; the browser counts the whole hold as a freeze when it ends. */
  held(held: boolean): void {
    this.unjudged = held ? Infinity : AFTER_HOLD;
  }

  interrupted(): void {
    this.record?.interrupted(performance.now());
  }

  restored(): void {
    this.record?.restored(performance.now());
  }

  /** Another connection carries the call from now on. */
  renewed(): void {
    if (this.record) this.record.generations += 1;
    if (this.unjudged > AFTER_HOLD) this.held(false);
  }

  end(reason: switchboard.EndReason): void {
    this.record?.end(BROKEN.includes(reason), performance.now());
    this.quality = this.record = null;
  }
}
