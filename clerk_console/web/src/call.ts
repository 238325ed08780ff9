/**
 * One peer connection, with a booth or with a colleague. It is made when a ticket is offered, so that camera, offer and
 * candidates are ready when the clerk accepts; nothing leaves this browser before `start`. Between two clerks the guest
 * makes the offer, and the holder of the call answers it.
 *
 *   preparing → sealing → offered → checking → connecting → standing
 *   answering: preparing → checking → sealing → connecting → standing
 *
 * A connection that fails is not mended: another generation, a new PeerCall, takes its place.
 */
import * as api from "./api.ts";
import { ConsultationChannel, type ChannelEvents, type FromBooth } from "./consultation.ts";
import { callFigures, Meter } from "./figures.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { PictureLimit } from "./narrow.ts";
import type { CallPhase } from "./state.ts";

/** Enough for 1280x720 at 30 frames a second. */
const VIDEO_BITRATE = 2_500_000;
const EARLY_CANDIDATES = 64;
/** A booth without a camera: after this much sound the call stands without a picture. */
const HEARD_SECONDS = 3;

/** What the booth says over a connection that does not yet carry the conversation. */
const EARLY_MESSAGES = 64;

export interface CallEvents extends Omit<ChannelEvents, "closed"> {
  phase(phase: CallPhase): void;
  /** To the booth, by way of the switchboard. */
  signal(message: switchboard.Description | switchboard.Candidate): void;
  /** The first picture of the booth is on the screen, or, where there is none, its sound has been heard. */
  standing(): void;
  measured(): void;
  /** Picture, sound or a message has come. */
  heard(): void;
  /** The browser says that the path is gone. */
  doubted(): void;
}

export class PeerCall {
  readonly connection: RTCPeerConnection;
  readonly channel: ConsultationChannel;
  /** Shows the booth's picture and plays its sound; views place it, and it must stay in the page during the call. */
  readonly video = document.createElement("video");
  readonly meter = new Meter();
  private readonly picture = new PictureLimit(VIDEO_BITRATE);
  first_frame_at: number | null = null;
  ticket = "";
  leg = 0;
  generation = 0;
  stood = false;
  /** Messages that came before this connection carried the conversation. */
  early: FromBooth[] = [];
  private other: api.OtherEnd = { booth: "" };
  private readonly answers: boolean;
  private readonly events: CallEvents;
  private readonly prepared: Promise<void>;
  private readonly remote = new MediaStream();
  private outgoing: switchboard.Candidate[] | null = null;
  private described = false;
  private incoming: RTCIceCandidateInit[] = [];
  private heeded = false;
  private measurements = 0;
  private closed = false;
  private timer = 0;
  private soundAt = 0;
  private local: MediaStream | null = null;
  private held = false;

  /** `answers`: the other end makes the offer. */
  constructor(
    servers: switchboard.IceServer[],
    local: MediaStream | null,
    greetingName: string,
    events: CallEvents,
    answers = false,
  ) {
    this.events = events;
    this.answers = answers;
    this.connection = new RTCPeerConnection({ iceServers: servers.map(iceServer), bundlePolicy: "max-bundle" });
    this.channel = new ConsultationChannel(greetingName, { ...events, closed: () => events.doubted() });
    if (answers) this.channel.takeOn(this.connection);
    else this.channel.openOn(this.connection);
    this.connection.ontrack = (event) => this.receive(event);
    this.connection.onicecandidate = (event) => this.gathered(event.candidate);
    this.connection.onconnectionstatechange = () => this.changed();
    this.video.autoplay = true;
    this.video.playsInline = true;
    this.video.dataset.test = "remote-video";
    this.prepared = this.prepare(local);
    // Whoever starts the call sees the failure; before that it concerns nobody.
    this.prepared.catch(() => undefined);
  }

  get stream(): MediaStream {
    return this.remote;
  }

  /** The clerk has accepted: have the prepared offer sealed and send it, or await the other end's. Raises ApiError. */
  async start(call: switchboard.Call): Promise<void> {
    this.ticket = call.ticket;
    this.leg = call.leg ?? 0;
    this.generation = call.generation;
    this.other = call.other === "clerk" ? { clerk: call.clerk ?? "" } : { booth: call.booth };
    await this.prepared;
    this.outgoing = [];
    if (this.answers) return;
    await this.describe("offer");
    this.events.phase("offered");
  }

  /** What the other end says: checked by the console before anything is connected with it. Raises ApiError
   * (seal_refused). */
  async heed(description: switchboard.Description): Promise<void> {
    const expected = this.answers ? "offer" : "answer";
    if (description.kind !== expected || this.heeded || !(this.described || this.answers)) return;
    this.heeded = true;
    this.events.phase("checking");
    const { kind, sdp, seal } = description;
    await api.checkSeal({ ...this.place, kind, sdp, seal, ...this.other });
    if (this.closed) return;
    if (!this.answers) this.events.phase("connecting");
    await this.connection.setRemoteDescription({ type: kind, sdp });
    for (const candidate of this.incoming.splice(0)) await this.take(candidate);
    if (this.answers) await this.answer();
  }

  private get place(): { ticket: string; leg: number; generation: number } {
    const { ticket, leg, generation } = this;
    return { ticket, leg, generation };
  }

  private async answer(): Promise<void> {
    for (const transceiver of this.connection.getTransceivers()) {
      transceiver.direction = "sendrecv";
      if (this.local) transceiver.sender.setStreams(this.local);
    }
    await this.sendTracks(this.held ? null : this.local);
    await this.connection.setLocalDescription();
    await this.describe("answer");
    this.events.phase("connecting");
  }

  private async describe(kind: "offer" | "answer"): Promise<void> {
    const sdp = this.connection.localDescription?.sdp ?? "";
    this.events.phase("sealing");
    const seal = await api.seal({ ...this.place, kind, sdp });
    if (this.closed) return;
    this.events.signal({ type: "description", ...this.place, kind, sdp, seal });
    this.described = true;
    for (const candidate of this.outgoing?.splice(0) ?? []) this.events.signal(candidate);
  }

  async candidate(message: switchboard.Candidate): Promise<void> {
    const candidate: RTCIceCandidateInit = {
      candidate: message.candidate ?? "",
      sdpMid: message.sdp_mid ?? null,
      sdpMLineIndex: message.sdp_m_line_index ?? null,
    };
    if (this.connection.remoteDescription) await this.take(candidate);
    else if (this.incoming.length < EARLY_CANDIDATES) this.incoming.push(candidate);
  }

  /** Send another camera or microphone from now on. */
  async replace(local: MediaStream): Promise<void> {
    this.local = local;
    if (!this.held) await this.sendTracks(local);
  }

  /** While held, camera and microphone are not sent, not even black and silence, and nothing is heard. */
  async hold(held: boolean): Promise<void> {
    this.held = held;
    this.video.muted = held;
    await this.sendTracks(held ? null : this.local);
  }

  /** Take the place of an earlier generation: its figures go on here. */
  follow(earlier: PeerCall): FromBooth[] {
    this.first_frame_at = earlier.first_frame_at;
    this.meter.goOnFrom(earlier.meter);
    return this.early.splice(0);
  }

  keep(message: FromBooth): void {
    if (this.early.length < EARLY_MESSAGES) this.early.push(message);
  }

  /** Notice sound that has come since the last time. */
  listen(): void {
    const sources = this.connection.getReceivers().flatMap((receiver) => receiver.getSynchronizationSources());
    const latest = Math.max(0, ...sources.map((source) => source.timestamp));
    // A source that is silent for long leaves the list; that is no sign of life.
    if (latest > this.soundAt) this.events.heard();
    this.soundAt = Math.max(latest, this.soundAt);
  }

  close(): void {
    this.closed = true;
    window.clearInterval(this.timer);
    this.channel.close();
    this.connection.ontrack = this.connection.onicecandidate = this.connection.onconnectionstatechange = null;
    this.connection.close();
    this.video.srcObject = null;
  }

  private async sendTracks(local: MediaStream | null): Promise<void> {
    for (const transceiver of this.connection.getTransceivers()) {
      const kind = transceiver.receiver.track.kind;
      await transceiver.sender.replaceTrack(local?.getTracks().find((track) => track.kind === kind) ?? null);
    }
  }

  private async prepare(local: MediaStream | null): Promise<void> {
    this.local = local;
    if (this.answers) return;
    for (const kind of ["audio", "video"] as const) {
      const track = local?.getTracks().find((one) => one.kind === kind);
      this.connection.addTransceiver(track ?? kind, { direction: "sendrecv", streams: local ? [local] : [] });
    }
    await this.connection.setLocalDescription(await this.connection.createOffer());
  }

  private gathered(candidate: RTCIceCandidate | null): void {
    // What was gathered before `start` is part of the description itself.
    if (!this.outgoing) return;
    const message: switchboard.Candidate = {
      type: "candidate",
      ...this.place,
      candidate: candidate?.candidate || null,
      sdp_mid: candidate?.sdpMid ?? null,
      sdp_m_line_index: candidate?.sdpMLineIndex ?? null,
    };
    if (this.described) this.events.signal(message);
    else this.outgoing.push(message);
  }

  private async take(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await this.connection.addIceCandidate(candidate);
    } catch {
      // A candidate this browser cannot use costs only that path.
      this.channel.ignored += 1;
    }
  }

  private receive(event: RTCTrackEvent): void {
    this.remote.addTrack(event.track);
    if (this.video.srcObject) return;
    this.video.srcObject = this.remote;
    this.video.requestVideoFrameCallback(() => this.pictureCame());
    void this.video.play().catch(() => undefined);
  }

  private pictureCame(): void {
    if (this.closed) return;
    this.video.requestVideoFrameCallback(() => this.pictureCame());
    this.first_frame_at ??= performance.now();
    this.stand();
    this.events.heard();
  }

  private stand(): void {
    if (this.stood) return;
    this.stood = true;
    this.events.phase("standing");
    this.events.standing();
    void this.limit();
  }

  private async measure(): Promise<void> {
    const measured = await this.meter.measure(this.connection);
    if (this.closed) return;
    if (measured.audio_seconds > HEARD_SECONDS) this.stand();
    this.channel.send(callFigures(measured));
    if (this.picture.look(measured.available)) void this.limit();
    // A rate needs two measurements.
    if (this.measurements++ > 0) this.events.measured();
  }

  private async limit(): Promise<void> {
    for (const sender of this.connection.getSenders()) {
      if (sender.track?.kind !== "video") continue;
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings) encoding.maxBitrate = this.picture.limit;
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }

  private changed(): void {
    const { connectionState } = this.connection;
    if (connectionState === "failed" || connectionState === "disconnected") this.events.doubted();
    if (connectionState === "connected" && this.timer === 0)
      this.timer = window.setInterval(() => void this.measure(), 1_000);
  }
}

function iceServer(server: switchboard.IceServer): RTCIceServer {
  return {
    urls: server.urls,
    ...(server.username && { username: server.username }),
    ...(server.credential && { credential: server.credential }),
  };
}
