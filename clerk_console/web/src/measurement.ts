/**
 * The measurement port: `window.fernamt.figures()` gives what the present (or latest) call delivers, for tests, the
 * demo and engineers at the console. It only reads, and holds nothing personal.
 */
import type { Desk } from "./desk.ts";
import type { Measured } from "./figures.ts";
import type { CallFigures } from "./generated/consultation.ts";
import { store } from "./state.ts";

/** Moments are performance.now() in milliseconds; null until they have happened. */
export interface Figures extends Measured {
  accept_clicked_at: number | null;
  first_frame_at: number | null;
  setup_ms: number | null;
  /** When the booth was not heard any more the latest time, and when it was again. */
  suspect_at: number | null;
  restored_at: number | null;
  ticket: string;
  generation: number;
  /** What the booth says it receives. */
  booth: CallFigures | null;
  /** Messages dropped as malformed, from the switchboard and from the booth. */
  ignored_messages: number;
}

declare global {
  interface Window {
    fernamt: { figures(): Figures | null };
  }
}

export function exposeFigures(current: () => Desk | null): void {
  window.fernamt = {
    figures() {
      const desk = current();
      const leg = desk?.latest;
      const call = leg?.latest;
      if (!desk || !leg || !call) return null;
      const { accept_clicked_at } = desk;
      const { first_frame_at, ticket, generation } = call;
      const both = accept_clicked_at !== null && first_frame_at !== null;
      return {
        ...call.meter.latest,
        accept_clicked_at,
        first_frame_at,
        setup_ms: both ? first_frame_at - accept_clicked_at : null,
        suspect_at: leg.liveness?.suspect_at ?? null,
        restored_at: leg.liveness?.restored_at ?? null,
        ticket,
        generation,
        booth: store.state.booth_figures,
        ignored_messages: desk.line.ignored + call.channel.ignored,
      };
    },
  };
}
