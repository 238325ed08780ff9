/**
 * The life of one eID request (PAuswG section 18), as a table without I/O.
 *
 *   idle → opening → asked → what the booth reports → sent → fetching → identified
 *   from any open phase: declined, failed, cancelled; from any end: asked again. After `pin_changed` the citizen has a
 *   PIN at last, and a new session is opened for the same citizen.
 */
import type { EidFault, EidStage, EidStatus } from "./generated/consultation.ts";

export type EidPhase = EidStage | "idle" | "opening" | "asked" | "fetching" | "identified" | "cancelled";
export type EidEvent = EidStage | "ask" | "opened" | "cancel" | "fetch" | "identified" | "breaks";
/** A fault of the booth's, or one between console and eID-Server. */
export type Fault = EidFault | "eid_unavailable" | "eid_unreachable" | "eid_refused" | "eid_distrusted" | "eid_no_result" | "internal_error";

export interface EidState {
  phase: EidPhase;
  request: number;
  fault: Fault | null;
}

export const noEid: EidState = { phase: "idle", request: 0, fault: null };

const stages = {
  starting: "starting",
  consent: "consent",
  insert_card: "insert_card",
  pin: "pin",
  can: "can",
  puk: "puk",
  new_pin: "new_pin",
  working: "working",
  sent: "sent",
  pin_changed: "pin_changed",
  declined: "declined",
  failed: "failed",
} as const satisfies Record<EidStage, EidPhase>;

const withCitizen = { ...stages, cancel: "cancelled", breaks: "failed" } as const;
const ended = { ask: "opening" } as const;

const transitions: Record<EidPhase, Partial<Record<EidEvent, EidPhase>>> = {
  idle: ended,
  opening: { opened: "asked", cancel: "cancelled", breaks: "failed" },
  asked: withCitizen,
  starting: withCitizen,
  consent: withCitizen,
  insert_card: withCitizen,
  pin: withCitizen,
  can: withCitizen,
  puk: withCitizen,
  new_pin: withCitizen,
  working: withCitizen,
  sent: { fetch: "fetching", breaks: "failed" },
  fetching: { identified: "identified", breaks: "failed" },
  pin_changed: ended,
  identified: ended,
  declined: ended,
  failed: ended,
  cancelled: ended,
};

const ends = new Set<EidPhase>(["idle", "pin_changed", "identified", "declined", "failed", "cancelled"]);

export function isOpen(eid: EidState): boolean {
  return !ends.has(eid.phase);
}

/** Whether the clerk can still take it back: not once the chip has spoken. */
export function canCancel(eid: EidState): boolean {
  return "cancel" in transitions[eid.phase];
}

/** The next state. Raises an Error that names phase and event when the event does not belong there. */
export function step(eid: EidState, event: EidEvent, more: Partial<Omit<EidState, "phase">> = {}): EidState {
  const phase = transitions[eid.phase][event];
  if (!phase) throw new Error(`The event "${event}" does not belong to the eID phase "${eid.phase}".`);
  return { ...eid, fault: null, ...more, phase };
}

/** The state after a report of the booth; unchanged when the report is about a request no longer open. */
export function reported(eid: EidState, status: EidStatus): EidState {
  if (status.request !== eid.request || !transitions[eid.phase][status.stage]) return eid;
  return step(eid, status.stage, { fault: status.fault ?? null });
}
