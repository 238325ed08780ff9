// Generated from signaling/protocol/messages.py by scripts/generate. Do not edit.
export const VERSION = 1;
export const MAX_MESSAGE_BYTES = 65536;
export const CLOSE_CODE = 4000;

export interface Accept {
  type: "accept";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
}

/**
 * To both ends when a clerk has accepted: the clerk's browser makes the description's offer, the booth answers.
 * A new `generation` on the same ticket replaces the peer connection. `clerk_issuer` says whose key seals the
 * clerk's description, `booth` whose seals the booth's. `resumed`: both ends are the same runs of their programs as
 * in the generation before, so that what was open between them goes on.
 */
export interface Call {
  type: "call";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  generation: number;
  booth: string;
  clerk_issuer: string;
  service: string;
  /**
   * BCP 47
   */
  language: string;
  needs: string[];
  resumed?: boolean;
}

/**
 * The ticket has left the call: completed, abandoned, or returned to the queue (a `ticket_update` follows).
 */
export interface CallEnded {
  type: "call_ended";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  reason: EndReason;
}

/**
 * A trickled ICE candidate (RFC 8838), relayed unchanged; `candidate` None ends them.
 */
export interface Candidate {
  type: "candidate";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  generation: number;
  candidate: string | null;
  sdp_mid?: string | null;
  sdp_m_line_index?: number | null;
}

/**
 * First message on every connection. A token is only good for the nonce it was made for (booths).
 */
export interface Challenge {
  type: "challenge";
  nonce: string;
  versions: number[];
}

export type ClerkState = "available" | "connecting" | "in_call" | "offered" | "offline" | "paused" | "wrap_up";

/**
 * The clerk's own state; `since_s` seconds ago it was entered.
 */
export interface ClerkUpdate {
  type: "clerk_update";
  state: ClerkState;
  since_s: number;
  ticket?: string | null;
}

/**
 * The matter is closed: the ticket is completed, the clerk goes to wrap-up.
 */
export interface Complete {
  type: "complete";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  outcome: Outcome;
}

/**
 * The clerk's browser shows the citizen's picture or hears the citizen: the call stands.
 */
export interface Connected {
  type: "connected";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  generation: number;
}

export interface Decline {
  type: "decline";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
}

/**
 * An SDP description (RFC 8866), relayed unchanged. `seal` is the sender's signature over its DTLS fingerprints
 * (see `signaling.protocol.seal`); the receiver refuses a description without a good one.
 */
export interface Description {
  type: "description";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  generation: number;
  kind: "answer" | "offer";
  sdp: string;
  seal: string;
}

/**
 * Why a call or a ticket ended.
 */
export type EndReason = "booth_lost" | "citizen_left" | "clerk_left" | "clerk_lost" | "completed" | "connect_failed" | "fingerprint_refused";

/**
 * `text` is for engineers, in English; people are shown the translation of `error`.
 */
export interface Error {
  type: "error";
  error: ErrorId;
  text: string;
  in_reply_to?: number | null;
  fatal?: boolean;
}

/**
 * Stable identifiers; a new cause gets a new id, an id never changes its meaning.
 */
export type ErrorId = "appointment_unknown" | "booth_already_connected" | "booth_unknown" | "clerk_not_available" | "handshake_timeout" | "internal_error" | "malformed_message" | "message_too_large" | "not_permitted" | "peer_offline" | "rate_limited" | "replaced_by_newer_connection" | "service_unknown" | "ticket_exists" | "ticket_gone" | "ticket_unknown" | "token_expired" | "token_foreign" | "token_invalid" | "unexpected_message" | "unsupported_version";

/**
 * `token`: a JWT (EdDSA). A booth signs its own with its device key, with `nonce` as a claim; a clerk's is issued
 * by the console and checked against the console's JWKS. `instance` is random for each run of the program, so that a
 * reconnect can be told from a second device with the same key.
 */
export interface Hello {
  type: "hello";
  id?: number | null;
  version: number;
  role: "booth" | "clerk";
  token: string;
  instance: string;
  software?: string;
}

/**
 * As RTCIceServer (W3C WebRTC 4.2.3).
 */
export interface IceServer {
  urls: string[];
  username?: string | null;
  credential?: string | null;
}

/**
 * New credentials, well before those told before expire. They are for calls that are set up from now on; one that
 * stands goes on with what it has.
 */
export interface IceServersUpdate {
  type: "ice_servers_update";
  ice_servers: IceServer[];
}

/**
 * A citizen takes a ticket: a service chosen at the booth, or the code of an appointment (then `service` is
 * ignored and taken from the appointment).
 */
export interface Join {
  type: "join";
  id?: number | null;
  service?: string | null;
  /**
   * BCP 47
   */
  language: string;
  needs?: string[];
  code?: string | null;
}

/**
 * The citizen gives the ticket back or ends the visit.
 */
export interface Leave {
  type: "leave";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
}

/**
 * A ticket is held for this clerk for `expires_in_s`; then it goes to the next.
 */
export interface Offer {
  type: "offer";
  ticket: QueueEntry;
  booth: string;
  expires_in_s: number;
}

export interface OfferWithdrawn {
  type: "offer_withdrawn";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  reason: "accepted_elsewhere" | "booth_lost" | "citizen_left" | "declined" | "expired";
}

/**
 * How the clerk closes a case, for statistics; nothing about the matter itself.
 */
export type Outcome = "done" | "not_possible" | "referred";

/**
 * Whether the other end of the call has its line to the switchboard; the call itself does not need it.
 */
export interface PeerPresence {
  type: "peer_presence";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  online: boolean;
}

export interface Ping {
  type: "ping";
  id?: number | null;
  n: number;
}

export interface Pong {
  type: "pong";
  n: number;
}

/**
 * A waiting ticket as clerks see it.
 */
export interface QueueEntry {
  /**
   * Ticket number, as called out
   */
  number: string;
  state: TicketState;
  service: string;
  region: string;
  site: string;
  /**
   * BCP 47
   */
  language: string;
  needs: string[];
  waited_s: number;
  appointment: boolean;
}

/**
 * The tickets this clerk is eligible for, longest wait first; at most 50, `total` says how many there are.
 */
export interface QueueUpdate {
  type: "queue_update";
  tickets: QueueEntry[];
  total: number;
}

/**
 * `clerks_available` is None where fewer clerks than the minimum group size are signed in.
 */
export interface RegionStatistics {
  region: string;
  name: string;
  waiting: number;
  in_call: number;
  longest_wait_s: number;
  completed_today: number;
  abandoned_today: number;
  clerks_available?: number | null;
}

/**
 * Either end of a call hears nothing more of the other: set the call up anew. The answer is a `call` with the
 * next generation, to both ends. Passed over unless `generation` is the present one, so that both may ask.
 */
export interface Renew {
  type: "renew";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  generation: number;
}

/**
 * The clerk cannot serve the ticket (connection or fingerprint refused, called away): same place in the queue.
 */
export interface ReturnToQueue {
  type: "return_to_queue";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  reason: EndReason;
}

/**
 * Available for offers, or paused. Also ends wrap-up. During a call it takes effect afterwards.
 */
export interface SetAvailability {
  type: "set_availability";
  id?: number | null;
  available: boolean;
}

/**
 * `today` is the day the counts are for, ISO 8601, in the switchboard's time zone.
 */
export interface Statistics {
  type: "statistics";
  today: string;
  regions: RegionStatistics[];
}

export type TicketState = "abandoned" | "completed" | "connecting" | "in_call" | "offered" | "waiting";

/**
 * To the booth, whenever something it shows has changed; also the answer to `join`.
 */
export interface TicketUpdate {
  type: "ticket_update";
  ticket: TicketView;
}

/**
 * A ticket as its booth sees it. `position` counts from 1 and is set while waiting or offered;
 * four of five waits end between `forecast_from_s` and `forecast_to_s`, both None while nobody can say honestly.
 */
export interface TicketView {
  /**
   * Ticket number, as called out
   */
  number: string;
  state: TicketState;
  service: string;
  /**
   * BCP 47
   */
  language: string;
  needs: string[];
  waited_s: number;
  generation: number;
  position?: number | null;
  forecast_from_s?: number | null;
  forecast_to_s?: number | null;
}

/**
 * Supervisors only: send `statistics` now and at every change (at most one a second).
 */
export interface WatchStatistics {
  type: "watch_statistics";
  id?: number | null;
  watch: boolean;
}

/**
 * Everything a client needs to go on, also after a reconnect: the booth's open ticket, or the clerk's state and
 * the ticket in hand. What is not here is gone.
 */
export interface Welcome {
  type: "welcome";
  version: number;
  peer: string;
  ice_servers: IceServer[];
  ticket?: TicketView | null;
  clerk_state?: ClerkState | null;
}

export type FromClient =
  | Hello
  | Join
  | Leave
  | SetAvailability
  | Accept
  | Decline
  | Connected
  | Complete
  | ReturnToQueue
  | Renew
  | Description
  | Candidate
  | WatchStatistics
  | Ping;

export type FromSwitchboard =
  | Challenge
  | Welcome
  | IceServersUpdate
  | TicketUpdate
  | ClerkUpdate
  | QueueUpdate
  | Offer
  | OfferWithdrawn
  | Call
  | Description
  | Candidate
  | PeerPresence
  | CallEnded
  | Statistics
  | Pong
  | Error;
