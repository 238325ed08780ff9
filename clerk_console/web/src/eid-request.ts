/** The eID function in one call: a session at the eID-Server, the request to the booth, and what came of it. */
import * as api from "./api.ts";
import type { ConsultationChannel } from "./consultation.ts";
import { canCancel, isOpen, noEid, reported, step, type EidState, type Fault } from "./eid.ts";
import type { EidStatus } from "./generated/consultation.ts";

/** The eID-Server may need a moment after the booth is done (TR-03130-1, 3.2.2: ask until there is a result). */
const ASK_AGAIN_MS = 1_000;
const ASKS = 20;
/** How often it may not be reached in between; the session at the eID-Server outlives that. */
const FAILURES = 3;

/** What the request needs of the case it belongs to. */
export interface EidCase {
  readonly channel: ConsultationChannel | null;
  readonly caseId: string | null;
  nextRequest(): number;
  show(eid: EidState): void;
  identified(): Promise<void>;
}

export class EidRequests {
  private state: EidState = noEid;
  private address = "";
  private readonly home: EidCase;

  constructor(home: EidCase) {
    this.home = home;
  }

  async ask(): Promise<void> {
    const { caseId } = this.home;
    if (!caseId || isOpen(this.state)) return;
    this.set(step(this.state, "ask", { request: this.home.nextRequest() }));
    const { request } = this.state;
    try {
      this.address = (await api.openEid(caseId)).tc_token_url;
    } catch (error) {
      this.breaks(request, error);
      return;
    }
    if (this.state.request !== request || this.state.phase !== "opening") return;
    this.set(step(this.state, "opened"));
    this.send();
  }

  cancel(): void {
    if (!canCancel(this.state)) return;
    this.home.channel?.send({ type: "eid_cancel", request: this.state.request });
    this.set(step(this.state, "cancel"));
    const { caseId } = this.home;
    if (caseId) void api.closeEid(caseId).catch(() => undefined);
  }

  /** The call has a new connection: the booth takes no request twice, and says again where it is. */
  goOnOver(): void {
    if (this.state.phase === "cancelled") this.home.channel?.send({ type: "eid_cancel", request: this.state.request });
    else if (canCancel(this.state) && this.state.phase !== "opening") this.send();
  }

  receive(status: EidStatus): void {
    const next = reported(this.state, status);
    if (next === this.state) return;
    this.set(next);
    if (next.phase === "sent") void this.fetch(next.request);
    else if (next.phase === "pin_changed") void this.ask();
  }

  private send(): void {
    this.home.channel?.send({ type: "eid_request", request: this.state.request, tc_token_url: this.address });
  }

  private async fetch(request: number): Promise<void> {
    const { caseId } = this.home;
    if (!caseId) return;
    this.set(step(this.state, "fetch"));
    for (let asked = 1, failed = 0; ; asked++) {
      try {
        await api.eidResult(caseId);
        break;
      } catch (error) {
        const id = error instanceof api.ApiError ? error.error : "";
        if (id === "eid_unreachable") failed++;
        const later = id === "eid_no_result" || (id === "eid_unreachable" && failed < FAILURES);
        if (!later || asked >= ASKS) {
          this.breaks(request, error);
          return;
        }
        await new Promise((resolve) => window.setTimeout(resolve, ASK_AGAIN_MS));
      }
    }
    await this.home.identified();
    if (this.state.request === request) this.set(step(this.state, "identified"));
  }

  private breaks(request: number, error: unknown): void {
    if (this.state.request === request && isOpen(this.state)) this.set(step(this.state, "breaks", { fault: faultOf(error) }));
  }

  private set(state: EidState): void {
    this.state = state;
    this.home.show(state);
  }
}

const known: readonly string[] = ["eid_unavailable", "eid_unreachable", "eid_refused", "eid_distrusted", "eid_no_result"];

function faultOf(error: unknown): Fault {
  const id = error instanceof api.ApiError ? error.error : "";
  return known.includes(id) ? (id as Fault) : "internal_error";
}
