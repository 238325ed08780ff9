/** A frozen still of the citizen, in one call: asked for, agreed to at the booth, shown beside the document's portrait. */
import type { ConsultationChannel } from "./consultation.ts";
import type { Chunk, Still, StillStatus } from "./generated/consultation.ts";
import { Collection } from "./transfer.ts";

/** `asked` until the booth says that the citizen is asked; `damaged`: what came is not what was announced. */
export type StillPhase = "idle" | "asked" | "consent" | "receiving" | "shown" | "declined" | "failed" | "damaged" | "cancelled";

/** `picture`: an address of this page's own; empty until there is one. */
export interface StillState {
  phase: StillPhase;
  request: number;
  picture: string;
}

export const noStill: StillState = { phase: "idle", request: 0, picture: "" };

const open = new Set<StillPhase>(["asked", "consent", "receiving"]);

export function stillIsOpen(still: StillState): boolean {
  return open.has(still.phase);
}

/** What the request needs of the case it belongs to. */
export interface StillCase {
  readonly channel: ConsultationChannel | null;
  nextRequest(): number;
  show(still: StillState): void;
}

export class StillRequests {
  private state: StillState = noStill;
  private coming: { announced: Still; collection: Collection } | null = null;
  private readonly home: StillCase;

  constructor(home: StillCase) {
    this.home = home;
  }

  ask(): void {
    if (stillIsOpen(this.state)) return;
    const request = this.home.nextRequest();
    if (!this.home.channel?.send({ type: "still_request", request })) return;
    this.forget();
    this.set({ phase: "asked", request, picture: "" });
  }

  cancel(): void {
    if (!stillIsOpen(this.state)) return;
    this.home.channel?.send({ type: "still_cancel", request: this.state.request });
    this.end("cancelled");
  }

  /** The call has a new connection: ask again for what has not come; the booth takes no request twice. */
  goOnOver(): void {
    const { request, phase } = this.state;
    this.coming = null;
    if (phase === "cancelled") this.home.channel?.send({ type: "still_cancel", request });
    else if (stillIsOpen(this.state)) this.home.channel?.send({ type: "still_request", request });
  }

  receive(message: StillStatus | Still): void {
    if (message.request !== this.state.request || !stillIsOpen(this.state)) return;
    if (message.type === "still") {
      this.coming = { announced: message, collection: new Collection([message]) };
      this.set({ ...this.state, phase: "receiving" });
    } else if (message.status === "consent") this.set({ ...this.state, phase: "consent" });
    else this.end(message.status);
  }

  /** Take a piece; false when it is none of a still. */
  takes(chunk: Chunk): boolean {
    const { coming } = this;
    if (!coming || chunk.transfer !== coming.announced.transfer) return false;
    try {
      coming.collection.add(chunk);
      if (coming.collection.complete) void this.finish(coming);
    } catch {
      this.end("damaged");
    }
    return true;
  }

  /** Nothing of the picture stays in this page. */
  forget(): void {
    if (this.state.picture) URL.revokeObjectURL(this.state.picture);
    this.coming = null;
    this.state = noStill;
  }

  private async finish(coming: NonNullable<StillRequests["coming"]>): Promise<void> {
    this.coming = null;
    const { request } = this.state;
    try {
      const parts = await coming.collection.checked();
      if (this.state.request !== request || !stillIsOpen(this.state)) return;
      const data = parts.get(coming.announced.transfer) ?? new Uint8Array();
      this.set({ phase: "shown", request, picture: URL.createObjectURL(new Blob([data], { type: "image/jpeg" })) });
    } catch {
      this.end("damaged");
    }
  }

  private end(phase: StillPhase): void {
    this.coming = null;
    this.set({ ...this.state, phase });
  }

  private set(state: StillState): void {
    this.state = state;
    this.home.show(state);
  }
}
