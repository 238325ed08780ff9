// Generated from media/consultation.py by scripts/generate. Do not edit.
export const VERSION = 1;
export const LABEL = "consultation";
export const MAX_MESSAGE_BYTES = 61440;
export const CHUNK_BYTES = 12288;
export const MAX_TRANSFER_BYTES = 8388608;
export const MAX_CHIP_FILE_BYTES = 262144;
export const MAX_STILL_BYTES = 2097152;

/**
 * `response`: the raw signature over the challenge of the request, or empty where the chip refused with `status`
 * (its status word in hex). The public key is DG15.
 */
export interface ActiveAuthentication {
  kind: "active_authentication";
  response: string;
  status: string;
}

/**
 * What this end receives, once a second; no content. Frames are those decoded and shown.
 * 
 * Counters and totals run over this connection, rates and shares over its latest seconds; None: not known (yet).
 * `set_up_ms`: from the answer to the first picture. `video_freezes`: times without a new picture for over 200 ms,
 * `video_frozen_s` their sum. `bitrate`: of all that arrives, bits a second. `loss`: of packets on the network before
 * any repair. `round_trip_ms`: of the network. `audio_concealed_s`: sound made up in place of what never came.
 * `audio_capture_ms`: how old sound is when this end sends it; `audio_buffer_ms`, `audio_playout_ms`: how long
 * it waits after it has come. `sync_offset_ms`: how far sound is behind the picture; negative: before it.
 * `picture_paused`: this end sends no picture for now, as the path carries no more than sound.
 */
export interface CallFigures {
  type: "call_figures";
  video_fps: number;
  video_width: number;
  video_height: number;
  video_frames: number;
  audio_seconds: number;
  audio_level: number;
  set_up_ms?: number | null;
  video_freezes?: number | null;
  video_frozen_s?: number | null;
  bitrate?: number | null;
  loss?: number | null;
  jitter_ms?: number | null;
  round_trip_ms?: number | null;
  audio_concealed_s?: number | null;
  audio_capture_ms?: number | null;
  audio_buffer_ms?: number | null;
  audio_playout_ms?: number | null;
  sync_offset_ms?: number | null;
  picture_paused?: boolean;
}

/**
 * The clerk takes the request back; the booth leaves the card screen and wipes the card access number.
 */
export interface CardCancel {
  type: "card_cancel";
  request: number;
}

/**
 * Announces the raw files read from the chip; the chunks follow, then `card_status` with `sent`. `011c` is
 * EF.CardAccess, `011e` EF.COM. `access`: how the chip was opened. The booth draws no conclusion from the data; the
 * authority verifies it.
 */
export interface CardData {
  type: "card_data";
  request: number;
  access: "bac" | "pace_can" | "pace_mrz";
  files: ChipFile[];
  proofs?: (ActiveAuthentication | ChipAuthentication | PaceChipMapping)[];
}

/**
 * Why reading failed. After a fault with a way on, the booth offers it itself (try again, type the number again)
 * and the request stays open in an earlier stage, with `fault` set on the `card_status`. `card_suspended`: one try is
 * left, which the chip allows only after another secret; `card_blocked`: it takes this kind of key no more.
 * `not_permitted`: reading an ID card by its access number alone is switched off at this booth (PAuswG section
 * 18a).
 */
export type CardFault = "card_blocked" | "card_error" | "card_removed" | "card_suspended" | "card_unsupported" | "health_insurance_card" | "no_card" | "no_reader" | "not_permitted" | "payment_card" | "timeout" | "wrong_card_access_number" | "wrong_machine_readable_zone";

/**
 * The clerk asks to read the document's chip. `groups`: data groups wanted beside EF.SOD (ICAO 9303-10), never 3
 * or 4; the booth names them to the citizen. `challenge`: eight bytes of the console for Active Authentication
 * (ICAO 9303-11, 6.1); without them it is not asked of the chip. An earlier open request is replaced.
 */
export interface CardRequest {
  type: "card_request";
  request: number;
  groups: number[];
  document?: "id_card" | "passport" | "residence_permit";
  challenge?: string | null;
}

/**
 * Where the booth is with a card request. `card_access_number` and `machine_readable_zone`: the citizen gives what
 * opens the chip. `declined` and `failed` end the request, `sent` succeeds.
 */
export type CardStage = "card_access_number" | "consent" | "declined" | "failed" | "insert_card" | "machine_readable_zone" | "reading" | "sent";

/**
 * The booth reports each step of a card request. `progress` 0 to 1 while reading.
 */
export interface CardStatus {
  type: "card_status";
  request: number;
  stage: CardStage;
  fault?: CardFault | null;
  progress?: number | null;
}

/**
 * The clerk's end tells the booth how the authority's verification ended, for the citizen's screen.
 */
export interface CardVerdict {
  type: "card_verdict";
  request: number;
  verdict: "not_verified" | "verified";
}

/**
 * Chip Authentication as the console wants it run. `protocol`: object identifier under id-CA; `key_id`: which of
 * the chip's keys, where DG14 numbers them; `public_key`: the console's ephemeral key as the chip takes it (an
 * uncompressed point, or a number for DH). `command`: a whole command APDU, already protected by the new session
 * keys, which only the console has, with the counter at one.
 */
export interface ChipAgreement {
  protocol: string;
  public_key: string;
  command: string;
  key_id?: number | null;
}

/**
 * `response`: the chip's raw, protected response to the console's command, status word included. Where the chip
 * refused the key agreement itself, that bare status word.
 */
export interface ChipAuthentication {
  kind: "chip_authentication";
  response: string;
}

/**
 * The console's answer to `chip_key`. Without `agreement` it makes no use of the key: the booth does not wait.
 */
export interface ChipChallenge {
  type: "chip_challenge";
  request: number;
  agreement?: ChipAgreement | null;
}

/**
 * One elementary file of the chip, raw. `file`: identifier in hex, for example `011d` (EF.SOD), `0101` (DG1).
 */
export interface ChipFile {
  file: string;
  transfer: string;
  size: number;
  sha256: string;
}

/**
 * The booth has read EF.DG14 (`file`, raw) and asks the console to challenge the chip by Chip Authentication
 * (ICAO 9303-11, 6.2). It goes on reading; an answer that does not come in time costs only that check.
 */
export interface ChipKey {
  type: "chip_key";
  request: number;
  file: string;
}

/**
 * A piece of a transfer, `data` in standard base64, CHUNK_BYTES at most before encoding; in order.
 */
export interface Chunk {
  type: "chunk";
  transfer: string;
  offset: number;
  data: string;
}

/**
 * `busy`: there, but it cannot be opened; `frozen`: open, but nothing new comes; `black`: the camera sees nothing,
 * perhaps it is covered; `silent`: the microphone hears nothing at all.
 */
export type DeviceState = "black" | "busy" | "frozen" | "missing" | "ok" | "silent";

/**
 * How the booth's devices are, when the channel opens and at each change; the citizen is told too. `card_reader`:
 * `missing` where there is none, `busy` while the smart-card service is down.
 */
export interface DeviceStates {
  type: "device_states";
  camera?: DeviceState;
  microphone?: DeviceState;
  speaker?: DeviceState;
  card_reader?: DeviceState;
}

/**
 * A finished document (PDF) for the booth to show; chunks follow. The booth answers `document_status`.
 */
export interface Document {
  type: "document";
  request: number;
  title: string;
  transfer: string;
  size: number;
  sha256: string;
}

export interface DocumentStatus {
  type: "document_status";
  request: number;
  status: "closed" | "failed" | "shown";
}

export interface EidCancel {
  type: "eid_cancel";
  request: number;
}

/**
 * What is in the way. The first seven leave the request open, and the citizen is shown the way on.
 */
export type EidFault = "app_failed" | "app_missing" | "app_outdated" | "card_deactivated" | "card_error" | "card_inoperative" | "card_position" | "card_removed" | "card_unknown" | "no_reader" | "server_refused" | "server_unreachable" | "timeout" | "wrong_can" | "wrong_pin" | "wrong_puk";

/**
 * The clerk asks for the eID function (PAuswG section 18). `tc_token_url`: where the booth's AusweisApp finds the
 * session that the console opened at the authority's eID-Server. Who asks for what, and why, the citizen is told from
 * the authorisation certificate, not by the clerk's end.
 */
export interface EidRequest {
  type: "eid_request";
  request: number;
  tc_token_url: string;
}

/**
 * Where the booth is with an eID request. `sent` succeeds: the eID-Server has what the chip said. `pin_changed`,
 * `declined` and `failed` end it too; after `pin_changed` the citizen has a PIN and may be asked again.
 */
export type EidStage = "can" | "consent" | "declined" | "failed" | "insert_card" | "new_pin" | "pin" | "pin_changed" | "puk" | "sent" | "starting" | "working";

/**
 * Where the booth is with it, perhaps what is in the way; never an attribute, which the booth does not see.
 */
export interface EidStatus {
  type: "eid_status";
  request: number;
  stage: EidStage;
  fault?: EidFault | null;
}

/**
 * The clerk ends the consultation; the booth thanks, closes the call and wipes.
 */
export interface Farewell {
  type: "farewell";
  completed: boolean;
}

/**
 * First message of each end. `name` is what the other end may show: the clerk's name and office, the booth's
 * site; never the citizen's. `features`: what this end can do, for example `card`, `document`, `text`.
 */
export interface Greeting {
  type: "greeting";
  version: number;
  name: string;
  features?: string[];
}

/**
 * Sent once a second; `echo` returns the other end's latest `n`, so that each end knows it is heard.
 */
export interface Heartbeat {
  type: "heartbeat";
  n: number;
  echo?: number | null;
}

/**
 * PACE with Chip Authentication Mapping (ICAO 9303-11, 4.4.3.3.3). `mapping_key`: the chip's ephemeral key of the
 * mapping, an uncompressed point; `data`: the decrypted chip authentication data; `card_security`: EF.CardSecurity,
 * signed by the issuer, with the static key. Whoever has seen such a run can show it again: it proves the chip to the
 * booth, and to the console only as far as it trusts the booth.
 */
export interface PaceChipMapping {
  kind: "pace_cam";
  mapping_key: string;
  data: string;
  card_security: string;
}

/**
 * The citizen agreed: announces the still, a JPEG; chunks follow.
 */
export interface Still {
  type: "still";
  request: number;
  transfer: string;
  size: number;
  sha256: string;
}

export interface StillCancel {
  type: "still_cancel";
  request: number;
}

/**
 * The clerk asks for a frozen still of the booth's camera, to compare it with the document's portrait.
 */
export interface StillRequest {
  type: "still_request";
  request: number;
}

/**
 * `consent`: the citizen is asked; `declined` and `failed` end the request.
 */
export interface StillStatus {
  type: "still_status";
  request: number;
  status: "consent" | "declined" | "failed";
}

/**
 * `changes`: the citizen says something is not right; they talk it over and the clerk asks again.
 */
export interface SummaryAnswer {
  type: "summary_answer";
  request: number;
  answer: "changes" | "confirmed";
}

export interface SummaryCancel {
  type: "summary_cancel";
  request: number;
}

export interface SummaryField {
  label: string;
  value: string;
}

/**
 * The case as the clerk filled it, in the citizen's language, for the citizen to confirm.
 */
export interface SummaryRequest {
  type: "summary_request";
  request: number;
  title: string;
  fields: SummaryField[];
}

/**
 * Real-time text (EN 301 549 6.2): the whole of the line being written, sent within 300 ms of each keystroke;
 * `done` closes the line. Lines count from 0 for each sender.
 */
export interface Text {
  type: "text";
  line: number;
  text: string;
  done: boolean;
}

export type FromClerk =
  | Greeting
  | Heartbeat
  | Text
  | Chunk
  | CardRequest
  | CardCancel
  | ChipChallenge
  | CardVerdict
  | StillRequest
  | StillCancel
  | EidRequest
  | EidCancel
  | SummaryRequest
  | SummaryCancel
  | Document
  | Farewell
  | CallFigures;

export type FromBooth =
  | Greeting
  | Heartbeat
  | Text
  | Chunk
  | CardStatus
  | ChipKey
  | CardData
  | StillStatus
  | Still
  | EidStatus
  | SummaryAnswer
  | DocumentStatus
  | CallFigures
  | DeviceStates;
