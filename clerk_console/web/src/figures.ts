/** What a call measurably delivers, from the browser's own statistics (W3C webrtc-stats). */
import type { CallFigures } from "./generated/consultation.ts";
import type { CallQuality } from "./state.ts";

interface VideoReport {
  timestamp: number;
  framesDecoded: number;
  framesDropped: number;
  frameWidth: number;
  frameHeight: number;
  packetsReceived: number;
  packetsLost: number;
}

export interface Measured {
  fps_received: number;
  width: number;
  height: number;
  /** Frames decoded since the call began. */
  frames: number;
  packets_lost: number;
  /** Lost in the latest second, 0 to 1. */
  loss: number;
  /** Sound played since the call began, in seconds, and its energy (webrtc-stats totalAudioEnergy). */
  audio_seconds: number;
  audio_energy: number;
  audio_level: number;
  fps_sent: number;
  width_sent: number;
  height_sent: number;
  round_trip_ms: number | null;
}

const nothing: Measured = {
  fps_received: 0,
  width: 0,
  height: 0,
  frames: 0,
  packets_lost: 0,
  loss: 0,
  audio_seconds: 0,
  audio_energy: 0,
  audio_level: 0,
  fps_sent: 0,
  width_sent: 0,
  height_sent: 0,
  round_trip_ms: null,
};

const counters = ["frames", "packets_lost", "audio_seconds", "audio_energy"] as const;

export class Meter {
  latest: Measured = nothing;
  private before: VideoReport | null = null;
  /** What earlier generations of the call have delivered; counters go on from there. */
  private earlier: Measured = nothing;

  /** Take a new measurement; call it about once a second. */
  async measure(connection: RTCPeerConnection): Promise<Measured> {
    const made = { ...nothing };
    // RTCStatsReport's types in TypeScript cover only the common fields.
    const reports = (await connection.getStats()) as unknown as Map<string, Record<string, unknown>>;
    for (const report of reports.values()) {
      if (report.type === "inbound-rtp" && report.kind === "video") this.video(made, report as unknown as VideoReport);
      else if (report.type === "inbound-rtp" && report.kind === "audio") sound(made, report);
      else if (report.type === "outbound-rtp" && report.kind === "video") sent(made, report);
      else if (report.type === "candidate-pair" && report.nominated) {
        const seconds = report.currentRoundTripTime;
        made.round_trip_ms = typeof seconds === "number" ? seconds * 1000 : made.round_trip_ms;
      }
    }
    for (const counter of counters) made[counter] += this.earlier[counter];
    this.latest = made;
    return made;
  }

  goOnFrom(meter: Meter): void {
    this.earlier = this.latest = meter.latest;
  }

  private video(made: Measured, report: VideoReport): void {
    const before = this.before;
    made.frames = report.framesDecoded ?? 0;
    made.width = report.frameWidth ?? 0;
    made.height = report.frameHeight ?? 0;
    made.packets_lost = Math.max(0, report.packetsLost ?? 0);
    if (before && report.timestamp > before.timestamp) {
      made.fps_received = ((report.framesDecoded - before.framesDecoded) * 1000) / (report.timestamp - before.timestamp);
      const lost = Math.max(0, report.packetsLost - before.packetsLost);
      const arrived = report.packetsReceived - before.packetsReceived;
      made.loss = lost + arrived > 0 ? lost / (lost + arrived) : 0;
    }
    this.before = { ...report };
  }
}

const figure = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

function sound(made: Measured, report: Record<string, unknown>): void {
  made.audio_seconds = figure(report.totalSamplesDuration);
  made.audio_energy = figure(report.totalAudioEnergy);
  made.audio_level = Math.min(1, figure(report.audioLevel));
}

function sent(made: Measured, report: Record<string, unknown>): void {
  made.fps_sent = figure(report.framesPerSecond);
  made.width_sent = figure(report.frameWidth);
  made.height_sent = figure(report.frameHeight);
}

/** The figures as the booth is told them. */
export function callFigures(measured: Measured): CallFigures {
  return {
    type: "call_figures",
    video_fps: Math.round(measured.fps_received * 10) / 10,
    video_width: measured.width,
    video_height: measured.height,
    video_frames: measured.frames,
    audio_seconds: measured.audio_seconds,
    audio_level: measured.audio_level,
  };
}

/** The figures as the clerk sees them. */
export function quality(measured: Measured, round_trip_ms: number | null): CallQuality {
  return {
    fps: measured.fps_received,
    width: measured.width,
    height: measured.height,
    loss: measured.loss,
    round_trip_ms: measured.round_trip_ms ?? round_trip_ms,
  };
}
