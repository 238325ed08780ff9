/**
 * How good a call is, in both directions: what the clerk's browser measures and what the booth tells, put together each
 * second, without I/O. Moments are performance.now().
 */
import { CAPTURE_MS, type Measured } from "./figures.ts";
import type { CallFigures } from "./generated/consultation.ts";

export type Direction = "to_clerk" | "to_booth";
export const DIRECTIONS = ["to_clerk", "to_booth"] as const;

/** One second of one direction. Shares are 0 to 1; null where it is not known. */
export interface Reception {
  fps: number;
  width: number;
  height: number;
  bitrate: number | null;
  loss: number | null;
  jitter_ms: number | null;
  /** Of the second: without a new picture; made-up sound. */
  frozen: number | null;
  concealed: number | null;
  mouth_to_ear_ms: number | null;
  sync_offset_ms: number | null;
  /** What holds the picture down at the end that sends it. */
  limited: Measured["limited"];
  /** The sender leaves the picture out for now: the line carries no more than sound. */
  paused: boolean;
  /** Since the call began. */
  freezes: number;
  frozen_s: number;
}

export interface Sample {
  at: number;
  round_trip_ms: number | null;
  to_clerk: Reception;
  /** Null while the booth has told nothing. */
  to_booth: Reception | null;
}

/** Two minutes. */
export const HISTORY = 120;
/** Judged over so many seconds, so that a word does not flicker. */
const JUDGED = 5;
/** A freeze stays in the judgement a little longer. */
const FROZEN_JUDGED = 10;

/** EN 301 549, 6.5.3: at least 20 pictures a second, for sign language too. */
export const FPS_FAIR = 20;
/** Half of it: movements fall apart. */
const FPS_POOR = 10;
/** EN 301 549, 6.5.2: preferably 288 lines (CIF), at least 144 (QCIF). */
const LINES_FAIR = 288;
const LINES_POOR = 144;
/** ITU-T G.114: up to 150 ms from mouth to ear nobody notices, over 400 ms people talk at once. */
export const DELAY_FAIR_MS = 150;
const DELAY_POOR_MS = 400;
/** EN 301 549, 6.5.4: sound and picture within 100 ms. */
const SYNC_FAIR_MS = 100;
/** ITU-T G.1010, table I.1: speech may lack 3 %; at 10 %, syllables are missing. */
const CONCEALED_FAIR = 0.03;
const CONCEALED_POOR = 0.1;
/** Without a new picture for a second of the latest ten; less than that is fair. */
const FROZEN_POOR = 0.1;
/** A line that loses more than this is named as the cause, and, of a small picture, one that carries less than that. */
export const LOSS_NAMED = 0.03;
const NARROW_BITRATE = 300_000;

export type Grade = "good" | "fair" | "poor";
/** What disturbs a conversation most stands first. */
const FAULTS = ["gaps", "paused", "frozen", "slow", "apart", "late", "small"] as const;
export type Fault = (typeof FAULTS)[number];
export type Cause = "loss" | "narrow" | "busy";

/** What is wrong in one direction, and why if that is known. */
export interface Finding {
  direction: Direction;
  fault: Fault;
  cause: Cause | null;
  grade: "fair" | "poor";
}

export interface Judgement {
  grade: Grade;
  /** The worst first; empty when all is well. */
  findings: Finding[];
}

/** Totals that begin anew with each generation of the call, made into growth. */
class Growth {
  private before: number | null = null;

  since(total: number | null | undefined): number | null {
    if (total === null || total === undefined) return null;
    const grown = this.before === null ? null : total >= this.before ? total - this.before : total;
    this.before = total;
    return grown;
  }
}

/** Totals of the booth over all generations of the call. */
class Totals {
  frozen_s = 0;
  freezes = 0;
  private readonly frozen = new Growth();
  private readonly count = new Growth();
  private readonly concealed = new Growth();

  /** Growth of frozen and concealed time since the last time. */
  take(frozen_s: number | null | undefined, freezes: number | null | undefined, concealed_s: number | null | undefined) {
    const frozen = this.frozen.since(frozen_s);
    this.frozen_s += frozen ?? 0;
    this.freezes += this.count.since(freezes) ?? 0;
    return { frozen, concealed: this.concealed.since(concealed_s) };
  }

  /** What has grown meanwhile counts for nothing. */
  pass(frozen_s: number | null | undefined, freezes: number | null | undefined, concealed_s: number | null | undefined): void {
    this.frozen.since(frozen_s);
    this.count.since(freezes);
    this.concealed.since(concealed_s);
  }
}

export class Quality {
  /** The latest HISTORY seconds, oldest first. */
  samples: Sample[] = [];
  private readonly own = new Totals();
  private readonly booth = new Totals();
  private heard: CallFigures | null = null;
  private toBooth: Reception | null = null;

  get latest(): Sample | null {
    return this.samples.at(-1) ?? null;
  }

  /** One more second: `booth` is the latest the booth has told, `heartbeat_ms` the round trip over the channel. */
  take(now: number, measured: Measured, booth: CallFigures | null, heartbeat_ms: number | null): Sample {
    const round_trip_ms = measured.round_trip_ms ?? booth?.round_trip_ms ?? heartbeat_ms;
    const seconds = this.latest ? (now - this.latest.at) / 1000 : 1;
    const sample = {
      at: now,
      round_trip_ms,
      to_clerk: this.received(measured, booth, round_trip_ms, seconds),
      to_booth: this.told(measured, booth, round_trip_ms, seconds),
    };
    this.samples = [...this.samples, sample].slice(-HISTORY);
    return sample;
  }

  /** A second that is not judged. */
  pass(measured: Measured, booth: CallFigures | null): void {
    this.own.pass(measured.frozen_s, measured.freezes, measured.concealed_s);
    if (booth && booth !== this.heard) this.booth.pass(booth.video_frozen_s, booth.video_freezes, booth.audio_concealed_s);
    this.heard = booth;
  }

  judge(): Judgement {
    const findings = DIRECTIONS.flatMap((direction) => findingsOf(direction, this.samples));
    const weight = ({ grade, fault }: Finding): number => (grade === "poor" ? 0 : FAULTS.length) + FAULTS.indexOf(fault);
    findings.sort((a, b) => weight(a) - weight(b));
    return { grade: findings[0]?.grade ?? "good", findings };
  }

  private received(measured: Measured, booth: CallFigures | null, round_trip_ms: number | null, seconds: number): Reception {
    const grown = this.own.take(measured.frozen_s, measured.freezes, measured.concealed_s);
    return {
      fps: measured.fps_received,
      width: measured.width,
      height: measured.height,
      bitrate: measured.bitrate,
      loss: measured.loss,
      jitter_ms: measured.jitter_ms,
      frozen: share(grown.frozen, seconds),
      concealed: share(grown.concealed, seconds),
      mouth_to_ear_ms: mouthToEar(booth?.audio_capture_ms, round_trip_ms, measured.buffer_ms, measured.playout_ms),
      sync_offset_ms: measured.sync_offset_ms,
      limited: null,
      paused: booth?.picture_paused ?? false,
      freezes: this.own.freezes,
      frozen_s: this.own.frozen_s,
    };
  }

  private told(
    measured: Measured,
    booth: CallFigures | null,
    round_trip_ms: number | null,
    seconds: number,
  ): Reception | null {
    if (booth === this.heard) return this.toBooth;
    this.heard = booth;
    if (!booth) return (this.toBooth = null);
    const grown = this.booth.take(booth.video_frozen_s, booth.video_freezes, booth.audio_concealed_s);
    this.toBooth = {
      fps: booth.video_fps,
      width: booth.video_width,
      height: booth.video_height,
      bitrate: booth.bitrate ?? null,
      loss: booth.loss ?? null,
      jitter_ms: booth.jitter_ms ?? null,
      frozen: share(grown.frozen, seconds),
      concealed: share(grown.concealed, seconds),
      mouth_to_ear_ms: mouthToEar(CAPTURE_MS, round_trip_ms, booth.audio_buffer_ms, booth.audio_playout_ms),
      sync_offset_ms: booth.sync_offset_ms ?? null,
      limited: measured.limited,
      paused: false,
      freezes: this.booth.freezes,
      frozen_s: this.booth.frozen_s,
    };
    return this.toBooth;
  }
}

function share(grown: number | null, seconds: number): number | null {
  return grown === null || seconds <= 0 ? null : Math.min(1, grown / seconds);
}

/** From the sender's microphone through the network (half a round trip) to the receiver's ear, as far as both can tell. */
export function mouthToEar(...[capture, round_trip, buffer, playout]: (number | null | undefined)[]): number | null {
  const parts = [capture, round_trip, buffer, playout];
  if (parts.some((part) => part === null || part === undefined)) return null;
  return capture! + round_trip! / 2 + buffer! + playout!;
}

const CAUSES = { cpu: "busy", bandwidth: "narrow" } as const;

function findingsOf(direction: Direction, samples: Sample[]): Finding[] {
  const latest = samples.at(-1)?.[direction];
  if (!latest || samples.length < 2) return [];
  const mean = (of: (one: Reception) => number | null, seconds = JUDGED): number | null => {
    const values = samples.slice(-seconds).map((sample) => sample[direction] && of(sample[direction]));
    return average(values.filter((value) => value !== null));
  };
  const found: Finding[] = [];
  const note = (fault: Fault, poor: boolean, cause: Cause | null = null): void => {
    found.push({ direction, fault, cause, grade: poor ? "poor" : "fair" });
  };
  const lossy = (mean((one) => one.loss) ?? 0) > LOSS_NAMED;
  const cause = lossy ? "loss" : latest.limited ? CAUSES[latest.limited] : null;
  const concealed = mean((one) => one.concealed) ?? 0;
  if (concealed > CONCEALED_FAIR) note("gaps", concealed > CONCEALED_POOR, lossy ? "loss" : null);
  const frozen = mean((one) => one.frozen, FROZEN_JUDGED) ?? 0;
  const fps = mean((one) => one.fps) ?? 0;
  // An end without a camera sends no picture at all; that is no fault of the line.
  if (latest.paused) note("paused", true, "narrow");
  else if (latest.width > 0) {
    if (frozen > 0) note("frozen", frozen > FROZEN_POOR, cause);
    else if (fps < FPS_FAIR) note("slow", fps < FPS_POOR, cause);
    const narrow = (mean((one) => one.bitrate) ?? Infinity) < NARROW_BITRATE;
    if (latest.height < LINES_FAIR) note("small", latest.height < LINES_POOR, cause ?? (narrow ? "narrow" : null));
  }
  const delay = mean((one) => one.mouth_to_ear_ms) ?? 0;
  if (delay > DELAY_FAIR_MS) note("late", delay > DELAY_POOR_MS);
  if (Math.abs(mean((one) => one.sync_offset_ms) ?? 0) > SYNC_FAIR_MS) note("apart", false);
  return found;
}

export function average(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
