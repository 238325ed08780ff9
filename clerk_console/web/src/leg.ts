/**
 * One leg of a call: the way to one other end, over all generations of its connection. A connection that is lost stays
 * until the next one stands; if it is heard again before, it carries on meanwhile.
 */
import * as api from "./api.ts";
import { PeerCall } from "./call.ts";
import type { ConsultationChannel, FromBooth } from "./consultation.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { Liveness, LOOK_MS } from "./liveness.ts";
import { Restoration } from "./restoration.ts";
import type { CallPhase } from "./state.ts";

type ToSwitchboard = switchboard.Description | switchboard.Candidate | switchboard.Connected | switchboard.Renew;

/** What all legs of this clerk share. */
export interface Surroundings {
  servers(): switchboard.IceServer[];
  /** What is sent; null while nothing is. */
  local(): MediaStream | null;
  /** As the other end is greeted. */
  name: string;
  send(message: ToSwitchboard): void;
  /** Now, or as soon as the line to the switchboard is back. */
  sendSurely(message: ToSwitchboard): void;
  /** The line may be gone, too. */
  probe(): void;
}

export interface LegEvents {
  phase(phase: CallPhase): void;
  /** A connection carries the leg: for the first time, or in place of an earlier one. */
  stands(first: boolean): void;
  /** What is said goes over this channel from now on. */
  over(channel: ConsultationChannel): void;
  message(message: FromBooth): void;
  measured(call: PeerCall): void;
  /** Another connection is being made. */
  renewed(): void;
  suspected(): void;
  restored(): void;
  /** There will be no connection. `title` names the words that say why. */
  failed(reason: switchboard.EndReason, title: string): void;
}

export class Leg {
  /** The generation that carries the leg, or the first one while it is being made. */
  call: PeerCall | null = null;
  /** The next generation, while it is being made. */
  coming: PeerCall | null = null;
  /** The latest connection that was started, for its figures. */
  latest: PeerCall | null = null;
  /** Null before the first connection stands. */
  liveness: Liveness | null = null;
  ticket = "";
  number = 0;
  generation = 0;
  private readonly answers: boolean;
  private readonly around: Surroundings;
  private readonly events: LegEvents;
  private readonly restoration = new Restoration(() => this.askForRenewal());
  private watch = 0;

  /** `answers`: the other end makes the offers; so it is for the holder of a call and its guest. */
  constructor(around: Surroundings, events: LegEvents, answers = false) {
    this.around = around;
    this.events = events;
    this.answers = answers;
  }

  /** Everything that can be done before the call is set up, so that the picture comes at once. */
  prepare(): PeerCall {
    this.drop();
    this.call = this.make();
    return this.call;
  }

  /** The switchboard sets the leg up, or sets it up anew. */
  async begin(message: switchboard.Call): Promise<void> {
    const again = this.generation > 0;
    this.ticket = message.ticket;
    this.number = message.leg ?? 0;
    this.generation = message.generation;
    if (this.call?.stood) {
      await this.renew(message);
      return;
    }
    // A new generation replaces the connection and keeps everything else.
    const call = !again && this.call ? this.call : this.prepare();
    this.latest = call;
    if (again) this.events.renewed();
    else this.watch = window.setInterval(() => this.listen(), LOOK_MS);
    try {
      await call.start(message);
    } catch {
      this.failed(call, "connect_failed", "call-not-sealed");
    }
  }

  async described(message: switchboard.Description): Promise<void> {
    const call = this.of(message);
    if (!call) return;
    try {
      await call.heed(message);
    } catch (error) {
      const refused = error instanceof api.ApiError && error.error === "seal_refused";
      if (refused) this.failed(call, "fingerprint_refused", "call-fingerprint-refused");
      else if (call === this.coming) this.dropComing();
      else this.failed(call, "connect_failed", "call-connect-failed");
    }
  }

  async candidate(message: switchboard.Candidate): Promise<void> {
    await this.of(message)?.candidate(message);
  }

  /** Send another camera or microphone from now on. */
  async replace(local: MediaStream): Promise<void> {
    await Promise.all([this.call?.replace(local), this.coming?.replace(local)]);
  }

  async hold(held: boolean): Promise<void> {
    await this.call?.hold(held);
  }

  /** Something has changed for the better: do not wait before asking for a new connection. */
  nudge(): void {
    this.restoration.nudge();
  }

  /** Tell the switchboard that the leg stands: the one says it who makes the offers. */
  tellConnected(): void {
    const { ticket, number: leg, generation } = this;
    if (!this.answers) this.around.sendSurely({ type: "connected", ticket, leg, generation });
  }

  close(): void {
    window.clearInterval(this.watch);
    this.restoration.calm();
    this.drop();
  }

  private drop(): void {
    this.dropComing();
    this.call?.close();
    this.call = null;
  }

  private dropComing(): void {
    this.coming?.close();
    this.coming = null;
  }

  private make(): PeerCall {
    const { around, events } = this;
    const call: PeerCall = new PeerCall(
      around.servers(),
      around.local(),
      around.name,
      {
        phase: (phase) => this.call === call && events.phase(phase),
        signal: (message) => around.send(message),
        standing: () => this.standing(call),
        measured: () => call === this.call && events.measured(call),
        opened: () => call === this.call && events.over(call.channel),
        message: (message) => (call === this.call ? events.message(message) : call.keep(message)),
        heard: () => call === this.call && this.heard(),
        doubted: () => this.doubted(call),
      },
      this.answers,
    );
    return call;
  }

  private async renew(message: switchboard.Call): Promise<void> {
    this.dropComing();
    const call = (this.coming = this.make());
    try {
      await call.start(message);
    } catch {
      // The console could not be reached; the next generation may fare better.
      if (call === this.coming) this.dropComing();
    }
  }

  private takeOver(call: PeerCall): void {
    const { call: earlier } = this;
    this.call = this.latest = call;
    this.coming = null;
    this.events.renewed();
    const said = earlier ? call.follow(earlier) : [];
    if (call.channel.open) this.events.over(call.channel);
    for (const message of said) this.events.message(message);
    earlier?.close();
    this.events.phase("standing");
  }

  /** The connection a message of the switchboard is about. */
  private of({ ticket, leg = 0, generation }: switchboard.Description | switchboard.Candidate): PeerCall | null {
    const known = [this.coming, this.call];
    return known.find((call) => call?.ticket === ticket && call.leg === leg && call.generation === generation) ?? null;
  }

  private failed(call: PeerCall, reason: switchboard.EndReason, title: string): void {
    if (call === this.call || call === this.coming) this.events.failed(reason, title);
  }

  private standing(call: PeerCall): void {
    if (call === this.coming) this.takeOver(call);
    if (call !== this.call) return;
    const first = !this.liveness;
    if (first) {
      this.liveness = new Liveness(performance.now());
      this.restoration.calm();
    }
    this.tellConnected();
    this.events.stands(first);
  }

  private listen(): void {
    this.call?.listen();
    if (this.liveness?.look(performance.now())) this.suspected();
  }

  private heard(): void {
    if (!this.liveness?.heard(performance.now())) return;
    this.restoration.calm();
    this.events.restored();
    this.tellConnected();
  }

  private doubted(call: PeerCall): void {
    // The other end lets go of the old connection as soon as the new one stands.
    if (call !== this.call || this.coming?.connection.connectionState === "connected") return;
    if (this.liveness) {
      if (this.liveness.doubt(performance.now())) this.suspected();
    } else if (this.generation > 0) this.suspected();
  }

  private suspected(): void {
    this.events.suspected();
    this.restoration.begin();
    this.around.probe();
  }

  private askForRenewal(): void {
    const { ticket, number: leg, generation } = this;
    this.around.send({ type: "renew", ticket, leg, generation });
  }
}
