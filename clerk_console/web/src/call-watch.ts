/** Watches how good the call is: for the clerk's eyes each second, and for the report that is kept. */
import * as api from "./api.ts";
import { CallRecord } from "./call-report.ts";
import type { PeerCall } from "./call.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { Quality } from "./quality.ts";
import { store } from "./state.ts";

/** Ends that nobody wanted. */
const BROKEN: readonly switchboard.EndReason[] = ["booth_lost", "clerk_lost", "connect_failed"];

export class CallWatch {
  private quality: Quality | null = null;
  private record: CallRecord | null = null;

  constructor() {
    window.addEventListener("pagehide", () => void this.record?.flush(performance.now(), true).catch(() => undefined));
  }

  /** A call with `booth` is being made. */
  begin(booth: string): void {
    this.end("connect_failed");
    this.quality = new Quality();
    this.record = new CallRecord(booth, performance.now(), api.reportCall);
  }

  /** The booth's first picture has come, if it sends any. */
  stands(first_frame_at: number | null, accepted_at: number | null): void {
    if (this.record && first_frame_at !== null && accepted_at !== null) this.record.set_up_ms = first_frame_at - accepted_at;
  }

  measured(call: PeerCall): void {
    const { quality, record } = this;
    if (!quality || !record) return;
    const { booth_figures } = store.state;
    record.add(quality.take(performance.now(), call.meter.latest, booth_figures, call.channel.round_trip_ms));
    store.set({ quality: { samples: quality.samples, judgement: quality.judge() } });
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
  }

  end(reason: switchboard.EndReason): void {
    this.record?.end(BROKEN.includes(reason), performance.now());
    this.quality = this.record = null;
  }
}
