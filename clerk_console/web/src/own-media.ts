/** What this end sends: the clerk's camera and microphone, and their switches. */
import { openDevices, rememberDevices, stopDevices, type DeviceChoice } from "./devices.ts";
import { store } from "./state.ts";

export class OwnMedia {
  local: MediaStream | null = null;
  private readonly send: (local: MediaStream) => Promise<unknown>;

  /** `send`: whatever is connected sends this from now on. */
  constructor(send: (local: MediaStream) => Promise<unknown>) {
    this.send = send;
  }

  async choose(choice: DeviceChoice): Promise<void> {
    rememberDevices(choice);
    await this.open(choice);
  }

  async open(choice: DeviceChoice): Promise<void> {
    const before = this.local;
    try {
      this.local = await openDevices(choice);
      store.set({ devices: { ...store.state.devices, status: "ready" } });
    } catch (error) {
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      store.set({ devices: { ...store.state.devices, status: denied ? "denied" : "missing" } });
      return;
    }
    this.applySwitches();
    await this.send(this.local);
    stopDevices(before);
  }

  /** Switch microphone or camera on or off; the other end sees black or hears silence. */
  toggle(kind: "audio" | "video"): void {
    const { devices } = store.state;
    const next =
      kind === "audio"
        ? { ...devices, microphone_on: !devices.microphone_on }
        : { ...devices, camera_on: !devices.camera_on };
    store.set({ devices: next });
    this.applySwitches();
  }

  close(): void {
    stopDevices(this.local);
  }

  private applySwitches(): void {
    const { microphone_on, camera_on } = store.state.devices;
    for (const track of this.local?.getTracks() ?? []) track.enabled = track.kind === "audio" ? microphone_on : camera_on;
  }
}
