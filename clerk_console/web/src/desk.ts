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
import { Invitations } from "./invitations.ts";
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
  readonly invitations: Invitations;
  readonly media = new OwnMedia(async (local) => this.talk?.replace(local));
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
    this.callback = new Callback(this.line, (id) => this.serviceOf(id));
    this.invitations = new Invitations(this.line);
  }

  get isClerk(): boolean {
    return this.session.staff.roles.includes("clerk");
  }

  get call(): PeerCall | null {
    return this.talk?.booth.call ?? null;
  }

  /** Who else is in the call. */
  get third(): PeerCall | null {
    return this.talk?.third?.leg.call ?? null;
  }

  get work(): Casework | null {
    return this.talk?.work ?? this.callback.work;
  }

  get typed(): TypedLine | null {
    return this.talk?.typed ?? null;
  }

  open(): void {
    this.line.open();
    void Skills.ofOffice();
    this.shortcuts.open();
    window.addEventListener("beforeunload", this.askBeforeLeaving);
    if (!this.isClerk) return;
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
    const role = offer.purpose === "ticket" ? "holder" : "guest";
    const about = { ticket, service, language, needs, site: site ?? "", role, guest_role: offer.guest_role } as const;
    store.set({ offer: null, ended: null, call: callView(about) });
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

  /** A supervisor joins a call, to be seen by everybody in it. */
  async joinCall(ticket: string): Promise<void> {
    if (store.state.call) return;
    // Who does not work as a clerk has no camera open before.
    if (!this.media.local) await this.media.open(deviceChoice());
    this.accept_clicked_at = performance.now();
    this.line.send({ type: "join_call", ticket });
  }

  async handOver(): Promise<void> {
    await this.invitations.handOver(async () => this.work?.keepDraft());
  }

  /** The guest leaves, the call goes on without. */
  private leave(ticket: string, reason: switchboard.EndReason): void {
    this.line.sendSurely({ type: "leave_call", ticket });
    this.endCall(reason);
  }

  /** Give the ticket back: the citizen keeps the place in the queue. A guest leaves the call to its holder. */
  giveBack(reason: switchboard.EndReason): void {
    const { call } = store.state;
    const ticket = call?.ticket ?? store.state.orphan;
    if (!ticket) return;
    if (call?.role === "guest") {
      this.leave(ticket, reason);
      return;
    }
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
    else if (message.type === "description") void this.talk?.leg(message)?.described(message);
    else if (message.type === "candidate") void this.talk?.leg(message)?.candidate(message);
    else if (message.type === "invite_update") this.invitations.told(message);
    else if (message.type === "handed_over") this.handedOver(message);
    else if (message.type === "leg_ended") this.legEnded(message);
    else if (message.type === "peer_presence") this.presence(message);
    else if (message.type === "call_ended") this.ended(message);
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
    for (const leg of this.talk?.legs() ?? []) leg.nudge();
  }

  private presence(message: switchboard.PeerPresence): void {
    const leg = this.talk?.leg(message);
    if (!leg) return;
    if (leg === this.talk?.booth) store.setCall({ booth_online: message.online });
    if (message.online) leg.nudge();
  }

  /** This clerk, a guest so far, is the holder. */
  private handedOver({ ticket }: switchboard.HandedOver): void {
    const { call } = store.state;
    if (!this.talk || !call || call.ticket !== ticket) return;
    this.talk.endThird();
    this.talk.takeOver(this.serviceOf(call.service));
    store.notify({ key: "ended", kind: "success", title: "handed-over-to-you", text: "handed-over-to-you-text" });
  }

  /** To a guest the end of its leg to the booth is the end of the call; else whoever else was there has left. */
  private legEnded(message: switchboard.LegEnded): void {
    const leg = this.talk?.leg(message);
    if (!leg) return;
    if (leg !== this.talk?.booth) this.talk?.endThird();
    else if (store.state.call?.role === "guest") this.endCall(message.reason);
  }

  private serviceOf(id: string): api.Service | null {
    return this.services.find((one) => one.id === id) ?? null;
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

  private offered({ ticket, expires_in_s, purpose = "ticket", guest_role = null }: switchboard.Offer): void {
    const now = performance.now();
    this.ringFor({ callback: false, ...ticket, purpose, guest_role, received_at: now, deadline: now + expires_in_s * 1000 });
  }

  private ringFor(offer: HeldOffer): void {
    store.set({ offer });
    store.dismiss("offer");
    if (!offer.callback) this.prepare();
    this.ring.start(t("offer-title-ticket", { ticket: offer.number }));
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
      thirdFailed: (reason) => this.thirdFailed(reason),
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
    if (!call) store.set({ ended: null, call: callView({ ...message, needs: message.needs, site: "" }) });
    void talk.begin(message, this.serviceOf(message.service));
  }

  /** The call cannot be made: the citizen keeps the place, the clerk is told why. */
  private failed(reason: switchboard.EndReason, title: string): void {
    this.giveBack(reason);
    store.notify({ key: "ended", kind: "danger", title, text: `${title}-text`, ...markOf(reason) });
  }

  /** A guest without a connection to the holder is of no use; a holder is told who could not be connected. */
  private thirdFailed(reason: switchboard.EndReason): void {
    const { call } = store.state;
    if (!call) return;
    if (call.role === "guest") this.leave(call.ticket, reason);
    else this.talk?.endThird();
    const title = reason === "fingerprint_refused" ? "third-refused" : "third-failed";
    store.notify({ key: "invitation", kind: "danger", title, text: `${title}-text`, ...markOf(reason) });
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
    if (tell && (reason !== "completed" || call.role === "guest"))
      store.notify({
        key: "ended",
        kind: reason === "fingerprint_refused" ? "danger" : reason === "citizen_left" || reason === "booth_lost" ? "warning" : "info",
        title: call.role === "guest" ? "guest-left" : `ended-${reason}`,
        args: { ticket: call.ticket },
        ...markOf(reason),
      });
  }

  private refused(error: switchboard.Error, cause: switchboard.FromClient | null): void {
    // It is asked again in time; that the booth is away is told by its presence.
    if (cause?.type === "renew") return;
    if (cause) {
      this.help.refused(cause);
      this.invitations.refused(cause);
    }
    if (cause?.type === "hold" && cause.held) void this.talk?.hold(false);
    if (cause?.type === "accept" || cause?.type === "pick" || cause?.type === "unpark") {
      this.dropOffer();
      this.callback.drop();
      this.endCall("connect_failed", false);
    }
    store.notify({ key: "switchboard", kind: "warning", title: `error-${error.error}` });
  }
}
