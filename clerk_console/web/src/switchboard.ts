/**
 * The line to the switchboard: handshake, heartbeat, reconnection. It knows nothing of calls; those survive it.
 *
 *   off → connecting → online ⇄ restoring
 *                ↘ stopped: an error after which trying again would not help
 */
import * as switchboard from "./generated/switchboard.ts";

export type LineState = "off" | "connecting" | "online" | "restoring" | "stopped";

const PING_EVERY_MS = 5_000;
const DEAD_AFTER_MS = 10_000;
/** A line in doubt gets this long to answer. */
const PROBE_MS = 1_500;
const BACKOFF_MS = [300, 1_000, 2_000, 4_000, 8_000];
const TOKEN_ATTEMPTS = 3;

/** A record, so that a type the protocol gains is not forgotten here. */
const types: Record<switchboard.FromSwitchboard["type"], true> = {
  challenge: true,
  welcome: true,
  ice_servers_update: true,
  services_update: true,
  ticket_update: true,
  clerk_update: true,
  queue_update: true,
  offer: true,
  offer_withdrawn: true,
  call: true,
  description: true,
  candidate: true,
  peer_presence: true,
  call_held: true,
  call_ended: true,
  callback: true,
  invite_update: true,
  handed_over: true,
  leg_ended: true,
  help_update: true,
  help_state: true,
  statistics: true,
  pong: true,
  error: true,
};

const tokenErrors = new Set<switchboard.ErrorId>(["token_expired", "token_invalid", "token_foreign"]);
const finalErrors = new Set<switchboard.ErrorId>(["replaced_by_newer_connection", "unsupported_version", "not_permitted"]);

type Unnumbered = Exclude<switchboard.FromClient, switchboard.Hello | switchboard.Ping>;

export interface LineEvents {
  state(state: LineState, error: switchboard.ErrorId | null): void;
  message(message: switchboard.FromSwitchboard, causedBy: switchboard.FromClient | null): void;
  /** A fresh token from the console; a rejection means the console cannot be reached or the clerk is signed out. */
  token(): Promise<string>;
  /** The token could not be had. Return false to stop trying. */
  tokenFailed(reason: unknown): boolean;
}

export class SwitchboardLine {
  state: LineState = "off";
  /** Messages that were no messages of this version; ignored, but counted. */
  ignored = 0;
  private readonly url: string;
  private readonly events: LineEvents;
  private readonly instance = crypto.randomUUID();
  private socket: WebSocket | null = null;
  private outbox: Unnumbered[] = [];
  private requests = new Map<number, switchboard.FromClient>();
  private nextId = 1;
  private failures = 0;
  private tokenFailures = 0;
  private heardAt = 0;
  private heartbeat = 0;
  private retry = 0;

  constructor(url: string, events: LineEvents) {
    this.url = url;
    this.events = events;
  }

  open(): void {
    window.addEventListener("online", this.wake);
    this.enter("connecting");
    void this.connect();
  }

  close(): void {
    window.removeEventListener("online", this.wake);
    this.enter("off");
    this.drop();
  }

  /** Send now; false when there is no line. */
  send(message: Unnumbered): boolean {
    if (this.state !== "online" || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.transmit(message);
    return true;
  }

  /** Send now or as soon as the line is back: for what must not be lost while a call outlives the line. */
  sendSurely(message: Unnumbered): void {
    if (!this.send(message)) this.outbox.push(message);
  }

  private transmit(message: Unnumbered): void {
    const id = this.nextId++;
    const numbered = { ...message, id } as switchboard.FromClient;
    this.requests.set(id, numbered);
    this.requests.delete(id - 100);
    this.socket?.send(JSON.stringify(numbered));
  }

  /** The path of the call is gone, perhaps that of the line is, too: ask, and try again at once when nothing comes. */
  probe(): void {
    const socket = this.socket;
    if (this.state !== "online" || socket?.readyState !== WebSocket.OPEN) return;
    const askedAt = performance.now();
    socket.send(JSON.stringify({ type: "ping", n: this.nextId }));
    window.setTimeout(() => {
      if (this.heardAt < askedAt) this.lost(socket);
    }, PROBE_MS);
  }

  private readonly wake = (): void => {
    if (this.state === "restoring" && this.socket === null) void this.connect();
    else this.probe();
  };

  private async connect(): Promise<void> {
    window.clearTimeout(this.retry);
    let token: string;
    try {
      token = await this.events.token();
    } catch (reason) {
      if (this.events.tokenFailed(reason)) this.later();
      return;
    }
    if (this.state === "off" || this.state === "stopped" || this.socket !== null) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heardAt = performance.now();
    this.heartbeat = window.setInterval(() => this.beat(), PING_EVERY_MS);
    socket.onmessage = (event: MessageEvent<unknown>) => this.receive(event.data, token);
    socket.onclose = (event) => {
      // The error message itself may be lost with the connection; its id comes as the close reason, too.
      const error = event.reason as switchboard.ErrorId;
      if (event.code === switchboard.CLOSE_CODE && finalErrors.has(error)) this.stop(error);
      else this.lost(socket);
    };
  }

  private beat(): void {
    if (performance.now() - this.heardAt > DEAD_AFTER_MS && this.socket) this.lost(this.socket);
    else if (this.state === "online") this.socket?.send(JSON.stringify({ type: "ping", n: this.nextId }));
  }

  private receive(data: unknown, token: string): void {
    this.heardAt = performance.now();
    const message = parse(data);
    if (!message) this.ignored += 1;
    else if (message.type === "challenge") this.greet(message, token);
    else if (message.type === "welcome") this.welcomed(message);
    else if (message.type === "error") this.refused(message);
    else if (message.type !== "pong") this.events.message(message, null);
  }

  private greet(challenge: switchboard.Challenge, token: string): void {
    if (!challenge.versions.includes(switchboard.VERSION)) {
      this.stop("unsupported_version");
      return;
    }
    const hello: switchboard.Hello = {
      type: "hello",
      version: switchboard.VERSION,
      role: "clerk",
      token,
      instance: this.instance,
      software: "fernamt-console",
    };
    this.socket?.send(JSON.stringify(hello));
  }

  private welcomed(welcome: switchboard.Welcome): void {
    this.failures = 0;
    this.tokenFailures = 0;
    this.enter("online");
    this.events.message(welcome, null);
    for (const message of this.outbox.splice(0)) this.sendSurely(message);
  }

  private refused(error: switchboard.Error): void {
    const cause = this.requests.get(error.in_reply_to ?? -1) ?? null;
    if (!error.fatal) {
      this.events.message(error, cause);
      return;
    }
    if (tokenErrors.has(error.error) && ++this.tokenFailures < TOKEN_ATTEMPTS) return;
    if (tokenErrors.has(error.error) || finalErrors.has(error.error)) this.stop(error.error);
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.drop();
    if (this.state === "off" || this.state === "stopped") return;
    this.enter("restoring");
    this.later();
  }

  private later(): void {
    const base = BACKOFF_MS[Math.min(this.failures++, BACKOFF_MS.length - 1)] ?? 0;
    this.retry = window.setTimeout(() => void this.connect(), base * (0.75 + Math.random() / 2));
  }

  private stop(error: switchboard.ErrorId): void {
    this.enter("stopped", error);
    this.drop();
  }

  private drop(): void {
    window.clearInterval(this.heartbeat);
    window.clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.onmessage = socket.onclose = null;
    socket?.close();
  }

  private enter(state: LineState, error: switchboard.ErrorId | null = null): void {
    this.state = state;
    this.events.state(state, error);
  }
}

/** A message of this version, or null. The fields are trusted as far as the switchboard is: it validates them. */
function parse(data: unknown): switchboard.FromSwitchboard | null {
  if (typeof data !== "string" || data.length > switchboard.MAX_MESSAGE_BYTES) return null;
  try {
    const message: unknown = JSON.parse(data);
    if (typeof message !== "object" || message === null || !("type" in message)) return null;
    return Object.hasOwn(types, String(message.type)) ? (message as switchboard.FromSwitchboard) : null;
  } catch {
    return null;
  }
}
