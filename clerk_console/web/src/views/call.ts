/** The call: the citizen's picture large, the own one small, the switches, and the conversation in writing. */
import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import type { DeviceState } from "../generated/consultation.ts";
import type { CallView as Call, TextLine } from "../state.ts";
import { t } from "../words.ts";
import "./end-call.ts";
import { alert, button, languageText, loader, needText, sign, type Sign } from "./parts.ts";
import "./quality.ts";
import { View } from "./view.ts";

const SPEECH_EVERY_MS = 150;
const SPEECH_LEVEL = 0.03;

const DEVICES = ["microphone", "speaker", "camera"] as const;

/** What is wrong with a device of the booth, so that the clerk can say it to the citizen, or write it. */
function deviceTrouble(device: (typeof DEVICES)[number], state: DeviceState = "ok"): TemplateResult | typeof nothing {
  return state === "ok"
    ? nothing
    : alert("warning", t(`booth-device-${device}-${state}`), "", { test: `booth-device-${device}` });
}

export class CallStage extends View {
  private speech = 0;

  override render(): TemplateResult | typeof nothing {
    const { call } = this.state;
    if (!call) return nothing;
    return html`<section class="stage" aria-labelledby="stage-title">
      ${this.head(call)} ${this.trouble(call)}
      <div class="pictures">
        ${this.desk?.call ? this.picture(this.desk.call.video) : nothing}
        ${this.curtain(call)}
        ${this.selfView(call)}
        <fernamt-quality></fernamt-quality>
      </div>
      ${this.controls(call)} ${this.conversation(call.lines)}
    </section>`;
  }

  /** The dialog that rang has closed: the keyboard goes on here. */
  override firstUpdated(): void {
    this.querySelector("h1")?.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.speech = window.setInterval(() => this.showSpeech(), SPEECH_EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.speech);
  }

  private head(call: Call): TemplateResult {
    const more = [languageText(call.language), ...call.needs.map(needText)].join(" · ");
    return html`<header class="stage-head">
      <h1 class="kern-title" id="stage-title" tabindex="-1">
        <span class="digits" data-test="call-ticket">${call.ticket}</span> ${call.site || call.booth}
      </h1>
      <span class="kern-body kern-body--small kern-body--muted">${more}</span>
    </header>`;
  }

  private trouble(call: Call): TemplateResult {
    const giveBack = button(t("call-give-back"), () => this.desk?.giveBack("connect_failed"), { test: "give-back" });
    return html`<div aria-live="assertive">
      ${call.reconnecting
        ? alert("warning", t("call-reconnecting"), html`<p>${t("call-reconnecting-text")}</p>${giveBack}`, {
            test: "call-reconnecting",
          })
        : nothing}
      ${call.booth_online ? nothing : alert("info", t("booth-offline"), "", { test: "booth-offline" })}
      ${DEVICES.map((device) => deviceTrouble(device, call.devices[device]))}
    </div>`;
  }

  private curtain({ phase, reconnecting, held }: Call): TemplateResult | typeof nothing {
    if (held && !reconnecting)
      return html`<div class="curtain held" role="status" data-test="held">
        <div>${sign("hold")}<p class="kern-title">${t("held-title")}</p><p class="kern-body">${t("held-text")}</p></div>
      </div>`;
    if (phase === "standing" && !reconnecting) return nothing;
    const text = reconnecting ? t("call-phase-reconnecting") : t(`call-phase-${phase}`);
    return html`<div class="curtain" role="status">${loader(text)}</div>`;
  }

  private picture(video: HTMLVideoElement): HTMLVideoElement {
    video.setAttribute("aria-label", t("remote-picture"));
    return video;
  }

  private selfView({ held }: Call): TemplateResult {
    const { devices } = this.state;
    const shown = devices.camera_on && devices.status === "ready" && !held;
    return html`<div class="self">
      <video
        autoplay
        muted
        playsinline
        data-test="self-view"
        aria-label=${t("self-view")}
        ?hidden=${!shown}
        ${ref((element) => this.attach(element))}
      ></video>
      ${shown ? nothing : html`<p>${t(held ? "held-self" : "camera-is-off")}</p>`}
    </div>`;
  }

  private controls(call: Call): TemplateResult {
    const { microphone_on, camera_on } = this.state.devices;
    return html`<div class="controls" role="group" aria-label=${t("call-controls")}>
      ${this.switch("audio", microphone_on, microphone_on ? "microphone" : "microphone-off", "mute")}
      ${this.switch("video", camera_on, camera_on ? "camera" : "camera-off", "camera")}
      ${this.pauses(call)}
      <span class="spring"></span>
      <fernamt-end-call></fernamt-end-call>
    </div>`;
  }

  /** A pause the citizen waits out in front of the screen, and one in which the clerk is free for others. */
  private pauses({ held, phase }: Call): TemplateResult {
    const disabled = phase !== "standing" || this.state.line !== "online";
    return html`<button
        type="button"
        class="kern-btn kern-btn--secondary ${held ? "switched-off" : ""}"
        data-test="hold"
        data-held=${held}
        ?disabled=${disabled}
        @click=${() => this.desk?.hold(!held)}
      >
        ${sign(held ? "resume" : "hold")}<span class="kern-label">${t(held ? "hold-end" : "hold")}</span>
      </button>
      <button type="button" class="kern-btn kern-btn--secondary" data-test="park" ?disabled=${disabled} @click=${() => void this.desk?.park()}>
        ${sign("park")}<span class="kern-label">${t("park")}</span>
      </button>`;
  }

  private switch(kind: "audio" | "video", on: boolean, drawn: Sign, name: "mute" | "camera"): TemplateResult {
    return html`<button
      type="button"
      class="kern-btn kern-btn--secondary ${on ? "" : "switched-off"}"
      data-on=${on}
      data-test="toggle-${name}"
      @click=${() => this.desk?.media.toggle(kind)}
    >
      ${sign(drawn)}<span class="kern-label">${t(on ? `${name}-off` : `${name}-on`)}</span>
    </button>`;
  }

  private conversation(lines: TextLine[]): TemplateResult {
    return html`<section class="conversation" aria-labelledby="text-title">
      <h2 class="kern-title kern-title--small" id="text-title">${t("text-title")}</h2>
      <div class="lines" tabindex="0" role="log" aria-labelledby="text-title" data-test="text-lines">
        ${lines.length === 0 ? html`<p class="kern-body kern-body--small kern-body--muted">${t("text-empty")}</p>` : nothing}
        ${lines
          .filter((line) => line.from === "booth" || line.done)
          .map(
            (line) => html`<p class="line ${line.from} ${line.done ? "" : "open"}">
              <span class="kern-sr-only">${t(`text-from-${line.from}`)}:</span>${line.text}
            </p>`,
          )}
      </div>
      <form class="writing" @submit=${(event: Event) => this.finishLine(event)}>
        <label class="kern-sr-only" for="text-input">${t("text-label")}</label>
        <input
          class="kern-form-input__input"
          id="text-input"
          autocomplete="off"
          maxlength="4000"
          placeholder=${t("text-placeholder")}
          data-test="text-input"
          @input=${(event: Event) => this.desk?.typed?.type((event.target as HTMLInputElement).value)}
        />
        <button class="kern-btn kern-btn--secondary" data-test="text-send"><span class="kern-label">${t("text-send")}</span></button>
      </form>
    </section>`;
  }

  protected override updated(): void {
    const log = this.querySelector(".lines");
    if (log) log.scrollTop = log.scrollHeight;
  }

  private finishLine(event: Event): void {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#text-input");
    this.desk?.typed?.finish();
    if (input) input.value = "";
  }

  private attach(element: Element | undefined): void {
    const video = element as HTMLVideoElement | undefined;
    if (video && this.desk?.media.local && video.srcObject !== this.desk.media.local) video.srcObject = this.desk.media.local;
  }

  /** A visible sign of who speaks (EN 301 549 6.5.5). Too often for the store: only a class changes. */
  private showSpeech(): void {
    const receivers = this.desk?.call?.connection.getReceivers() ?? [];
    const sound = receivers.find((receiver) => receiver.track.kind === "audio");
    const level = sound?.getSynchronizationSources()[0]?.audioLevel ?? 0;
    this.querySelector(".pictures")?.classList.toggle("speaking", level > SPEECH_LEVEL && !this.state.call?.held);
  }
}

customElements.define("fernamt-call", CallStage);
