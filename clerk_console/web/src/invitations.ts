/** Calling somebody into the call in hand, handing it over, and leaving it again. */
import * as api from "./api.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { store } from "./state.ts";
import type { SwitchboardLine } from "./switchboard.ts";

export type Wanted = Omit<switchboard.Invite, "type" | "id" | "ticket">;

export class Invitations {
  private readonly line: SwitchboardLine;
  private purpose: "join" | "transfer" = "join";

  constructor(line: SwitchboardLine) {
    this.line = line;
  }

  invite(wanted: Wanted): void {
    const { call } = store.state;
    if (!call || !this.line.send({ type: "invite", ticket: call.ticket, ...wanted })) return;
    this.purpose = wanted.purpose;
    const { purpose, clerk = null, role = "clerk" } = wanted;
    store.setCall({ invitation: { state: "looking", purpose, clerk, role } });
    store.dismiss("invitation");
  }

  cancel(): void {
    const { call } = store.state;
    if (call) this.line.send({ type: "cancel_invite", ticket: call.ticket });
  }

  told({ ticket, state, clerk = null, role = "clerk" }: switchboard.InviteUpdate): void {
    if (store.state.call?.ticket !== ticket) return;
    const open = state === "looking" || state === "offered";
    store.setCall({ invitation: open ? { state, purpose: this.purpose, clerk, role } : null });
    if (!open && state !== "joined") store.notify({ key: "invitation", kind: "info", title: `invite-${state}` });
  }

  /**
   * Leave the call to the guest. What has been typed and the right to the case go first: without them the successor
   * would begin anew.
   */
  async handOver(keepDraft: () => Promise<void>): Promise<void> {
    const { call, work } = store.state;
    if (!call?.third) return;
    const record = work?.record;
    if (record && record.state !== "abandoned") {
      await keepDraft();
      try {
        await api.handOver(record.id, call.third.clerk ?? "");
      } catch (error) {
        const id = error instanceof api.ApiError ? error.error : "internal_error";
        store.notify({ key: "invitation", kind: "danger", title: "hand-over-failed", text: `error-${id}` });
        return;
      }
    }
    this.line.send({ type: "hand_over", ticket: call.ticket });
  }

  /** The switchboard has not taken what was asked. */
  refused(cause: switchboard.FromClient): void {
    if (cause.type === "invite") store.setCall({ invitation: null });
  }
}
