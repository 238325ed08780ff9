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
 * A clerk calls for help, silently: the supervisors are told, the booth is not. `ticket`: the one in hand.
 */
export interface AskHelp {
  type: "ask_help";
  id?: number | null;
  ticket?: string | null;
}

/**
 * How a booth's devices are; null is not known, or there is none by design.
 */
export interface BoothDevices {
  camera?: Condition | null;
  microphone?: Condition | null;
  speaker?: Condition | null;
  card_reader?: Condition | null;
  document_camera?: Condition | null;
  printer?: Condition | null;
}

/**
 * From a booth, when its line opens and at each change: how it is, for whoever looks after it. `network`: what was
 * found out about calls from there, null while it has not been tried. Nothing in it is about who sits there.
 */
export interface BoothStatus {
  type: "booth_status";
  id?: number | null;
  devices?: BoothDevices;
  network?: "limited" | "no_call" | "ready" | null;
}

/**
 * To both ends of a leg when a clerk has accepted: the clerk's browser makes the description's offer, the booth
 * answers; between two clerks the guest makes it. A new `generation` of the same leg replaces its peer connection.
 * `resumed`: both ends are the same runs of their programs as in the generation before, so that what was open
 * between them goes on.
 * 
 * `other` says who is at the other end: the booth, whose device key seals its descriptions, or the clerk `clerk` (a
 * pseudonym), whose descriptions are sealed for `clerk_issuer`. A clerk whose other end is the booth is told its own
 * issuer and pseudonym. `role` is the clerk's own, or for the booth that of the clerk at the other end; `guest_role`
 * is set on the legs of a guest.
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
  leg?: number;
  other?: "booth" | "clerk";
  clerk?: string | null;
  role?: "guest" | "holder";
  guest_role?: "clerk" | "interpreter" | "supervisor" | null;
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
 * To all ends of a call: whether the citizen is on hold. A new generation ends a hold without this message.
 */
export interface CallHeld {
  type: "call_held";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  held: boolean;
}

/**
 * To the clerk who has accepted or picked a callback: the number, sealed for the authority, and how often it has
 * been tried. The clerk calls by telephone; it ends with `complete`, or with `return_to_queue` when not reached.
 * `about`: what the citizen wants; `booth`: where the callback was asked for.
 */
export interface Callback {
  type: "callback";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  /**
   * Compact JWE (RFC 7516): ECDH-ES over X25519, A256GCM, for an encryption key of the console
   */
  sealed: string;
  tries: number;
  about?: QueueEntry | null;
  booth?: string | null;
}

/**
 * The holder needs nobody any more, as long as nobody has joined.
 */
export interface CancelInvite {
  type: "cancel_invite";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
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
  leg?: number;
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
 * The clerk's own state; `since_s` seconds ago it was entered. `parked`: the tickets this clerk has parked.
 */
export interface ClerkUpdate {
  type: "clerk_update";
  state: ClerkState;
  since_s: number;
  ticket?: string | null;
  parked?: QueueEntry[];
}

/**
 * Help is no longer needed, says the clerk who has asked or a supervisor.
 */
export interface CloseHelp {
  type: "close_help";
  id?: number | null;
  request: string;
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
 * `busy`: there, but it cannot be opened; `frozen`: open, but nothing new comes; `black`: the camera sees nothing;
 * `silent`: the microphone hears nothing at all; `failing`: it answers, but does not do its work.
 */
export type Condition = "black" | "busy" | "failing" | "frozen" | "missing" | "ok" | "silent";

/**
 * The clerk's browser shows the citizen's picture or hears the citizen: the call stands. A guest says so for each
 * of its legs, about whoever is at the other end.
 */
export interface Connected {
  type: "connected";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  generation: number;
  leg?: number;
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
  leg?: number;
}

/**
 * Why a call or a ticket ended.
 */
export type EndReason = "booth_lost" | "citizen_left" | "clerk_left" | "clerk_lost" | "completed" | "connect_failed" | "fingerprint_refused" | "handed_over" | "parked" | "redirected";

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
export type ErrorId = "appointment_not_today" | "appointment_over" | "appointment_unknown" | "booth_already_connected" | "booth_unknown" | "clerk_not_available" | "guest_exists" | "handshake_timeout" | "help_unknown" | "internal_error" | "malformed_message" | "message_too_large" | "not_permitted" | "office_closed" | "park_full" | "peer_offline" | "rate_limited" | "region_foreign" | "replaced_by_newer_connection" | "service_unknown" | "ticket_exists" | "ticket_gone" | "ticket_unknown" | "token_expired" | "token_foreign" | "token_invalid" | "unexpected_message" | "unsupported_version";

/**
 * The holder leaves the call to the guest, who must be connected and be a clerk or a supervisor.
 */
export interface HandOver {
  type: "hand_over";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
}

/**
 * To the booth and the new holder: `leg` is the holder's now; it alone drives the consultation.
 */
export interface HandedOver {
  type: "handed_over";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  leg: number;
}

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
 * What has become of a clerk's silent call for help.
 */
export type HelpProgress = "asked" | "closed" | "taken";

/**
 * `clerk` is a pseudonym; `region` and `booth` are those of the ticket, None without one.
 */
export interface HelpRequest {
  id: string;
  clerk: string;
  state: "open" | "taken";
  since_s: number;
  region?: string | null;
  booth?: string | null;
  ticket?: string | null;
}

/**
 * To the clerk who has asked for help, and who may close it by its id, `request`.
 */
export interface HelpState {
  type: "help_state";
  request: string;
  state: HelpProgress;
}

/**
 * To supervisors who watch: the calls for help of their regions that are not closed, the oldest first.
 */
export interface HelpUpdate {
  type: "help_update";
  requests: HelpRequest[];
}

/**
 * The citizen is put on hold, or no longer: between the booth and everybody else nothing is seen or heard.
 */
export interface Hold {
  type: "hold";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  held: boolean;
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
 * The holder of a call asks for a second clerk or an interpreter (`join`) or a successor (`transfer`): a named one
 * (`clerk`, a pseudonym), or whoever has the skill, of which what is None is the ticket's own. An interpreter needs
 * no service.
 */
export interface Invite {
  type: "invite";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  purpose: "join" | "transfer";
  clerk?: string | null;
  service?: string | null;
  language?: string | null;
  needs?: string[];
  role?: "clerk" | "interpreter";
}

/**
 * How far the search for a second clerk, an interpreter or a successor has come.
 */
export type InviteState = "cancelled" | "declined" | "joined" | "left" | "looking" | "nobody" | "offered";

/**
 * To the holder: how far an invitation has come. `nobody`, `declined`, `cancelled` and `left` end it. `clerk` is
 * the pseudonym of whoever is asked or has joined, as `role`.
 */
export interface InviteUpdate {
  type: "invite_update";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  state: InviteState;
  clerk?: string | null;
  role?: "clerk" | "interpreter" | "supervisor";
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
 * A supervisor of the ticket's region joins its call as a guest, to be seen by everybody in it.
 */
export interface JoinCall {
  type: "join_call";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
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
 * The guest leaves; the call goes on without it.
 */
export interface LeaveCall {
  type: "leave_call";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
}

/**
 * To both ends of a leg that has ended while the ticket's call may go on.
 */
export interface LegEnded {
  type: "leg_ended";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  leg: number;
  reason: EndReason;
}

/**
 * A ticket is held for this clerk for `expires_in_s`; then it goes to the next. With `purpose` `join` or
 * `transfer` a colleague is in call with it and asks for this clerk, as `guest_role`.
 */
export interface Offer {
  type: "offer";
  ticket: QueueEntry;
  booth: string;
  expires_in_s: number;
  purpose?: "join" | "ticket" | "transfer";
  guest_role?: "clerk" | "interpreter" | "supervisor" | null;
}

export interface OfferWithdrawn {
  type: "offer_withdrawn";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  reason: "accepted_elsewhere" | "booth_lost" | "callback_requested" | "cancelled" | "citizen_left" | "declined" | "expired";
}

/**
 * How the clerk closes a case, for statistics; nothing about the matter itself.
 */
export type Outcome = "done" | "not_possible" | "referred";

/**
 * The call ends (`parked`), the booth keeps the ticket and the clerk is free, to call again with `unpark`.
 */
export interface Park {
  type: "park";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
}

/**
 * Whether the other end of the leg has its line to the switchboard; the call itself does not need it.
 */
export interface PeerPresence {
  type: "peer_presence";
  /**
   * Ticket number, as called out
   */
  ticket: string;
  online: boolean;
  leg?: number;
}

/**
 * The clerk takes a waiting ticket or callback that could be offered to this clerk, out of turn; it goes on as if
 * offered and accepted.
 */
export interface Pick {
  type: "pick";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
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
 * A waiting ticket as clerks see it. `callback`: nobody sits at the booth, the citizen is to be called back.
 * `priority`: the service's class; `due_in_s`: until the appointment's time, negative when it has passed.
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
  callback?: boolean;
  priority?: "high" | "low" | "normal";
  due_in_s?: number | null;
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
 * Either end of a leg hears nothing more of the other: set it up anew. The answer is a `call` with the
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
  leg?: number;
}

/**
 * The citizen does not want to wait here any longer and asks to be called back. `sealed` holds the number for the
 * authority alone. The booth is free when the `ticket_update` says `callback`.
 */
export interface RequestCallback {
  type: "request_callback";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  /**
   * Compact JWE (RFC 7516): ECDH-ES over X25519, A256GCM, for an encryption key of the console
   */
  sealed: string;
}

/**
 * The clerk cannot serve the ticket (connection or fingerprint refused, called away): same place in the queue.
 * With `service`, `language` or `needs` somebody with another skill is wanted (`redirected`); what is None stays as
 * it is. A callback whose citizen was not reached goes back the same way.
 */
export interface ReturnToQueue {
  type: "return_to_queue";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
  reason: EndReason;
  service?: string | null;
  language?: string | null;
  needs?: string[] | null;
}

/**
 * Whether a service can be had at this booth now, and when it opens next: ISO 8601 with its offset from UTC.
 */
export interface ServiceHours {
  id: string;
  open: boolean;
  opens_at?: string | null;
}

/**
 * To a booth that has opened or closed: what can be had there now, as in `welcome`.
 */
export interface ServicesUpdate {
  type: "services_update";
  services: ServiceHours[];
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

/**
 * A supervisor goes to help; the clerk and the other supervisors are told.
 */
export interface TakeHelp {
  type: "take_help";
  id?: number | null;
  request: string;
}

export type TicketState = "abandoned" | "callback" | "callback_offered" | "calling_back" | "completed" | "connecting" | "held" | "in_call" | "offered" | "parked" | "waiting";

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
 * `generation` is that of `leg`, the one to the clerk who holds the ticket. `callback_offered`: nobody is there who
 * could serve it, or the office closes too soon; the citizen may ask to be called back.
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
  leg?: number;
  callback_offered?: boolean;
}

/**
 * The clerk who has parked the ticket calls the booth again.
 */
export interface Unpark {
  type: "unpark";
  id?: number | null;
  /**
   * Ticket number, as called out
   */
  ticket: string;
}

/**
 * Supervisors only: send `statistics` and `help_update` now and at every change (at most one a second).
 */
export interface WatchStatistics {
  type: "watch_statistics";
  id?: number | null;
  watch: boolean;
}

/**
 * Everything a client needs to go on, also after a reconnect: the booth's open ticket, or the clerk's state and
 * the ticket in hand. What is not here is gone. `services`: what can be had at this booth, and when.
 */
export interface Welcome {
  type: "welcome";
  version: number;
  peer: string;
  ice_servers: IceServer[];
  ticket?: TicketView | null;
  clerk_state?: ClerkState | null;
  services?: ServiceHours[];
}

export type FromClient =
  | Hello
  | Join
  | Leave
  | RequestCallback
  | BoothStatus
  | SetAvailability
  | Accept
  | Decline
  | Pick
  | Connected
  | Complete
  | ReturnToQueue
  | Hold
  | Park
  | Unpark
  | Invite
  | CancelInvite
  | JoinCall
  | HandOver
  | LeaveCall
  | Renew
  | Description
  | Candidate
  | AskHelp
  | TakeHelp
  | CloseHelp
  | WatchStatistics
  | Ping;

export type FromSwitchboard =
  | Challenge
  | Welcome
  | IceServersUpdate
  | ServicesUpdate
  | TicketUpdate
  | ClerkUpdate
  | QueueUpdate
  | Offer
  | OfferWithdrawn
  | Call
  | Description
  | Candidate
  | PeerPresence
  | CallHeld
  | CallEnded
  | Callback
  | InviteUpdate
  | HandedOver
  | LegEnded
  | HelpUpdate
  | HelpState
  | Statistics
  | Pong
  | Error;
