/**
 * A callback in hand: the clerk telephones. The number is opened by the console's back end, is on the screen while it is
 * needed, and nowhere afterwards. The clerk can open the service's form meanwhile, as a case of the callback's ticket.
 */
import * as api from "./api.ts";
import { Casework } from "./casework.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { store, type CallbackView } from "./state.ts";
import type { SwitchboardLine } from "./switchboard.ts";

type About = Pick<CallbackView, "service" | "language" | "needs" | "site">;

export class Callback {
  work: Casework | null = null;
  private readonly line: SwitchboardLine;
  private readonly serviceOf: (id: string) => api.Service | null;

  constructor(line: SwitchboardLine, serviceOf: (id: string) => api.Service | null) {
    this.line = line;
    this.serviceOf = serviceOf;
  }

  /** Accepted or picked: the number comes next. */
  begin(ticket: string, { service, language, needs, site }: About): void {
    this.forget();
    const about = { ticket, service, language, needs, site };
    store.set({ ended: null, callback: { ...about, booth: "", tries: 0, contact: null, problem: null } });
    store.dismiss("ended", "case", "switchboard");
  }

  /** Also after the page was reloaded. */
  async told({ ticket, sealed, tries, about = null, booth = null }: switchboard.Callback): Promise<void> {
    if (store.state.callback?.ticket !== ticket)
      this.begin(ticket, about ?? { service: "", language: "", needs: [], site: "" });
    this.set(ticket, { tries, booth: booth ?? "" });
    try {
      this.set(ticket, { contact: await api.openCallback(ticket, sealed), problem: null });
    } catch (error) {
      this.set(ticket, { problem: error instanceof api.ApiError ? error.error : "internal_error" });
    }
  }

  /** Whether there is a form for what the citizen wants. */
  get hasForm(): boolean {
    const { callback } = store.state;
    return Boolean(callback?.booth && callback.language && this.serviceOf(callback.service));
  }

  /** Open the form, or the one that was begun at an earlier try. */
  async openForm(): Promise<void> {
    const { callback } = store.state;
    if (!callback || this.work || !this.hasForm) return;
    const { ticket, service, booth, language } = callback;
    this.work = new Casework({ ticket, service, booth, language, telephone: true }, this.serviceOf(service));
    await this.work.open();
  }

  /** The citizen was reached, or never will be under this number. A form that is neither prepared nor completed is deleted. */
  complete(outcome: "done" | "not_possible"): void {
    void this.work?.abandon("callback_over");
    this.close((ticket) => ({ type: "complete", ticket, outcome }));
  }

  /** Tried again later; after three tries it is closed. What was typed is there again for the same clerk. */
  notReached(): void {
    void this.work?.keepDraft();
    this.close((ticket) => ({ type: "return_to_queue", ticket, reason: "connect_failed" }));
  }

  /** Somebody else is to call. */
  putBack(): void {
    void this.work?.abandon("clerk_left");
    this.close((ticket) => ({ type: "return_to_queue", ticket, reason: "clerk_left" }));
  }

  /** It is in other hands, or in none. */
  drop(): void {
    if (!store.state.callback) return;
    this.forget();
    store.set({ callback: null });
  }

  private forget(): void {
    if (!this.work) return;
    this.work.close();
    this.work = null;
    store.set({ work: null });
  }

  private set(ticket: string, patch: Partial<CallbackView>): void {
    const { callback } = store.state;
    if (callback?.ticket === ticket) store.set({ callback: { ...callback, ...patch } });
  }

  private close(message: (ticket: string) => switchboard.Complete | switchboard.ReturnToQueue): void {
    const { callback } = store.state;
    if (!callback) return;
    this.line.sendSurely(message(callback.ticket));
    this.forget();
    store.set({ callback: null });
  }
}
