/** Between calls: the clerk's availability, a look into the own camera, and who is waiting. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { ref } from "lit/directives/ref.js";
import { deviceChoice, type DeviceChoice } from "../devices.ts";
import { clock, t } from "../words.ts";
import { alert, button, sign } from "./parts.ts";
import "./queue.ts";
import { Tick, View } from "./view.ts";

export class WaitingView extends View {
  protected readonly tick = new Tick(this);
  private inputs: MediaDeviceInfo[] = [];

  override render(): TemplateResult {
    return html`<div class="waiting">
      <div class="stack">${this.availability()} ${this.preview()}</div>
      <div class="stack"><fernamt-parked></fernamt-parked><fernamt-queue></fernamt-queue></div>
    </div>`;
  }

  private availability(): TemplateResult {
    const { clerk, line } = this.state;
    const available = clerk.state === "available" || clerk.state === "offered";
    const since = clock((performance.now() - clerk.since) / 1000);
    return html`<section class="kern-card kern-card--hug panel" aria-labelledby="availability-title">
      <h1 class="kern-title" id="availability-title">${t("availability-title")}</h1>
      <button
        type="button"
        class="toggle"
        aria-pressed=${available}
        aria-describedby="availability-text"
        data-test="availability"
        ?disabled=${line !== "online"}
        @click=${() => this.desk?.setAvailable(!available)}
      >
        <span class="knob" aria-hidden="true"></span><span>${t("availability")}</span>
      </button>
      <p class="kern-body kern-body--small kern-body--muted" id="availability-text">
        ${t(available ? "availability-on-text" : "availability-off-text")}
        ${line === "online" ? html`<br />${t("since")} <span class="digits">${since}</span>` : nothing}
      </p>
    </section>`;
  }

  private preview(): TemplateResult {
    const { devices, sound_blocked } = this.state;
    return html`<section class="kern-card kern-card--hug panel" aria-labelledby="preview-title">
      <h2 class="kern-title kern-title--small" id="preview-title">${t("preview-title")}</h2>
      ${devices.status === "ready"
        ? html`<video
            class="preview"
            data-test="preview"
            autoplay
            muted
            playsinline
            aria-label=${t("self-view")}
            ${ref((element) => this.attach(element))}
          ></video>`
        : this.noDevices(devices.status)}
      ${sound_blocked ? html`<p class="kern-body kern-body--small hinted">${sign("bell")} ${t("sound-blocked")}</p>` : nothing}
      <details class="settings" @toggle=${() => void this.listInputs()}>
        <summary data-test="device-settings">${t("device-settings")}</summary>
        ${this.settings(deviceChoice())}
      </details>
    </section>`;
  }

  private noDevices(status: "asking" | "denied" | "missing" | "ready"): TemplateResult {
    if (status === "asking") return html`<p class="kern-body kern-body--small">${t("devices-asking")}</p>`;
    return html`${alert("warning", t(`devices-${status}`), t(`devices-${status}-text`), { test: "devices-warning" })}
    ${button(t("devices-again"), () => void this.desk?.media.choose(deviceChoice()))}`;
  }

  private settings(choice: DeviceChoice): TemplateResult {
    return html`<div class="stack">
      ${this.select("camera", "videoinput", choice)} ${this.select("microphone", "audioinput", choice)}
      <div class="kern-form-check">
        <input
          class="kern-form-check__checkbox"
          type="checkbox"
          id="sound-processing"
          .checked=${live(choice.sound_processing)}
          @change=${(event: Event) => this.choose({ sound_processing: (event.target as HTMLInputElement).checked })}
        />
        <label class="kern-label" for="sound-processing">${t("device-sound-processing")}</label>
      </div>
      ${button(t("ring-test"), () => this.desk?.ring.play(), { test: "ring-test" })}
    </div>`;
  }

  private select(name: "camera" | "microphone", kind: MediaDeviceKind, choice: DeviceChoice): TemplateResult {
    const inputs = this.inputs.filter((one) => one.kind === kind && one.deviceId !== "default");
    return html`<div class="kern-form-input">
      <label class="kern-label kern-label--small" for="device-${name}">${t(`device-${name}`)}</label>
      <div class="kern-form-input__select-wrapper">
        <select
          class="kern-form-input__select"
          id="device-${name}"
          @change=${(event: Event) => this.choose({ [name]: (event.target as HTMLSelectElement).value })}
        >
          <option value="">${t("device-default")}</option>
          ${inputs.map((one) => html`<option value=${one.deviceId} ?selected=${one.deviceId === choice[name]}>${one.label}</option>`)}
        </select>
      </div>
    </div>`;
  }

  private attach(element: Element | undefined): void {
    const video = element as HTMLVideoElement | undefined;
    if (video && this.desk?.media.local && video.srcObject !== this.desk.media.local) video.srcObject = this.desk.media.local;
  }

  private async listInputs(): Promise<void> {
    this.inputs = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    this.requestUpdate();
  }

  private choose(change: Partial<DeviceChoice>): void {
    void this.desk?.media.choose({ ...deviceChoice(), ...change }).then(() => this.requestUpdate());
  }
}

customElements.define("fernamt-waiting", WaitingView);
