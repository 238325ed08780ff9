/**
 * The consultation channel as the clerk's browser speaks it. What the booth says is untrusted: anything that is not
 * a message of this version is dropped and counted, and never answered.
 */
import * as consultation from "./generated/consultation.ts";
import { BEAT_MS } from "./liveness.ts";

export type FromBooth = consultation.FromBooth;

/** Heartbeats on their way that are remembered for the round trip. */
const BEATS_KEPT = 240;
/** Chunks wait while more than this is queued in the channel, so that text and heartbeats still get through. */
const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = 64 * 1024;

type Fields = Record<string, unknown>;
type Rule = (value: unknown) => boolean;

const text = (longest: number): Rule => (v) => typeof v === "string" && v.length <= longest;
const whole = (least: number, most: number): Rule => (v) => Number.isInteger(v) && Number(v) >= least && Number(v) <= most;
const positive: Rule = (v) => typeof v === "number" && Number.isFinite(v) && v >= 0;
const upTo = (most: number): Rule => (v) => positive(v) && Number(v) <= most;
const share = upTo(1);
const milliseconds = upTo(60_000);
const oneOf = (...allowed: unknown[]): Rule => (v) => allowed.includes(v);
const orNothing = (rule: Rule): Rule => (v) => v === undefined || v === null || rule(v);
const matches = (pattern: RegExp): Rule => (v) => typeof v === "string" && pattern.test(v);
const listOf = (rule: Rule, least: number, most: number): Rule => (v) =>
  Array.isArray(v) && v.length >= least && v.length <= most && v.every(rule);
const fits = (rules: Record<string, Rule>): Rule => (v) =>
  typeof v === "object" && v !== null && Object.entries(rules).every(([name, rule]) => rule((v as Fields)[name]));

const request = whole(1, 2 ** 31);
const transfer = matches(/^[a-z0-9-]{4,64}$/);
const chipFile = fits({
  file: matches(/^01[0-9a-f]{2}$/),
  transfer,
  size: whole(1, consultation.MAX_CHIP_FILE_BYTES),
  sha256: matches(/^[0-9a-f]{64}$/),
});

const base64 = (longest: number): Rule => (v) => text(longest)(v) && matches(/^[A-Za-z0-9+/]*={0,2}$/)(v);
const proofs: Record<string, Rule> = {
  active_authentication: fits({ response: base64(12 * 1024), status: matches(/^[0-9a-f]{4}$/) }),
  chip_authentication: fits({ response: base64(12 * 1024) }),
  pace_cam: fits({ mapping_key: base64(12 * 1024), data: base64(12 * 1024), card_security: base64(12 * 1024) }),
};
const proof: Rule = (v) => {
  const kind = (v as { kind?: unknown } | null)?.kind;
  return typeof kind === "string" && Object.hasOwn(proofs, kind) && proofs[kind]!(v);
};

const deviceState = oneOf("ok", "missing", "busy", "frozen", "black", "silent");

const rules: Record<FromBooth["type"], Rule> = {
  greeting: fits({ version: oneOf(consultation.VERSION), name: text(200), features: orNothing(listOf(text(64), 0, 32)) }),
  heartbeat: fits({ n: whole(0, 2 ** 53), echo: orNothing(whole(0, 2 ** 53)) }),
  text: fits({ line: whole(0, 2 ** 31), text: text(4000), done: oneOf(true, false) }),
  chunk: fits({
    transfer,
    offset: whole(0, consultation.MAX_TRANSFER_BYTES),
    data: text(consultation.CHUNK_BYTES * 2),
  }),
  card_status: fits({
    request,
    stage: oneOf(
      "consent", "card_access_number", "machine_readable_zone", "insert_card", "reading", "sent", "declined", "failed",
    ),
    fault: orNothing(
      oneOf(
        "wrong_card_access_number", "wrong_machine_readable_zone", "card_suspended", "card_blocked",
        "no_reader", "no_card", "card_removed", "card_unsupported", "health_insurance_card",
        "payment_card", "card_error", "timeout", "not_permitted",
      ),
    ),
    progress: orNothing(share),
  }),
  chip_key: fits({ request, file: base64(12 * 1024) }),
  card_data: fits({
    request,
    access: oneOf("pace_can", "pace_mrz", "bac"),
    files: listOf(chipFile, 1, 16),
    proofs: orNothing(listOf(proof, 0, 3)),
  }),
  still_status: fits({ request, status: oneOf("consent", "declined", "failed") }),
  still: fits({
    request,
    transfer,
    size: whole(1, consultation.MAX_STILL_BYTES),
    sha256: matches(/^[0-9a-f]{64}$/),
  }),
  eid_status: fits({
    request,
    stage: oneOf(
      "starting", "consent", "insert_card", "pin", "can", "puk", "new_pin", "working", "sent", "pin_changed", "declined",
      "failed",
    ),
    fault: orNothing(
      oneOf(
        "wrong_pin", "wrong_can", "wrong_puk", "no_reader", "card_unknown", "card_deactivated", "card_position",
        "card_inoperative", "card_removed", "card_error", "server_unreachable", "server_refused", "timeout",
        "app_missing", "app_outdated", "app_failed",
      ),
    ),
  }),
  summary_answer: fits({ request, answer: oneOf("confirmed", "changes") }),
  document_status: fits({ request, status: oneOf("shown", "closed", "failed") }),
  device_states: fits({ camera: orNothing(deviceState), microphone: orNothing(deviceState), speaker: orNothing(deviceState), card_reader: orNothing(deviceState) }),
  call_figures: fits({
    video_fps: upTo(1000),
    video_width: whole(0, 16_384),
    video_height: whole(0, 16_384),
    video_frames: positive,
    audio_seconds: positive,
    audio_level: share,
    set_up_ms: orNothing(milliseconds),
    video_freezes: orNothing(positive),
    video_frozen_s: orNothing(positive),
    bitrate: orNothing(upTo(1e9)),
    loss: orNothing(share),
    jitter_ms: orNothing(milliseconds),
    round_trip_ms: orNothing(milliseconds),
    audio_concealed_s: orNothing(positive),
    audio_capture_ms: orNothing(milliseconds),
    audio_buffer_ms: orNothing(milliseconds),
    audio_playout_ms: orNothing(milliseconds),
    sync_offset_ms: orNothing((v) => typeof v === "number" && milliseconds(Math.abs(v))),
  }),
};

/** A message of the booth, or null. */
export function parse(data: unknown): FromBooth | null {
  if (typeof data !== "string" || data.length > consultation.MAX_MESSAGE_BYTES) return null;
  try {
    const message = JSON.parse(data) as { type?: unknown } | null;
    const type = message?.type;
    if (typeof type !== "string" || !Object.hasOwn(rules, type)) return null;
    return rules[type as FromBooth["type"]](message) ? (message as FromBooth) : null;
  } catch {
    return null;
  }
}

export interface ChannelEvents {
  opened(): void;
  heard(): void;
  message(message: Exclude<FromBooth, consultation.Heartbeat>): void;
  closed(): void;
}

/** One connection's channel: opened by whoever makes the offer. Each end greets and keeps the heartbeat. */
export class ConsultationChannel {
  /** Messages dropped as malformed. */
  ignored = 0;
  round_trip_ms: number | null = null;
  private channel: RTCDataChannel | null = null;
  private readonly greetingName: string;
  private readonly events: ChannelEvents;
  private beats = new Map<number, number>();
  private beat = 0;
  private heardBeat: number | null = null;
  private timer = 0;

  constructor(greetingName: string, events: ChannelEvents) {
    this.greetingName = greetingName;
    this.events = events;
  }

  openOn(connection: RTCPeerConnection): void {
    this.use(connection.createDataChannel(consultation.LABEL, { ordered: true }));
  }

  /** The other end opens it; another channel than the first is passed over. */
  takeOn(connection: RTCPeerConnection): void {
    connection.ondatachannel = ({ channel }) => {
      if (!this.channel && channel.label === consultation.LABEL) this.use(channel);
      else channel.close();
    };
  }

  private use(channel: RTCDataChannel): void {
    this.channel = channel;
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    channel.onopen = () => this.greet();
    channel.onmessage = (event: MessageEvent<unknown>) => this.receive(event.data);
    channel.onclose = () => this.closed();
  }

  get open(): boolean {
    return this.channel?.readyState === "open";
  }

  send(message: consultation.FromClerk): boolean {
    if (!this.channel || !this.open) return false;
    this.channel.send(JSON.stringify(message));
    return true;
  }

  /** Resolves when the channel can take more, or has closed. */
  async drain(): Promise<void> {
    if ((this.channel?.bufferedAmount ?? 0) >= HIGH_WATER_BYTES) await this.settle();
  }

  /** Resolves when little is left to send, or the channel has closed. */
  async settle(): Promise<void> {
    const { channel } = this;
    if (!channel || !this.open || channel.bufferedAmount <= LOW_WATER_BYTES) return;
    await new Promise<void>((resolve) => {
      channel.addEventListener("bufferedamountlow", () => resolve(), { once: true });
      channel.addEventListener("close", () => resolve(), { once: true });
    });
  }

  close(): void {
    window.clearInterval(this.timer);
    if (!this.channel) return;
    this.channel.onopen = this.channel.onmessage = this.channel.onclose = null;
    this.channel.close();
  }

  private greet(): void {
    this.send({
      type: "greeting",
      version: consultation.VERSION,
      name: this.greetingName.slice(0, 200),
      features: ["card", "document", "summary", "text"],
    });
    this.timer = window.setInterval(() => this.pulse(), BEAT_MS);
    this.events.opened();
  }

  private pulse(): void {
    this.beat += 1;
    this.beats.set(this.beat, performance.now());
    this.beats.delete(this.beat - BEATS_KEPT);
    this.send({ type: "heartbeat", n: this.beat, echo: this.heardBeat });
  }

  private receive(data: unknown): void {
    const message = parse(data);
    if (!message) {
      this.ignored += 1;
      return;
    }
    this.events.heard();
    if (message.type === "heartbeat") this.pulseHeard(message);
    else this.events.message(message);
  }

  private pulseHeard(message: consultation.Heartbeat): void {
    this.heardBeat = message.n;
    const sent = this.beats.get(message.echo ?? -1);
    if (sent !== undefined) this.round_trip_ms = performance.now() - sent;
    this.beats.delete(message.echo ?? -1);
  }

  private closed(): void {
    window.clearInterval(this.timer);
    this.events.closed();
  }
}
