/** What a call measurably delivers, from the browser's own statistics (W3C webrtc-stats). */
import type { CallFigures } from "./generated/consultation.ts";

/** A packet of 20 ms, and the block of 10 ms that Chromium takes from the microphone at a time. */
export const CAPTURE_MS = 30;
/** The offset between sound and picture is read off at single pictures; this many are averaged. */
const OFFSETS_AVERAGED = 5;
const LONGEST_MS = 60_000;

/** Totals and counters run over the whole call, over all its generations; rates and shares over the latest second. */
export interface Measured {
  fps_received: number;
  width: number;
  height: number;
  /** Frames decoded. */
  frames: number;
  freezes: number;
  frozen_s: number;
  /** Of all that arrives, bits a second. */
  bitrate: number;
  packets_lost: number;
  /** Of packets of picture and sound, before any repair; 0 to 1. */
  loss: number;
  /** The worse of picture and sound. */
  jitter_ms: number | null;
  /** Sound played, in seconds, and its energy (webrtc-stats totalAudioEnergy). */
  audio_seconds: number;
  audio_energy: number;
  audio_level: number;
  /** Sound made up in place of what never came. */
  concealed_s: number;
  /** How long sound waits after it has come: for its turn, and in the sound card. */
  buffer_ms: number | null;
  playout_ms: number | null;
  /** How far sound is behind the picture. */
  sync_offset_ms: number | null;
  fps_sent: number;
  width_sent: number;
  height_sent: number;
  /** What holds the sent picture down, if anything does. */
  limited: "cpu" | "bandwidth" | null;
  round_trip_ms: number | null;
  /** What the path carries of what is sent, bits a second, as the browser reckons. */
  available: number | null;
}

const nothing: Measured = {
  fps_received: 0,
  width: 0,
  height: 0,
  frames: 0,
  freezes: 0,
  frozen_s: 0,
  bitrate: 0,
  packets_lost: 0,
  loss: 0,
  jitter_ms: null,
  audio_seconds: 0,
  audio_energy: 0,
  audio_level: 0,
  concealed_s: 0,
  buffer_ms: null,
  playout_ms: null,
  sync_offset_ms: null,
  fps_sent: 0,
  width_sent: 0,
  height_sent: 0,
  limited: null,
  round_trip_ms: null,
  available: null,
};

const totals = ["frames", "freezes", "frozen_s", "packets_lost", "audio_seconds", "audio_energy", "concealed_s"] as const;

type Report = Record<string, unknown>;

const figure = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const known = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** Counters of one measurement, from which the next one makes rates. */
interface Counters {
  at: number;
  frames: number;
  packets: number;
  lost: number;
  bytes: number;
  waited_s: number;
  emitted: number;
  playout_s: number;
  played: number;
}

export class Meter {
  latest: Measured = nothing;
  private before: Counters | null = null;
  private offsets: number[] = [];
  /** What earlier generations of the call have delivered; totals go on from there. */
  private earlier: Measured = nothing;

  /** Take a new measurement; call it about once a second. */
  async measure(connection: RTCPeerConnection): Promise<Measured> {
    // RTCStatsReport's types in TypeScript cover only the common fields.
    const found = (await connection.getStats()) as unknown as Map<string, Report>;
    const reports = [...found.values()];
    const of = (type: string, kind?: string): Report =>
      reports.find((report) => report.type === type && (kind === undefined || report.kind === kind)) ?? {};
    const picture = of("inbound-rtp", "video");
    const sound = of("inbound-rtp", "audio");
    const sent = of("outbound-rtp", "video");
    const limit = sent.qualityLimitationReason;
    const pair = reports.find((report) => report.type === "candidate-pair" && report.nominated);
    const round_trip = known(pair?.currentRoundTripTime);
    const jitters = [picture, sound].map((report) => known(report.jitter)).filter((jitter) => jitter !== null);
    const made: Measured = {
      ...nothing,
      ...this.rates(counters(picture, sound, of("transport"), of("media-playout"))),
      width: figure(picture.frameWidth),
      height: figure(picture.frameHeight),
      frames: figure(picture.framesDecoded),
      freezes: figure(picture.freezeCount),
      frozen_s: figure(picture.totalFreezesDuration),
      packets_lost: Math.max(0, figure(picture.packetsLost)),
      jitter_ms: jitters.length > 0 ? Math.max(...jitters) * 1000 : null,
      audio_seconds: figure(sound.totalSamplesDuration),
      audio_energy: figure(sound.totalAudioEnergy),
      audio_level: Math.min(1, figure(sound.audioLevel)),
      concealed_s: concealed(sound),
      sync_offset_ms: this.offset(picture, sound),
      fps_sent: figure(sent.framesPerSecond),
      width_sent: figure(sent.frameWidth),
      height_sent: figure(sent.frameHeight),
      limited: limit === "cpu" || limit === "bandwidth" ? limit : null,
      round_trip_ms: round_trip === null ? null : round_trip * 1000,
      available: known(pair?.availableOutgoingBitrate),
    };
    for (const total of totals) made[total] += this.earlier[total];
    this.latest = made;
    return made;
  }

  goOnFrom(meter: Meter): void {
    this.earlier = this.latest = meter.latest;
  }

  private rates(now: Counters): Partial<Measured> {
    const { before } = this;
    this.before = now;
    if (!before || now.at <= before.at) return {};
    const seconds = (now.at - before.at) / 1000;
    const lost = Math.max(0, now.lost - before.lost);
    const sent = now.packets - before.packets + lost;
    const mean = (sum: number, count: number): number | null => (count > 0 ? (sum / count) * 1000 : null);
    return {
      fps_received: (now.frames - before.frames) / seconds,
      loss: sent > 0 ? lost / sent : 0,
      bitrate: ((now.bytes - before.bytes) * 8) / seconds,
      buffer_ms: mean(now.waited_s - before.waited_s, now.emitted - before.emitted),
      playout_ms: mean(now.playout_s - before.playout_s, now.played - before.played),
    };
  }

  /** Picture and sound say each when, by the sender's clock, what is shown and heard now was captured. */
  private offset(picture: Report, sound: Report): number | null {
    const [seen, heard] = [known(picture.estimatedPlayoutTimestamp), known(sound.estimatedPlayoutTimestamp)];
    if (seen === null || heard === null) return null;
    this.offsets = [...this.offsets, seen - heard].slice(-OFFSETS_AVERAGED);
    return this.offsets.reduce((sum, offset) => sum + offset, 0) / this.offsets.length;
  }
}

function counters(picture: Report, sound: Report, transport: Report, playout: Report): Counters {
  return {
    at: figure(picture.timestamp ?? sound.timestamp),
    frames: figure(picture.framesDecoded),
    packets: figure(picture.packetsReceived) + figure(sound.packetsReceived),
    lost: figure(picture.packetsLost) + figure(sound.packetsLost),
    bytes: figure(transport.bytesReceived),
    waited_s: figure(sound.jitterBufferDelay),
    emitted: figure(sound.jitterBufferEmittedCount),
    playout_s: figure(playout.totalPlayoutDelay),
    played: figure(playout.totalSamplesCount),
  };
}

/** Silence in place of silence, which nobody hears, is left out. */
function concealed(sound: Report): number {
  const samples = figure(sound.concealedSamples) - figure(sound.silentConcealedSamples);
  const all = figure(sound.totalSamplesReceived);
  return all > 0 ? (Math.max(0, samples) / all) * figure(sound.totalSamplesDuration) : 0;
}

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));
const bounded = (ms: number | null): number | null =>
  ms === null ? null : rounded(Math.min(Math.max(0, ms), LONGEST_MS), 1);

/** The figures as the booth is told them. */
export function callFigures(measured: Measured): CallFigures {
  const { sync_offset_ms: offset } = measured;
  return {
    type: "call_figures",
    video_fps: rounded(measured.fps_received, 1),
    video_width: measured.width,
    video_height: measured.height,
    video_frames: measured.frames,
    audio_seconds: measured.audio_seconds,
    audio_level: measured.audio_level,
    video_freezes: measured.freezes,
    video_frozen_s: rounded(measured.frozen_s, 2),
    bitrate: rounded(measured.bitrate),
    loss: measured.loss,
    jitter_ms: bounded(measured.jitter_ms),
    round_trip_ms: bounded(measured.round_trip_ms),
    audio_concealed_s: rounded(measured.concealed_s, 2),
    audio_capture_ms: CAPTURE_MS,
    audio_buffer_ms: bounded(measured.buffer_ms),
    audio_playout_ms: bounded(measured.playout_ms),
    sync_offset_ms: offset === null ? null : rounded(Math.max(-LONGEST_MS, Math.min(offset, LONGEST_MS)), 1),
  };
}

