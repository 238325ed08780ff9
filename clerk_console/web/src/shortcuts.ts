/** Keys of the workplace. Function keys, so that none gets in the way of writing, of the browser or of a screen reader. */
import type { Desk } from "./desk.ts";
import { store } from "./state.ts";

export const shortcuts = [
  { keys: ["F2"], words: "shortcut-microphone" },
  { keys: ["Shift", "F2"], words: "shortcut-camera" },
  { keys: ["F4"], words: "shortcut-hold" },
  { keys: ["F8"], words: "shortcut-park" },
  { keys: ["F9"], words: "shortcut-help" },
  { keys: ["Enter"], words: "shortcut-accept" },
  { keys: ["Esc"], words: "shortcut-decline" },
] as const;

export class Shortcuts {
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  open(): void {
    window.addEventListener("keydown", this.pressed);
  }

  close(): void {
    window.removeEventListener("keydown", this.pressed);
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const act = this.action(event.key, event.shiftKey);
    if (!act) return;
    event.preventDefault();
    act();
  };

  private action(key: string, shift: boolean): (() => void) | null {
    const { desk } = this;
    const { call } = store.state;
    if (key === "F9" && !shift) return () => desk.help.toggle();
    if (!call) return null;
    if (key === "F2") return () => desk.media.toggle(shift ? "video" : "audio");
    if (shift) return null;
    if (key === "F4") return () => desk.hold(!call.held);
    if (key === "F8") return () => void desk.park();
    return null;
  }
}
