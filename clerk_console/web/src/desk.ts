/** The clerk's place at the exchange: availability, offers, the call in hand. Ties line, call and casework together. */
import * as api from "./api.ts";
import { PeerCall } from "./call.ts";
import { CallWatch } from "./call-watch.ts";
import { callView, fromTicket, markOf, parties } from "./call-view.ts";
import { Casework } from "./casework.ts";
import type { FromBooth } from "./consultation.ts";
import { deviceChoice, openDevices, rememberDevices, stopDevices, type DeviceChoice } from "./devices.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { Liveness, LOOK_MS } from "./liveness.ts";
import { Restoration } from "./restoration.ts";
import { Ring } from "./ring.ts";
import { store, type HeldOffer } from "./state.ts";
import { SwitchboardLine } from "./switchboard.ts";
import { TypedLine, withLine } from "./typing.ts";
import { t } from "./words.ts";

/** Lines of text said again over a new connection. */
const LINES_REPEATED = 20;
const FAREWELL_MS = 400;

export class Desk {
  /** The generation that carries the conversation. */
  call: PeerCall | null = null;
  /** The next generation, while it is being made. */
  coming: PeerCall | null = null;
  /** The latest call that was started, for its figures. */
  latest: PeerCall | null = null;
  work: Casework | null = null;
  typed: TypedLine | null = null;
  accept_clicked_at: number | null = null;
  local: MediaStream | null = null;
  liveness: Liveness | null = null;
  readonly line: SwitchboardLine;
  readonly ring = new Ring((sound_blocked) => store.set({ sound_blocked }));
  private readonly session: api.Session;
  private services: api.Service[] = [];
  private iceServers: switchboard.IceServer[] = [];
  private watching = false;
  private watch = 0;
  private readonly quality = new CallWatch();
  private readonly restoration = new Restoration(() => this.askForRenewal());

  constructor(session: api.Session, signedOut: () => void) {
    this.session = session;
    this.line = new SwitchboardLine(session.switchboard, {
      state: (line, line_error) => store.set({ line, line_error }),
      message: (message, cause) => this.receive(message, cause),
      token: api.switchboardToken,
      tokenFailed: (reason) => this.tokenFailed(reason, signedOut),
    });
  }

  get isClerk(): boolean {
    return this.session.staff.roles.includes("clerk");
  }

  open(): void {
    this.line.open();
    if (!this.isClerk) return;
    window.addEventListener("beforeunload", this.askBeforeLeaving);
    this.ring.arm();
    void this.openDevices(deviceChoice());
    void this.loadServices();
  }

  close(): void {
    if (store.state.call) this.giveBack("clerk_left");
    else this.line.send({ type: "set_availability", available: false });
    this.dropOffer();
    this.line.close();
    this.ring.disarm();
    window.removeEventListener("beforeunload", this.askBeforeLeaving);
    stopDevices(this.local);
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
    if (!offer || !this.call) return;
    this.accept_clicked_at = performance.now();
    if (!this.line.send({ type: "accept", ticket: offer.number })) return;
    this.ring.stop();
    const { number: ticket, service, language, needs, site } = offer;
    store.set({ offer: null, ended: null, call: callView({ ticket, service, language, needs, site: site ?? "" }) });
    store.dismiss("ended", "case");
  }

  decline(): void {
    const { offer } = store.state;
    if (offer) this.line.send({ type: "decline", ticket: offer.number });
    this.dropOffer();
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
    const { call, work } = this;
    if (!ticket || !call) return;
    const completed = outcome === "done";
    call.channel.send({ type: "farewell", completed });
    if (!completed) await work?.abandon(outcome);
    // A matter may be closed while the connection is being made anew; to the switchboard the call must have stood.
    if (this.liveness?.suspect) this.tellConnected();
    this.line.sendSurely({ type: "complete", ticket, outcome });
    // Let the farewell leave before the connection does.
    await call.channel.settle();
    await new Promise((resolve) => window.setTimeout(resolve, FAREWELL_MS));
    if (this.call === call) this.endCall("completed");
  }

  watchStatistics(watch: boolean): void {
    this.watching = watch;
    this.line.send({ type: "watch_statistics", watch });
    if (!watch) store.set({ statistics: null });
  }

  async chooseDevices(choice: DeviceChoice): Promise<void> {
    rememberDevices(choice);
    await this.openDevices(choice);
  }

  /** Switch microphone or camera on or off; the other end sees black or hears silence. */
  toggle(kind: "audio" | "video"): void {
    const { devices } = store.state;
    const next =
      kind === "audio"
        ? { ...devices, microphone_on: !devices.microphone_on }
        : { ...devices, camera_on: !devices.camera_on };
    store.set({ devices: next });
    this.applySwitches();
  }

  private applySwitches(): void {
    const { microphone_on, camera_on } = store.state.devices;
    for (const track of this.local?.getTracks() ?? []) track.enabled = track.kind === "audio" ? microphone_on : camera_on;
  }

  private async openDevices(choice: DeviceChoice): Promise<void> {
    const before = this.local;
    try {
      this.local = await openDevices(choice);
      store.set({ devices: { ...store.state.devices, status: "ready" } });
    } catch (error) {
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      store.set({ devices: { ...store.state.devices, status: denied ? "denied" : "missing" } });
      return;
    }
    this.applySwitches();
    await Promise.all([this.call?.replace(this.local), this.coming?.replace(this.local)]);
    stopDevices(before);
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
    else if (message.type === "call") void this.begin(message);
    else if (message.type === "description") void this.answered(message);
    else if (message.type === "candidate") this.candidate(message);
    else if (message.type === "peer_presence") {
      if (message.ticket === store.state.call?.ticket) this.presence(message.online);
    } else if (message.type === "call_ended") this.ended(message);
    else if (message.type === "statistics") store.set({ statistics: { message, received_at: performance.now() } });
    else if (message.type === "error") this.refused(message, cause);
  }

  private welcomed(welcome: switchboard.Welcome): void {
    this.iceServers = welcome.ice_servers;
    const ticket = welcome.ticket?.number ?? null;
    const state = welcome.clerk_state ?? "paused";
    store.set({ clerk: { state, since: performance.now(), ticket }, orphan: null });
    const inHand = state === "connecting" || state === "in_call";
    if (store.state.call && !(inHand && store.state.call.ticket === ticket)) this.endCall("clerk_lost");
    else if (inHand && !store.state.call) store.set({ orphan: ticket });
    if (state === "offered" && welcome.ticket && !store.state.offer) this.hold(fromTicket(welcome.ticket));
    else if (state !== "offered") this.dropOffer();
    if (this.watching) this.watchStatistics(true);
    this.restoration.nudge();
  }

  private presence(booth_online: boolean): void {
    store.setCall({ booth_online });
    if (booth_online) this.restoration.nudge();
  }

  private updated({ state, since_s, ticket }: switchboard.ClerkUpdate): void {
    store.set({ clerk: { state, since: performance.now() - since_s * 1000, ticket: ticket ?? null } });
    if (state !== "connecting" && state !== "in_call") store.set({ orphan: null });
    if (state === "available" || state === "paused") this.dropOffer();
  }

  private offered({ ticket, expires_in_s }: switchboard.Offer): void {
    const now = performance.now();
    this.hold({ ...ticket, received_at: now, deadline: now + expires_in_s * 1000 });
  }

  private hold(offer: HeldOffer): void {
    store.set({ offer });
    store.dismiss("offer");
    this.prepareCall();
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
    if (!store.state.call) this.dropCall();
  }

  private dropCall(): void {
    this.dropComing();
    this.call?.close();
    this.call = null;
  }

  private dropComing(): void {
    this.coming?.close();
    this.coming = null;
  }

  /** Everything that can be done before the clerk decides, so that the picture comes at once. */
  private prepareCall(): PeerCall {
    this.dropCall();
    this.call = this.makeCall();
    return this.call;
  }

  private makeCall(): PeerCall {
    const { display_name, office } = this.session.staff;
    const call: PeerCall = new PeerCall(this.iceServers, this.local, [display_name, office].filter(Boolean).join(", "), {
      phase: (phase) => this.call === call && store.setCall({ phase }),
      signal: (message) => this.line.send(message),
      standing: () => this.standing(call),
      measured: () => this.measured(call),
      opened: () => call === this.call && this.talkOver(call),
      message: (message) => (call === this.call ? this.hear(message) : call.keep(message)),
      heard: () => call === this.call && this.heard(),
      doubted: () => this.doubted(call),
    });
    return call;
  }

  private async begin(message: switchboard.Call): Promise<void> {
    const before = store.state.call;
    if (before && before.ticket !== message.ticket) return;
    if (before && this.call?.stood) {
      await this.renew(message);
      return;
    }
    // A new generation on the same ticket replaces the connection and keeps everything else.
    const fresh = !before || before.generation === 0;
    const call = fresh && this.call ? this.call : this.prepareCall();
    this.latest = call;
    store.set({ call: { ...(before ?? callView(message)), ...parties(message), phase: "preparing" } });
    if (fresh || !this.work) this.startWork(message);
    else this.quality.renewed();
    try {
      await call.start(message);
    } catch {
      this.failed(call, "connect_failed", "call-not-sealed");
    }
  }

  /** The old connection stays until the new one stands; if it is heard again before, it carries on meanwhile. */
  private async renew(message: switchboard.Call): Promise<void> {
    this.dropComing();
    const call = (this.coming = this.makeCall());
    store.setCall(parties(message));
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
    this.quality.renewed();
    const said = earlier ? call.follow(earlier) : [];
    if (call.channel.open) this.talkOver(call);
    for (const message of said) this.hear(message);
    earlier?.close();
    store.setCall({ phase: "standing" });
  }

  /** Casework and text go over this connection from now on; over a later one, what may have been lost is said again. */
  private talkOver(call: PeerCall): void {
    const { work } = this;
    if (!work) return;
    if (!work.channel) {
      work.channel = call.channel;
      return;
    }
    work.goOnOver(call.channel);
    const own = (store.state.call?.lines ?? []).filter((line) => line.from === "clerk");
    for (const { line, text, done } of own.slice(-LINES_REPEATED)) call.channel.send({ type: "text", line, text, done });
  }

  private startWork(message: switchboard.Call): void {
    this.work?.close();
    this.work = new Casework(message, this.services.find((one) => one.id === message.service) ?? null);
    this.typed = new TypedLine((text) => {
      this.call?.channel.send(text);
      store.setCall({ lines: withLine(store.state.call?.lines ?? [], "clerk", text) });
    });
    this.liveness = null;
    this.quality.begin(message.booth);
    window.clearInterval(this.watch);
    this.watch = window.setInterval(() => this.listen(), LOOK_MS);
  }

  private async answered(message: switchboard.Description): Promise<void> {
    const call = this.generation(message);
    if (!call) return;
    try {
      await call.answer(message);
    } catch (error) {
      const refused = error instanceof api.ApiError && error.error === "seal_refused";
      if (refused) this.failed(call, "fingerprint_refused", "call-fingerprint-refused");
      else if (call === this.coming) this.dropComing();
      else this.failed(call, "connect_failed", "call-connect-failed");
    }
  }

  /** The call cannot be made: the citizen keeps the place, the clerk is told why. */
  private failed(call: PeerCall, reason: switchboard.EndReason, title: string): void {
    if (call !== this.call && call !== this.coming) return;
    this.giveBack(reason);
    store.notify({ key: "ended", kind: "danger", title, text: `${title}-text`, ...markOf(reason) });
  }

  private candidate(message: switchboard.Candidate): void {
    void this.generation(message)?.candidate(message);
  }

  /** The connection a message of the switchboard is about. */
  private generation({ ticket, generation }: switchboard.Description | switchboard.Candidate): PeerCall | null {
    const known = [this.coming, this.call];
    return known.find((call) => call?.ticket === ticket && call.generation === generation) ?? null;
  }

  private standing(call: PeerCall): void {
    if (call === this.coming) this.takeOver(call);
    if (call !== this.call) return;
    if (!this.liveness) {
      this.liveness = new Liveness(performance.now());
      this.quality.stands(call.first_frame_at, this.accept_clicked_at);
      this.restoration.calm();
      store.setCall({ reconnecting: false });
    }
    this.tellConnected();
    if (this.work && !store.state.work?.record) void this.work.open();
  }

  private measured(call: PeerCall): void {
    if (call !== this.call) return;
    this.quality.measured(call);
  }

  private tellConnected(): void {
    const { call } = store.state;
    if (call) this.line.sendSurely({ type: "connected", ticket: call.ticket, generation: call.generation });
  }

  private listen(): void {
    this.call?.listen();
    if (this.liveness?.look(performance.now())) this.suspected();
  }

  private heard(): void {
    if (!this.liveness?.heard(performance.now())) return;
    this.restoration.calm();
    this.quality.restored();
    store.setCall({ reconnecting: false });
    this.tellConnected();
  }

  private doubted(call: PeerCall): void {
    // The booth lets go of the old connection as soon as the new one stands.
    if (call !== this.call || this.coming?.connection.connectionState === "connected") return;
    if (this.liveness) {
      if (this.liveness.doubt(performance.now())) this.suspected();
    } else if (store.state.call) this.suspected();
  }

  private suspected(): void {
    store.setCall({ reconnecting: true });
    this.quality.interrupted();
    this.restoration.begin();
    this.line.probe();
  }

  private askForRenewal(): void {
    const { call } = store.state;
    if (call) this.line.send({ type: "renew", ticket: call.ticket, generation: call.generation });
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

  private ended({ ticket, reason }: switchboard.CallEnded): void {
    if (store.state.orphan === ticket) store.set({ orphan: null });
    if (store.state.call?.ticket === ticket) this.endCall(reason);
  }

  private endCall(reason: switchboard.EndReason, tell = true): void {
    const { call, work } = store.state;
    if (!call) return;
    this.dropCall();
    this.quality.end(reason);
    this.typed?.stop();
    this.restoration.calm();
    window.clearInterval(this.watch);
    const left = reason === "citizen_left" || reason === "booth_lost";
    if (left) void this.work?.abandon(reason);
    this.work?.close();
    this.work = this.typed = null;
    const ended = { ticket: call.ticket, reason, record: work?.record ?? null, language: call.language };
    store.set({ call: null, work: null, quality: null, booth_figures: null, ended });
    if (tell && reason !== "completed")
      store.notify({
        key: "ended",
        kind: reason === "fingerprint_refused" ? "danger" : left ? "warning" : "info",
        title: `ended-${reason}`,
        args: { ticket: call.ticket },
        ...markOf(reason),
      });
  }

  private refused(error: switchboard.Error, cause: switchboard.FromClient | null): void {
    // It is asked again in time; that the booth is away is told by its presence.
    if (cause?.type === "renew") return;
    if (cause?.type === "accept") {
      this.dropOffer();
      this.endCall("connect_failed", false);
    }
    store.notify({ key: "switchboard", kind: "warning", title: `error-${error.error}` });
  }
}
