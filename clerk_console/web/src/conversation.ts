/**
 * The call in hand: the legs to the booth and to whoever else is in it, the case, the conversation in writing. The desk
 * begins and ends it. The case is the holder's; a guest has it from the moment the call is handed over.
 */
import type { PeerCall } from "./call.ts";
import type { CallWatch } from "./call-watch.ts";
import { parties } from "./call-view.ts";
import { Casework } from "./casework.ts";
import type { ConsultationChannel, FromBooth } from "./consultation.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { Leg, type LegEvents, type Surroundings } from "./leg.ts";
import { store } from "./state.ts";
import { Third } from "./third.ts";
import { TypedLine, withLine } from "./typing.ts";
import type { Service } from "./api.ts";

/** Lines of text said again over a new connection. */
const LINES_REPEATED = 20;
const FAREWELL_MS = 400;

export interface ConversationEvents {
  accepted_at(): number | null;
  /** The call cannot be made; `title` names the words that say why. */
  failed(reason: switchboard.EndReason, title: string): void;
  /** Nor can the connection with whoever else is in it. */
  thirdFailed(reason: switchboard.EndReason): void;
}

export class Conversation {
  readonly booth: Leg;
  third: Third | null = null;
  work: Casework | null = null;
  typed: TypedLine | null = null;
  private readonly around: Surroundings;
  private readonly quality: CallWatch;
  private readonly events: ConversationEvents;

  constructor(around: Surroundings, quality: CallWatch, events: ConversationEvents) {
    this.around = around;
    this.quality = quality;
    this.events = events;
    this.booth = new Leg(around, this.boothEvents());
  }

  /** A leg is set up, or set up anew, which replaces its connection and keeps everything else. */
  async begin(message: switchboard.Call, service: Service | null): Promise<void> {
    if (message.other === "clerk") {
      await this.beginThird(message);
      return;
    }
    const { call } = this.booth;
    // A new connection sends and shows: it ends a hold.
    store.setCall({ ...parties(message), held: false, ...(!call?.stood && { phase: "preparing" }) });
    if (!this.typed) this.startTalk(message, service);
    await this.booth.begin(message);
  }

  private async beginThird(message: switchboard.Call): Promise<void> {
    let { third } = this;
    if (third?.leg.number !== message.leg) {
      this.endThird();
      third = this.third = new Third(this.around, message, {
        over: (channel) => this.repeatLines(channel),
        failed: (reason) => this.events.thirdFailed(reason),
      });
    }
    await third?.leg.begin(message);
  }

  /** Whoever else was in the call has left it. */
  endThird(): void {
    this.third?.close();
    this.third = null;
  }

  /** The guest is the holder from now on: the case is opened here. */
  takeOver(service: Service | null): void {
    const { call } = store.state;
    if (!call) return;
    store.setCall({ role: "holder", guest_role: null, held: false });
    this.quality.begin(call.booth);
    this.work = new Casework(call, service);
    this.work.channel = this.booth.call?.channel ?? null;
    if (this.booth.call?.stood) void this.work.open();
  }

  legs(): Leg[] {
    return [this.booth, ...(this.third ? [this.third.leg] : [])];
  }

  async replace(local: MediaStream): Promise<void> {
    await Promise.all(this.legs().map((leg) => leg.replace(local)));
  }

  /** The leg a message of the switchboard is about. */
  leg({ ticket, leg = 0 }: { ticket: string; leg?: number }): Leg | null {
    return this.legs().find((one) => one.ticket === ticket && one.number === leg && one.generation > 0) ?? null;
  }

  /** The citizen is on hold, or no longer. */
  async hold(held: boolean): Promise<void> {
    store.setCall({ held });
    this.quality.held(held);
    await this.booth.hold(held);
  }

  /** Say goodbye: the booth thanks and wipes. Resolves when the farewell has left. */
  async farewell(completed: boolean, outcome: switchboard.Outcome): Promise<void> {
    const call = this.booth.call;
    if (!call) return;
    call.channel.send({ type: "farewell", completed });
    if (!completed) await this.work?.abandon(outcome);
    // A matter may be closed while the connection is being made anew; to the switchboard the call must have stood.
    if (this.booth.liveness?.suspect) this.booth.tellConnected();
  }

  /** Let what was said last leave before the connection goes. */
  async settle(): Promise<void> {
    await this.booth.call?.channel.settle();
    await new Promise((resolve) => window.setTimeout(resolve, FAREWELL_MS));
  }

  end(reason: switchboard.EndReason): void {
    this.endThird();
    this.booth.close();
    this.quality.end(reason);
    this.typed?.stop();
    if (reason === "citizen_left" || reason === "booth_lost" || reason === "redirected") void this.work?.abandon(reason);
    this.work?.close();
  }

  private boothEvents(): LegEvents {
    const { quality } = this;
    return {
      phase: (phase) => store.setCall({ phase }),
      stands: (first) => this.stands(first),
      over: (channel) => this.talkOver(channel),
      message: (message) => this.hear(message),
      measured: (call: PeerCall) => quality.measured(call),
      renewed: () => quality.renewed(),
      suspected: () => {
        store.setCall({ reconnecting: true });
        quality.interrupted();
      },
      restored: () => {
        store.setCall({ reconnecting: false });
        quality.restored();
      },
      failed: (reason, title) => this.events.failed(reason, title),
    };
  }

  private startTalk(message: switchboard.Call, service: Service | null): void {
    const guest = message.role === "guest";
    if (!guest) this.work = new Casework(message, service);
    this.typed = new TypedLine((text) => {
      for (const leg of this.legs()) leg.call?.channel.send(text);
      store.setCall({ lines: withLine(store.state.call?.lines ?? [], "clerk", text) });
    });
    this.quality.begin(message.booth, !guest);
  }

  private stands(first: boolean): void {
    if (first) {
      this.quality.stands(this.booth.call?.first_frame_at ?? null, this.events.accepted_at());
      store.setCall({ reconnecting: false });
    }
    if (this.work && !store.state.work?.record) void this.work.open();
  }

  /** Casework and text go over this channel from now on; over a later one, what may have been lost is said again. */
  private talkOver(channel: ConsultationChannel): void {
    const { work } = this;
    if (work?.channel) work.goOnOver(channel);
    else if (work) work.channel = channel;
    this.repeatLines(channel);
  }

  private repeatLines(channel: ConsultationChannel): void {
    const own = (store.state.call?.lines ?? []).filter((line) => line.from === "clerk");
    for (const { line, text, done } of own.slice(-LINES_REPEATED)) channel.send({ type: "text", line, text, done });
  }

  private hear(message: FromBooth): void {
    if (message.type === "greeting") {
      const site = store.state.call?.site || message.name;
      store.setCall({ site, features: message.features ?? [] });
    } else if (message.type === "text")
      store.setCall({ lines: withLine(store.state.call?.lines ?? [], "booth", message) });
    else if (message.type === "device_states") store.setCall({ devices: message });
    else if (message.type === "call_figures") store.set({ booth_figures: message });
    else this.work?.receive(message);
  }
}
