/** Silent calls for help: the clerk's own, and, for supervisors, those of others. Nobody at a booth learns of them. */
import type * as switchboard from "./generated/switchboard.ts";
import type { SwitchboardLine } from "./switchboard.ts";
import { store } from "./state.ts";

export class Help {
  private readonly line: SwitchboardLine;

  constructor(line: SwitchboardLine) {
    this.line = line;
  }

  /** Ask for help, or take it back: one press, without a question. */
  toggle(): void {
    const { help, call } = store.state;
    if (!help) {
      store.set({ help: { request: null, state: "asked" } });
      this.line.sendSurely({ type: "ask_help", ticket: call?.ticket ?? null });
    } else if (help.request) this.close(help.request);
  }

  take(request: string): void {
    this.line.send({ type: "take_help", request });
  }

  close(request: string): void {
    this.line.send({ type: "close_help", request });
  }

  told({ request, state }: switchboard.HelpState): void {
    const before = store.state.help;
    if (state !== "closed") store.set({ help: { request, state } });
    else if (!before?.request || before.request === request) store.set({ help: null });
  }

  wanted({ requests }: switchboard.HelpUpdate): void {
    store.set({ help_wanted: { requests, received_at: performance.now() } });
  }

  /** The switchboard has not taken what was asked. */
  refused(cause: switchboard.FromClient): void {
    if (cause.type === "ask_help" || cause.type === "close_help") store.set({ help: null });
  }
}
