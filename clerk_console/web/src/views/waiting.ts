/** Between calls: the clerk's availability, a look into the own camera, and who is waiting. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { ref } from "lit/directives/ref.js";
import { deviceChoice, type DeviceChoice } from "../devices.ts";
import type { QueueEntry } from "../generated/switchboard.ts";
import { clock, has, t } from "../words.ts";
import { alert, badge, button, empty, sign } from "./parts.ts";
import { Tick, View } from "./view.ts";

/** "Needs" the words know; others show as they are. */
export function needText(need: string): string {
  return has(`need-${need}`) ? t(`need-${need}`) : need;
}

export function languageText(tag: string): string {
  const own = `language-${tag.split("-")[0]}`;
  return has(own) ? t(own) : tag;
}

export class WaitingView extends View {
  protected readonly tick = new Tick(this);
  private inputs: MediaDeviceInfo[] = [];

  override render(): TemplateResult {
    return html`<div class="waiting">
      <div class="stack">${this.availability()} ${this.preview()}</div>
      ${this.queue()}
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

  private queue(): TemplateResult {
    const { tickets, total } = this.state.queue;
    // Without the line nobody knows who is waiting.
    const known = this.state.line === "online";
    return html`<section class="kern-card kern-card--hug panel" aria-labelledby="queue-title">
      <div class="panel-head">
        <h2 class="kern-title" id="queue-title">${t("queue-title")}</h2>
        ${known ? html`<span data-test="queue-total">${badge(total > 0 ? "info" : "neutral", t("queue-count", { count: total }))}</span>` : nothing}
      </div>
      ${!known
        ? empty("booth", t("queue-unknown"), t("queue-unknown-text"), "queue-unknown")
        : tickets.length === 0
          ? empty("booth", t("queue-empty"), t("queue-empty-text"), "queue-empty")
          : html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="queue-title">
            <table class="kern-table kern-table--small" data-test="queue">
              <thead>
                <tr class="kern-table__row">
                  ${["ticket", "service", "place", "language", "wait"].map(
                    (name) => html`<th scope="col" class="kern-table__header ${name === "wait" ? "kern-table__header--numeric" : ""}">${t(`queue-${name}`)}</th>`,
                  )}
                </tr>
              </thead>
              <tbody>
                ${tickets.map((entry) => this.row(entry))}
              </tbody>
            </table>
          </div>`}
      ${known && total > tickets.length ? html`<p class="kern-body kern-body--small">${t("queue-more", { count: total - tickets.length })}</p>` : nothing}
    </section>`;
  }

  private row(entry: QueueEntry): TemplateResult {
    const waited = entry.waited_s + (performance.now() - this.state.queue.received_at) / 1000;
    return html`<tr class="kern-table__row" data-test="queue-${entry.number}">
      <th scope="row" class="kern-table__cell digits">${entry.number}</th>
      <td class="kern-table__cell">
        ${t(`service-${entry.service}`)} ${entry.appointment ? badge("neutral", t("queue-appointment"), "calendar-today") : nothing}
        ${entry.needs.map((need) => badge("neutral", needText(need)))}
      </td>
      <td class="kern-table__cell">${entry.site}</td>
      <td class="kern-table__cell">${languageText(entry.language)}</td>
      <td class="kern-table__cell kern-table__cell--numeric digits">${clock(waited)}</td>
    </tr>`;
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
