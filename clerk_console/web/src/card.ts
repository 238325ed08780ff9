/**
 * The life of one request for the ID card, as a table without I/O.
 *
 *   idle → asked → consent → card_access_number | machine_readable_zone → insert_card → reading → sent → checking
 *   → verified | not_verified
 *   from any open phase: declined, failed, cancelled; from any end: asked again. A fault with a way on leads the booth
 *   back to an earlier phase; the fault stays visible until the next phase begins. Over a new connection a request
 *   whose data has not come is asked again.
 */
import type { CardFault, CardStage, CardStatus } from "./generated/consultation.ts";

export type CardPhase =
  | CardStage | "idle" | "asked" | "checking" | "verified" | "not_verified" | "cancelled";

export type CardEvent = "ask" | "ask_again" | "cancel" | "checks" | "passes" | "fails" | "breaks" | CardStage;

/** A fault of the booth's, or one of ours: damaged in transit, or refused by the back end. */
export type Fault = CardFault | "transfer_damaged" | "transfer_stalled" | "console_unreachable";

export interface CardState {
  phase: CardPhase;
  request: number;
  fault: Fault | null;
  progress: number | null;
}

export const noCard: CardState = { phase: "idle", request: 0, fault: null, progress: null };

const stages = {
  consent: "consent",
  card_access_number: "card_access_number",
  machine_readable_zone: "machine_readable_zone",
  insert_card: "insert_card",
  reading: "reading",
  sent: "sent",
  declined: "declined",
  failed: "failed",
} as const satisfies Record<CardStage, CardPhase>;

/** Wherever the citizen is before the data has come, the booth may report any stage, and the clerk may take it back. */
const withCitizen = { ...stages, ask_again: "asked", cancel: "cancelled", checks: "checking", breaks: "failed" } as const;
const ended = { ask: "asked" } as const;

const transitions: Record<CardPhase, Partial<Record<CardEvent, CardPhase>>> = {
  idle: ended,
  asked: withCitizen,
  consent: withCitizen,
  card_access_number: withCitizen,
  machine_readable_zone: withCitizen,
  insert_card: withCitizen,
  reading: withCitizen,
  sent: { ask_again: "asked", checks: "checking", breaks: "failed", cancel: "cancelled" },
  // The booth's `sent` may come after the last piece has already completed the data.
  checking: { sent: "checking", passes: "verified", fails: "not_verified", breaks: "failed" },
  verified: { ...ended, sent: "verified" },
  not_verified: { ...ended, sent: "not_verified" },
  declined: ended,
  failed: ended,
  cancelled: ended,
};

const open = new Set<CardPhase>([
  "asked", "consent", "card_access_number", "machine_readable_zone", "insert_card", "reading", "sent",
  "checking",
]);

export function isOpen(card: CardState): boolean {
  return open.has(card.phase);
}

/** The next state. Raises an Error that names phase and event when the event does not belong there. */
export function step(card: CardState, event: CardEvent, more: Partial<Omit<CardState, "phase">> = {}): CardState {
  const phase = transitions[card.phase][event];
  if (!phase) throw new Error(`The event "${event}" does not belong to the card phase "${card.phase}".`);
  return { ...card, fault: null, progress: null, ...more, phase };
}

/** The state after a report of the booth; unchanged when the report is about a request no longer open. */
export function reported(card: CardState, status: CardStatus): CardState {
  if (status.request !== card.request || !transitions[card.phase][status.stage]) return card;
  return step(card, status.stage, { fault: status.fault ?? null, progress: status.progress ?? null });
}
