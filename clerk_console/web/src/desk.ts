/** The clerk's place at the exchange: availability, offers, and which call is in hand. */
import * as api from "./api.ts";
import type { PeerCall } from "./call.ts";
import { Callback } from "./callback.ts";
import { CallWatch } from "./call-watch.ts";
import { callView, fromTicket, markOf } from "./call-view.ts";
import type { Casework } from "./casework.ts";
import { Conversation } from "./conversation.ts";
import { deviceChoice } from "./devices.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { Help } from "./help.ts";
import type { Leg, Surroundings } from "./leg.ts";
import { OwnMedia } from "./own-media.ts";
import { Ring } from "./ring.ts";
import { Shortcuts } from "./shortcuts.ts";
import { Skills } from "./skills.ts";
import { store, type HeldOffer } from "./state.ts";
import { SwitchboardLine } from "./switchboard.ts";
import type { TypedLine } from "./typing.ts";
import { t } from "./words.ts";

export class Desk {
  accept_clicked_at: number | null = null;
  /** The leg whose figures are shown: of the present call, or of the latest. */
  latest: Leg | null = null;
  readonly line: SwitchboardLine;
  readonly help: Help;
  readonly callback: Callback;
  readonly media = new OwnMedia(async (local) => this.talk?.booth.replace(local));
  readonly ring = new Ring((sound_blocked) => store.set({ sound_blocked }));
  private readonly session: api.Session;
  private readonly quality = new CallWatch();
  /** Prepared at an offer, so that the picture comes at once; the call in hand when it has been accepted. */
  private talk: Conversation | null = null;
  private services: api.Service[] = [];
  private iceServers: switchboard.IceServer[] = [];
  private readonly shortcuts = new Shortcuts(this);

  constructor(session: api.Session, signedOut: () => void) {
    this.session = session;
    this.line = new SwitchboardLine(session.switchboard, {
      state: (line, line_error) => store.set({ line, line_error }),
      message: (message, cause) => this.receive(message, cause),
      token: api.switchboardToken,
      tokenFailed: (reason) => this.tokenFailed(reason, signedOut),
    });
    this.help = new Help(this.line);
    this.callback = new Callback(this.line);
  }

  get isClerk(): boolean {
    return this.session.staff.roles.includes("clerk");
  }

  get call(): PeerCall | null {
    return this.talk?.booth.call ?? null;
  }

  get work(): Casework | null {
    return this.talk?.work ?? null;
  }

  get typed(): TypedLine | null {
    return this.talk?.typed ?? null;
  }

  open(): void {
    this.line.open();
    void Skills.ofOffice();
    if (!this.isClerk) return;
    this.shortcuts.open();
    window.addEventListener("beforeunload", this.askBeforeLeaving);
    this.ring.arm();
    void this.media.open(deviceChoice());
    void this.loadServices();
  }

  close(): void {
    if (store.state.call) this.giveBack("clerk_left");
    else this.line.send({ type: "set_availability", available: false });
    this.dropOffer();
    this.line.close();
    this.ring.disarm();
    this.shortcuts.close();
    window.removeEventListener("beforeunload", this.askBeforeLeaving);
    this.media.close();
  }

  /** A call must not end with the session: whoever talks goes on talking, and signs in again afterwards. */
  private tokenFailed(reason: unknown, signedOut: () => void): boolean {
    const expired = reason instanceof api.ApiError && reason.status === 401;
    if (!expired) store.set({ line_error: "console_unreachable" });
    else if (store.state.call)
      store.notify({ key: "session", kind: "warning", title: "session-expired", text: "session-expired-text" });
    else signedOut();
    return !expired || store.state.call !== null;
  }

  /** Reloading or closing the page would cut the citizen off: the browser asks first. */
  private readonly askBeforeLeaving = (event: BeforeUnloadEvent): void => {
    if (store.state.call) event.preventDefault();
  };

  setAvailable(available: boolean): void {
    if (!this.line.send({ type: "set_availability", available })) return;
    if (store.state.clerk.state === "wrap_up") store.set({ ended: null });
    store.dismiss("ended", "case");
  }

  accept(): void {
    const { offer } = store.state;
    if (!offer || !(this.talk || offer.callback)) return;
    this.accept_clicked_at = performance.now();
    if (!this.line.send({ type: "accept", ticket: offer.number })) return;
    this.ring.stop();
    const { number: ticket, service, language, needs, site } = offer;
    if (offer.callback) {
      this.callback.begin(ticket, { service, language, needs, site: site ?? "" });
      store.set({ offer: null });
      return;
    }
    store.set({ offer: null, ended: null, call: callView({ ticket, service, language, needs, site: site ?? "" }) });
    store.dismiss("ended", "case");
  }

  decline(): void {
    const { offer } = store.state;
    if (offer) this.line.send({ type: "decline", ticket: offer.number });
    this.dropOffer();
  }

  /** Take a ticket out of turn. */
  pick(entry: switchboard.QueueEntry): void {
    this.take({ type: "pick", ticket: entry.number }, entry);
  }

  /** Call a parked ticket's booth again. */
  unpark(entry: switchboard.QueueEntry): void {
    this.take({ type: "unpark", ticket: entry.number }, entry);
  }

  private take(message: switchboard.Pick | switchboard.Unpark, entry: switchboard.QueueEntry): void {
    if (store.state.call || store.state.offer) return;
    if (!entry.callback) this.prepare();
    this.accept_clicked_at = performance.now();
    if (!this.line.send(message)) return;
    const { number: ticket, service, language, needs, site } = entry;
    if (entry.callback) {
      this.callback.begin(ticket, entry);
      return;
    }
    store.set({ ended: null, call: callView({ ticket, service, language, needs, site }) });
    store.dismiss("ended", "case", "switchboard");
  }

  /** Put the citizen on hold, or end it. Nothing is sent from the first moment on, whoever knows of it. */
  hold(held: boolean): void {
    const { call } = store.state;
    if (!call || call.phase !== "standing" || !this.line.send({ type: "hold", ticket: call.ticket, held })) return;
    if (held) void this.talk?.hold(true);
  }

  /** End the call for now: the citizen stays at the booth, the clerk is free. */
  async park(): Promise<void> {
    const { call } = store.state;
    if (!call) return;
    await this.work?.keepDraft();
    if (!this.line.send({ type: "park", ticket: call.ticket }))
      store.notify({ key: "switchboard", kind: "warning", title: "park-needs-line" });
  }

  /** Back into the queue for somebody with another skill; what is null stays as it is. */
  redirect(wanted: Pick<switchboard.ReturnToQueue, "service" | "language" | "needs">): void {
    const ticket = store.state.call?.ticket;
    if (!ticket) return;
    this.line.sendSurely({ type: "return_to_queue", ticket, reason: "redirected", ...wanted });
    this.endCall("redirected");
  }

  /** Give the ticket back: the citizen keeps the place in the queue. */
  giveBack(reason: switchboard.EndReason): void {
    const ticket = store.state.call?.ticket ?? store.state.orphan;
    if (!ticket) return;
    this.line.sendSurely({ type: "return_to_queue", ticket, reason });
    this.endCall(reason);
    store.set({ orphan: null });
  }

  /** End the call for good: the booth thanks and wipes, the ticket is closed. */
  async finish(outcome: switchboard.Outcome): Promise<void> {
    const ticket = store.state.call?.ticket;
    const { talk } = this;
    if (!ticket || !talk?.booth.call) return;
    await talk.farewell(outcome === "done", outcome);
    this.line.sendSurely({ type: "complete", ticket, outcome });
    await talk.settle();
    if (this.talk === talk) this.endCall("completed");
  }

  private async loadServices(): Promise<void> {
    try {
      this.services = await api.services();
    } catch {
      store.notify({ key: "services", kind: "danger", title: "services-missing", text: "services-missing-text" });
    }
  }

  private receive(message: switchboard.FromSwitchboard, cause: switchboard.FromClient | null): void {
    if (message.type === "welcome") this.welcomed(message);
    else if (message.type === "ice_servers_update") this.iceServers = message.ice_servers;
    else if (message.type === "clerk_update") this.updated(message);
    else if (message.type === "queue_update")
      store.set({ queue: { tickets: message.tickets, total: message.total, received_at: performance.now() } });
    else if (message.type === "offer") this.offered(message);
    else if (message.type === "offer_withdrawn") this.withdrawn(message);
    else if (message.type === "call") this.begin(message);
    else if (message.type === "call_held") {
      if (message.ticket === store.state.call?.ticket) void this.talk?.hold(message.held);
    }
    else if (message.type === "description") void this.talk?.booth.described(message);
    else if (message.type === "candidate") void this.talk?.booth.candidate(message);
    else if (message.type === "peer_presence") {
      if (message.ticket === store.state.call?.ticket) this.presence(message.online);
    } else if (message.type === "call_ended") this.ended(message);
    else if (message.type === "statistics") store.set({ statistics: { message, received_at: performance.now() } });
    else if (message.type === "callback") void this.callback.told(message);
    else if (message.type === "help_state") this.help.told(message);
    else if (message.type === "help_update") this.help.wanted(message);
    else if (message.type === "error") this.refused(message, cause);
  }

  private welcomed(welcome: switchboard.Welcome): void {
    this.iceServers = welcome.ice_servers;
    const ticket = welcome.ticket?.number ?? null;
    const state = welcome.clerk_state ?? "paused";
    store.set({ clerk: { state, since: performance.now(), ticket }, orphan: null });
    const inHand = state === "connecting" || state === "in_call";
    if (store.state.call && !(inHand && store.state.call.ticket === ticket)) this.endCall("clerk_lost");
    else if (inHand && !store.state.call && welcome.ticket?.state !== "calling_back") store.set({ orphan: ticket });
    if (store.state.callback?.ticket !== ticket) this.callback.drop();
    if (state === "offered" && welcome.ticket && !store.state.offer) this.ringFor(fromTicket(welcome.ticket));
    else if (state !== "offered") this.dropOffer();
    // On every page: who calls for help is to be noticed there, too.
    if (this.session.staff.roles.includes("supervisor")) this.line.send({ type: "watch_statistics", watch: true });
    this.talk?.booth.nudge();
  }

  private presence(booth_online: boolean): void {
    store.setCall({ booth_online });
    if (booth_online) this.talk?.booth.nudge();
  }

  private updated({ state, since_s, ticket, parked = [] }: switchboard.ClerkUpdate): void {
    const now = performance.now();
    store.set({
      clerk: { state, since: now - since_s * 1000, ticket: ticket ?? null },
      parked: { tickets: parked, received_at: now },
    });
    if (state !== "connecting" && state !== "in_call") store.set({ orphan: null });
    if (state === "wrap_up") this.callback.drop();
    if (state === "available" || state === "paused") this.dropOffer();
  }

  private offered({ ticket, expires_in_s }: switchboard.Offer): void {
    const now = performance.now();
    this.ringFor({ callback: false, ...ticket, received_at: now, deadline: now + expires_in_s * 1000 });
  }

  private ringFor(offer: HeldOffer): void {
    store.set({ offer });
    store.dismiss("offer");
    if (!offer.callback) this.prepare();
    this.ring.start(t("offer-title", { ticket: offer.number }));
  }

  private withdrawn({ ticket, reason }: switchboard.OfferWithdrawn): void {
    const accepted = store.state.call?.ticket === ticket;
    if (store.state.offer?.number !== ticket && !accepted) return;
    this.dropOffer();
    if (accepted) this.endCall("citizen_left", false);
    if (reason !== "declined") store.notify({ key: "offer", kind: "info", title: `withdrawn-${reason}` });
  }

  private dropOffer(): void {
    this.ring.stop();
    if (store.state.offer) store.set({ offer: null });
    if (!store.state.call) this.drop();
  }

  private drop(): void {
    this.talk?.booth.close();
    this.talk = null;
  }

  private prepare(): Conversation {
    this.drop();
    this.talk = new Conversation(this.surroundings(), this.quality, {
      accepted_at: () => this.accept_clicked_at,
      failed: (reason, title) => this.failed(reason, title),
    });
    this.talk.booth.prepare();
    return this.talk;
  }

  private surroundings(): Surroundings {
    const { display_name, office } = this.session.staff;
    return {
      servers: () => this.iceServers,
      local: () => this.media.local,
      name: [display_name, office].filter(Boolean).join(", "),
      send: (message) => this.line.send(message),
      sendSurely: (message) => this.line.sendSurely(message),
      probe: () => this.line.probe(),
    };
  }

  private begin(message: switchboard.Call): void {
    const { call } = store.state;
    if (call && call.ticket !== message.ticket) return;
    const talk = this.talk ?? this.prepare();
    this.latest = talk.booth;
    if (!call) store.set({ call: callView(message) });
    void talk.begin(message, this.services.find((one) => one.id === message.service) ?? null);
  }

  /** The call cannot be made: the citizen keeps the place, the clerk is told why. */
  private failed(reason: switchboard.EndReason, title: string): void {
    this.giveBack(reason);
    store.notify({ key: "ended", kind: "danger", title, text: `${title}-text`, ...markOf(reason) });
  }

  private ended({ ticket, reason }: switchboard.CallEnded): void {
    if (store.state.orphan === ticket) store.set({ orphan: null });
    if (store.state.call?.ticket === ticket) this.endCall(reason);
  }

  private endCall(reason: switchboard.EndReason, tell = true): void {
    const { call, work } = store.state;
    if (!call) return;
    this.talk?.end(reason);
    this.talk = null;
    const ended = { ticket: call.ticket, reason, record: work?.record ?? null, language: call.language };
    store.set({ call: null, work: null, quality: null, booth_figures: null, ended });
    if (tell && reason !== "completed")
      store.notify({
        key: "ended",
        kind: reason === "fingerprint_refused" ? "danger" : reason === "citizen_left" || reason === "booth_lost" ? "warning" : "info",
        title: `ended-${reason}`,
        args: { ticket: call.ticket },
        ...markOf(reason),
      });
  }

  private refused(error: switchboard.Error, cause: switchboard.FromClient | null): void {
    // It is asked again in time; that the booth is away is told by its presence.
    if (cause?.type === "renew") return;
    if (cause) this.help.refused(cause);
    if (cause?.type === "hold" && cause.held) void this.talk?.hold(false);
    if (cause?.type === "accept" || cause?.type === "pick" || cause?.type === "unpark") {
      this.dropOffer();
      this.callback.drop();
      this.endCall("connect_failed", false);
    }
    store.notify({ key: "switchboard", kind: "warning", title: `error-${error.error}` });
  }
}
