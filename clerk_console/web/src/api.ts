/** The console's back end: JSON over HTTP, same origin (docs/architecture.md, "Console back end"). */
import type { Act } from "./audit.ts";
import type { CardData, CardRequest, ChipAgreement } from "./generated/consultation.ts";

export type DocumentKind = NonNullable<CardRequest["document"]>;

export interface Staff {
  id: string;
  name: string;
  display_name: string;
  office: string;
  roles: string[];
  regions: string[];
  services: string[];
  languages: string[];
}

/** Somebody of the same office, as colleagues know one another. `clerk`: as the switchboard calls them. */
export interface Colleague {
  clerk: string;
  display_name: string;
  office: string;
  roles: string[];
  regions: string[];
  services: string[];
  languages: string[];
  needs: string[];
}

export interface Session {
  staff: Staff;
  switchboard: string;
  issuer: string;
  /** The kinds of documents the office reads by chip, the usual one first. */
  documents: DocumentKind[];
}

export type BoothState = "invited" | "enrolled" | "registered" | "revoking" | "revoked";

/** A booth of the authority. Times in seconds since the epoch; `trouble`: why the switchboard does not know it yet. */
export interface Booth {
  id: string;
  region: string;
  site: string;
  services: string[];
  state: BoothState;
  trouble: string | null;
  changed_at: number;
  code_expires_at: number | null;
}

export type NewBooth = Pick<Booth, "id" | "region" | "site" | "services">;

export interface Invited {
  booth: Booth;
  code: string;
}

export type Verdict = "passed" | "failed" | "absent" | "unsupported";

export interface Check {
  check: string;
  verdict: Verdict;
  reason: string | null;
}

export type Holder = Record<string, string | null>;

/** What the state itself says is wrong with such documents, in its own words too where it has any. */
export interface Deviation {
  defect: string;
  description: string;
}

/** What one of the chip's proofs that it is no copy came to. */
export interface Proof {
  method: "chip_authentication" | "active_authentication" | "pace_cam";
  verdict: Verdict;
  reason: string | null;
}

/** `details`: further words of the chip, by field, that the state signed. `signer`: the document signer, in words. */
export interface Identity {
  checks: Check[];
  holder: Holder | null;
  portrait: string | null;
  details: Record<string, string>;
  proofs: Proof[];
  deviations: Deviation[];
  signer: string | null;
  verified: boolean;
}

/** What the eID-Server said. `declined`: attributes that were asked for and left out. */
export interface EidRecord {
  holder: Record<string, string>;
  declined: string[];
  at: number;
}

/** What came from the chip; `files` by identifier, in base64. */
export type ChipReading = Pick<CardData, "access" | "proofs"> & { files: Record<string, string>; challenge: string };

export type Values = Record<string, unknown>;

export interface Case {
  id: string;
  /** As it is printed and said. */
  number: string;
  ticket: string;
  service: string;
  booth: string;
  language: string;
  state: "open" | "confirmed" | "prepared" | "completed" | "abandoned";
  /** Nobody sits at a booth. */
  telephone: boolean;
  created_at: string | number;
  values: Values;
  identity: Identity | null;
  eid?: EidRecord | null;
  document: { title: string; size: number; sha256: string } | null;
}

export interface FieldSchema {
  type?: string;
  format?: string;
  enum?: string[];
  const?: unknown;
  pattern?: string;
  maxLength?: number;
  [keyword: string]: unknown;
}

export interface FormSchema {
  properties: Record<string, FieldSchema>;
  required?: string[];
  [keyword: string]: unknown;
}

export interface Service {
  id: string;
  form: FormSchema;
  /** What the eID function is asked for; empty where the console has no eID-Server. */
  eid?: string[];
  /** What can be done without the citizen at a booth: all of it, or the form alone. */
  telephone: "complete" | "prepare";
  /** `sources`: field to the holder's field it is filled from. `options`: the names of a field's choices, by language. */
  ui: {
    order: string[];
    sources: Record<string, string>;
    options?: Record<string, Record<string, Record<string, string>>>;
  };
}

/** Who has to be at the other end: a booth by its id, or a colleague as the switchboard calls them. */
export type OtherEnd = { booth: string } | { clerk: string };

export interface SealRequest {
  ticket: string;
  leg: number;
  generation: number;
  kind: "offer" | "answer";
  sdp: string;
}

/** Whom to call back. */
export interface Contact {
  number: string;
  name: string;
}

/** What one end received, and the whole call: see docs/quality.md. */
export interface ReceptionReport {
  fps: number | null;
  slow_share: number | null;
  height: number | null;
  freezes_per_minute: number | null;
  frozen_share: number | null;
  loss: number | null;
  jitter_ms: number | null;
  bitrate: number | null;
  concealed_share: number | null;
  mouth_to_ear_ms: number | null;
  sync_offset_ms: number | null;
}

export interface CallReport {
  booth: string;
  outcome: "open" | "closed" | "broken";
  generations: number;
  interruptions: number;
  interrupted_share: number | null;
  set_up_ms: number | null;
  round_trip_ms: number | null;
  to_clerk: ReceptionReport | null;
  to_booth: ReceptionReport | null;
}

/** `tenth`: nine in ten calls were better. */
export interface Spread {
  median: number;
  tenth: number;
}

export interface QualityGroup {
  booth: string;
  site: string;
  first: string;
  last: string;
  quality: {
    calls: number;
    broken: number;
    interrupted: number;
    call: Partial<Record<"set_up_ms" | "round_trip_ms" | "interrupted_share", Spread>>;
    to_clerk: Partial<Record<keyof ReceptionReport, Spread>>;
    to_booth: Partial<Record<keyof ReceptionReport, Spread>>;
  } | null;
}

export interface QualityOverview {
  kept_days: number;
  minimum_calls: number;
  minimum_clerks: number;
  groups: QualityGroup[];
}

export type QualityPeriod = "day" | "week" | "month";

/** The back end's refusal; `error` is a stable id, `fields` names what is wrong in a form. */
export class ApiError extends Error {
  readonly status: number;
  readonly error: string;
  readonly reason: string;
  readonly fields: Record<string, string>;

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.text === "string" ? body.text : `HTTP ${status}`);
    this.status = status;
    this.error = typeof body.error === "string" ? body.error : "internal_error";
    this.reason = typeof body.reason === "string" ? body.reason : "";
    this.fields = (body.fields ?? {}) as Record<string, string>;
  }
}

const TIMEOUT_MS = 20_000;

/** `keepalive`: goes out even when the page goes away. */
async function request(method: string, path: string, body?: unknown, keepalive = false): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  // The header a foreign page cannot set: with the cookie's SameSite it stops forged requests.
  if (method !== "GET") headers["X-Fernamt"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      keepalive,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiError(0, { error: "console_unreachable", text: "The console's back end does not answer." });
  }
  if (response.ok) return response;
  const parsed: unknown = await response.json().catch(() => ({}));
  throw new ApiError(response.status, (parsed ?? {}) as Record<string, unknown>);
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  return (await (await request(method, path, body)).json()) as T;
}

const casePath = (id: string, rest = ""): string => `/api/cases/${encodeURIComponent(id)}${rest}`;

export const session = (): Promise<Session> => json("GET", "/api/session");
export const signIn = (name: string, password: string): Promise<Session> =>
  json("POST", "/api/session", { name, password });
export const signOut = async (): Promise<void> => void (await request("DELETE", "/api/session"));
export const switchboardToken = async (): Promise<string> =>
  (await json<{ token: string }>("POST", "/api/switchboard-token")).token;
export const colleagues = (): Promise<Colleague[]> => json("GET", "/api/colleagues");
export const booths = (): Promise<Booth[]> => json("GET", "/api/booths");
export const inviteBooth = (wanted: NewBooth): Promise<Invited> => json("POST", "/api/booths", wanted);
export const revokeBooth = (id: string): Promise<Booth> => json("DELETE", `/api/booths/${encodeURIComponent(id)}`);
export const audit = (query: URLSearchParams): Promise<Act[]> => json("GET", `/api/audit?${query}`);
export const services = (): Promise<Service[]> => json("GET", "/api/services");
export const seal = async (wanted: SealRequest): Promise<string> =>
  (await json<{ seal: string }>("POST", "/api/calls/seal", wanted)).seal;
export const checkSeal = async (wanted: SealRequest & { seal: string } & OtherEnd): Promise<void> =>
  void (await request("POST", "/api/calls/check", wanted));
export const openCallback = (ticket: string, sealed: string): Promise<Contact> =>
  json("POST", "/api/callbacks/open", { ticket, sealed });
export const reportCall = async (id: string, report: CallReport, last: boolean): Promise<void> =>
  void (await request("PUT", `/api/call-reports/${id}`, report, last));
export const callQuality = (period: QualityPeriod): Promise<QualityOverview> =>
  json("GET", `/api/call-quality?period=${period}`);
export const callQualityTable = (period: QualityPeriod): string => `/api/call-quality.csv?period=${period}`;
/** `telephone`: a callback, nobody sits at the booth. */
export const openCase = (about: { ticket: string; service: string; booth: string; language: string; telephone: boolean }): Promise<Case> =>
  json("POST", "/api/cases", about);
/** Keep a form filled by telephone until its citizen comes to a booth. */
export const prepareCase = (id: string): Promise<Case> => json("POST", casePath(id, "/prepare"));
/** Take over what the prepared case with this number says. */
export const adoptCase = (id: string, number: string): Promise<Case> => json("POST", casePath(id, "/adopt"), { number });
export const cases = (state: string): Promise<Case[]> => json("GET", `/api/cases?state=${encodeURIComponent(state)}`);
export const readCase = (id: string): Promise<Case> => json("GET", casePath(id));
/** Eight bytes the chip has to sign, in base64; refused where the office does not read such documents. */
export const challengeChip = (id: string, document: DocumentKind): Promise<{ challenge: string }> =>
  json("POST", casePath(id, "/chip-challenges"), { document });
/** What the booth has to put to the chip whose EF.DG14 this is, if it can be asked anything. */
export const agreeWithChip = (id: string, challenge: string, file: string): Promise<{ agreement: ChipAgreement | null }> =>
  json("POST", casePath(id, "/chip-key"), { challenge, file });
export const identity = (id: string, read: ChipReading): Promise<Identity> => json("POST", casePath(id, "/identity"), read);
export const saveForm = (id: string, values: Values): Promise<Case> => json("PUT", casePath(id, "/form"), values);
/** Let a colleague, as the switchboard calls them, go on with the case. */
export const handOver = async (id: string, to: string): Promise<void> =>
  void (await request("POST", casePath(id, "/hand-over"), { to }));
/** Keep what fits of an unfinished form, for whoever goes on with it. */
export const keepDraft = (id: string, values: Values): Promise<Case> => json("PUT", casePath(id, "/draft"), values);
export const confirmation = (id: string, answer: "confirmed" | "changes"): Promise<Case> =>
  json("POST", casePath(id, "/confirmation"), { answer });
export const completeCase = (id: string): Promise<Case> => json("POST", casePath(id, "/complete"));
export const abandonCase = (id: string, reason: string): Promise<Case> =>
  json("POST", casePath(id, "/abandon"), { reason });
export const documentPath = (id: string): string => casePath(id, "/document");
export const document = async (id: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await request("GET", documentPath(id))).arrayBuffer());

/** Open a session at the eID-Server; the address is for the booth. */
export const openEid = (id: string): Promise<{ tc_token_url: string }> => json("POST", casePath(id, "/eid"), {});

/** Fetch what came of it into the case. */
export const eidResult = (id: string): Promise<EidRecord> => json("POST", casePath(id, "/eid/result"), {});

export const closeEid = (id: string): Promise<void> => json("DELETE", casePath(id, "/eid"));
