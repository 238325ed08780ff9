/** The call: the pictures of the others large, the own one small, the switches, and the conversation in writing. */
import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import type { DeviceState } from "../generated/consultation.ts";
import type { PeerCall } from "../call.ts";
import type { CallView as Call, TextLine, ThirdView } from "../state.ts";
import { t } from "../words.ts";
import "./end-call.ts";
import "./invite.ts";
import { alert, button, colleagueName, languageText, loader, needText, sign, type Sign } from "./parts.ts";
import "./quality.ts";
import { View } from "./view.ts";

const SPEECH_EVERY_MS = 150;
const SPEECH_LEVEL = 0.03;

const DEVICES = ["microphone", "speaker", "camera", "card_reader"] as const;

/** What is wrong with a device of the booth, so that the clerk can say it to the citizen, or write it. */
function deviceTrouble(device: (typeof DEVICES)[number], state: DeviceState = "ok"): TemplateResult | typeof nothing {
  return state === "ok"
    ? nothing
    : alert("warning", t(`booth-device-${device}-${state}`), "", { test: `booth-device-${device}` });
}

function speaks(call: PeerCall | null | undefined): boolean {
  const sound = call?.connection.getReceivers().find((receiver) => receiver.track.kind === "audio");
  return (sound?.getSynchronizationSources()[0]?.audioLevel ?? 0) > SPEECH_LEVEL;
}

export class CallStage extends View {
  private speech = 0;

  override render(): TemplateResult | typeof nothing {
    const { call } = this.state;
    if (!call) return nothing;
    return html`<section class="stage" aria-labelledby="stage-title">
      ${this.head(call)} ${this.trouble(call)}
      <div class="pictures ${call.third ? "two" : ""}">
        <figure class="tile booth">
          ${this.desk?.call ? this.picture(this.desk.call.video, t("remote-picture")) : nothing} ${this.curtain(call)}
          ${call.third ? html`<figcaption>${t("tile-booth")}</figcaption>` : nothing}
        </figure>
        ${call.third ? this.thirdTile(call.third) : nothing}
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

  private thirdTile(third: ThirdView): TemplateResult {
    const role = t(third.guest_role ? `role-${third.guest_role}` : "role-holder");
    const waiting = third.phase !== "standing" || third.reconnecting;
    return html`<figure class="tile third" data-test="third" data-phase=${third.reconnecting ? "reconnecting" : third.phase}>
      ${this.desk?.third ? this.picture(this.desk.third.video, t("third-picture")) : nothing}
      ${waiting
        ? html`<div class="curtain" role="status">${loader(t(third.reconnecting ? "call-phase-reconnecting" : "third-connecting"))}</div>`
        : nothing}
      <figcaption><strong>${role}</strong> ${third.name || colleagueName(this.state.colleagues, third.clerk)}</figcaption>
    </figure>`;
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

  private picture(video: HTMLVideoElement, label: string): HTMLVideoElement {
    video.setAttribute("aria-label", label);
    return video;
  }

  /** On hold only a colleague goes on seeing this end. */
  private selfView(call: Call): TemplateResult {
    const { devices } = this.state;
    const held = call.held && !call.third;
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
      ${call.role === "holder" ? html`${this.pauses(call)}<fernamt-invite></fernamt-invite>` : nothing}
      <span class="spring"></span>
      ${call.role === "holder"
        ? html`<fernamt-end-call></fernamt-end-call>`
        : html`<button type="button" class="kern-btn kern-btn--secondary hang-up" data-test="leave-call" @click=${() => this.desk?.giveBack("clerk_left")}>
            ${sign("hang-up")}<span class="kern-label">${t("leave-call")}</span>
          </button>`}
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
          .filter((line) => line.from !== "clerk" || line.done)
          .map(
            (line) => html`<p class="line ${line.from} ${line.done ? "" : "open"}">
              <span class=${line.from === "colleague" ? "from" : "kern-sr-only"}>${t(`text-from-${line.from}`)}:</span> ${line.text}
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
    const { desk } = this;
    this.querySelector(".tile.booth")?.classList.toggle("speaking", speaks(desk?.call) && !this.state.call?.held);
    this.querySelector(".tile.third")?.classList.toggle("speaking", speaks(desk?.third));
  }
}

customElements.define("fernamt-call", CallStage);
