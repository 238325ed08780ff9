/**
 * A callback in hand: the clerk telephones. The number is opened by the console's back end, is on the screen while it is
 * needed, and nowhere afterwards.
 */
import * as api from "./api.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { store, type CallbackView } from "./state.ts";
import type { SwitchboardLine } from "./switchboard.ts";

type About = Pick<CallbackView, "service" | "language" | "needs" | "site">;

export class Callback {
  private readonly line: SwitchboardLine;

  constructor(line: SwitchboardLine) {
    this.line = line;
  }

  /** Accepted or picked: the number comes next. */
  begin(ticket: string, { service, language, needs, site }: About): void {
    const about = { ticket, service, language, needs, site };
    store.set({ ended: null, callback: { ...about, tries: 0, contact: null, problem: null } });
    store.dismiss("ended", "case", "switchboard");
  }

  /** Also after the page was reloaded. */
  async told({ ticket, sealed, tries }: switchboard.Callback): Promise<void> {
    if (store.state.callback?.ticket !== ticket) this.begin(ticket, { service: "", language: "", needs: [], site: "" });
    this.set(ticket, { tries });
    try {
      this.set(ticket, { contact: await api.openCallback(ticket, sealed), problem: null });
    } catch (error) {
      this.set(ticket, { problem: error instanceof api.ApiError ? error.error : "internal_error" });
    }
  }

  /** The citizen was reached, or never will be under this number. */
  complete(outcome: "done" | "not_possible"): void {
    this.close((ticket) => ({ type: "complete", ticket, outcome }));
  }

  /** Tried again later; after three tries it is closed. */
  notReached(): void {
    this.close((ticket) => ({ type: "return_to_queue", ticket, reason: "connect_failed" }));
  }

  /** Somebody else is to call. */
  putBack(): void {
    this.close((ticket) => ({ type: "return_to_queue", ticket, reason: "clerk_left" }));
  }

  /** It is in other hands, or in none. */
  drop(): void {
    if (store.state.callback) store.set({ callback: null });
  }

  private set(ticket: string, patch: Partial<CallbackView>): void {
    const { callback } = store.state;
    if (callback?.ticket === ticket) store.set({ callback: { ...callback, ...patch } });
  }

  private close(message: (ticket: string) => switchboard.Complete | switchboard.ReturnToQueue): void {
    const { callback } = store.state;
    if (!callback) return;
    this.line.sendSurely(message(callback.ticket));
    store.set({ callback: null });
  }
}
