/** How the views' picture of a call begins, from what the switchboard says. */
import type * as switchboard from "./generated/switchboard.ts";
import type { CallView, HeldOffer } from "./state.ts";

/** The mark of a notice about an end that tests look for by name. */
export function markOf(reason: switchboard.EndReason): { test?: string } {
  return reason === "fingerprint_refused" ? { test: "fingerprint-refused" } : {};
}

/** What the switchboard says of a call. */
export function parties(call: switchboard.Call): Partial<CallView> {
  const { ticket, service, language, needs, booth, generation, role = "holder", guest_role = null } = call;
  return { ticket, service, language, needs, booth, generation, role, guest_role };
}

/** A call at its beginning. */
export function callView(of: Pick<CallView, "ticket" | "service" | "language" | "needs"> & Partial<CallView>): CallView {
  return {
    ticket: of.ticket,
    service: of.service,
    language: of.language,
    needs: of.needs,
    booth: "",
    site: of.site ?? "",
    generation: 0,
    phase: "preparing",
    started_at: performance.now(),
    reconnecting: false,
    held: false,
    role: of.role ?? "holder",
    guest_role: of.guest_role ?? null,
    third: null,
    invitation: null,
    booth_online: true,
    features: [],
    devices: {},
    lines: [],
  };
}

/** An offer known only from `welcome`, after a reconnect. */
export function fromTicket(ticket: switchboard.TicketView): HeldOffer {
  const { number, service, language, needs, waited_s } = ticket;
  const unknown = { region: null, site: null, appointment: false, deadline: null, callback: ticket.state === "callback_offered", purpose: "ticket", guest_role: null } as const;
  return { number, service, language, needs, waited_s, ...unknown, received_at: performance.now() };
}
