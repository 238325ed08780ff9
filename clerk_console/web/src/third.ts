/** Whoever else is in the call, seen and heard over a leg of their own: for the holder the guest, for the guest the holder. */
import type { ConsultationChannel, FromBooth } from "./consultation.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { Leg, type Surroundings } from "./leg.ts";
import { store, type ThirdView } from "./state.ts";
import { withLine } from "./typing.ts";

export interface ThirdEvents {
  over(channel: ConsultationChannel): void;
  /** There will be no connection with them. */
  failed(reason: switchboard.EndReason): void;
}

export class Third {
  readonly leg: Leg;

  constructor(around: Surroundings, message: switchboard.Call, events: ThirdEvents) {
    const role = message.role === "guest" ? null : (message.guest_role ?? null);
    const view = { leg: message.leg ?? 0, clerk: message.clerk ?? null, name: "", guest_role: role, reconnecting: false };
    store.setCall({ third: { ...view, phase: "preparing" }, invitation: null });
    this.leg = new Leg(
      around,
      {
        phase: (phase) => this.set({ phase }),
        stands: (first) => first && this.set({ reconnecting: false }),
        over: (channel) => events.over(channel),
        message: (said) => this.hear(said),
        measured: () => undefined,
        renewed: () => undefined,
        suspected: () => this.set({ reconnecting: true }),
        restored: () => this.set({ reconnecting: false }),
        failed: (reason) => events.failed(reason),
      },
      message.role !== "guest",
    );
  }

  close(): void {
    this.leg.close();
    store.setCall({ third: null });
  }

  private set(patch: Partial<ThirdView>): void {
    const third = store.state.call?.third;
    if (third) store.setCall({ third: { ...third, ...patch } });
  }

  private hear(message: FromBooth): void {
    if (message.type === "greeting") this.set({ name: message.name });
    else if (message.type === "text")
      store.setCall({ lines: withLine(store.state.call?.lines ?? [], "colleague", message) });
  }
}
