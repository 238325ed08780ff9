/** Small pieces of the design system that many views use. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { Colleague } from "../api.ts";
import type { Notice } from "../state.ts";
import { has, t } from "../words.ts";

type Kind = Notice["kind"];

/** An icon of the design system; decorative, the words stand beside it. */
export function icon(name: string, more = ""): TemplateResult {
  return html`<span class="kern-icon kern-icon--${name} ${more}" aria-hidden="true"></span>`;
}

/** Signs the design system has none for, drawn on 24 by 24. */
const signs = {
  microphone: svg`<path d="M12 15a3.5 3.5 0 0 0 3.5-3.5v-5a3.5 3.5 0 0 0-7 0v5A3.5 3.5 0 0 0 12 15Z" /><path d="M5 11.5a7 7 0 0 0 14 0M12 18.5V22" />`,
  "microphone-off": svg`<path d="M12 15a3.5 3.5 0 0 0 3.5-3.5v-5a3.5 3.5 0 0 0-7 0v5A3.5 3.5 0 0 0 12 15Z" /><path d="M5 11.5a7 7 0 0 0 14 0M12 18.5V22M3 3l18 18" />`,
  camera: svg`<rect x="2.5" y="6" width="13" height="12" rx="2" /><path d="m15.5 11 6-3.5v9l-6-3.5" />`,
  "camera-off": svg`<rect x="2.5" y="6" width="13" height="12" rx="2" /><path d="m15.5 11 6-3.5v9l-6-3.5M3 3l18 18" />`,
  "hang-up": svg`<path d="M3 15.5c5-5 13-5 18 0l-2 2.5-3.800-1.600v-2.600a12 12 0 0 0-6.400 0v2.600L5 18Z" />`,
  booth: svg`<rect x="4" y="3" width="16" height="18" rx="2" /><circle cx="12" cy="9.5" r="2.5" /><path d="M7.5 17.5a4.5 4.5 0 0 1 9 0" />`,
  hold: svg`<rect x="6" y="4" width="4" height="16" rx="1" /><rect x="14" y="4" width="4" height="16" rx="1" />`,
  resume: svg`<path d="M7 4.500v15l12-7.500Z" />`,
  phone: svg`<path d="M5 3h4l2 5-2.500 1.500a11 11 0 0 0 6 6L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2Z" />`,
  park: svg`<rect x="3" y="3" width="18" height="18" rx="3" /><path d="M9.500 17V7h3.500a3 3 0 0 1 0 6H9.500" />`,
  invite: svg`<circle cx="9" cy="8" r="4" /><path d="M2 20a7 7 0 0 1 14 0M19 8v6M16 11h6" />`,
  "hand-over": svg`<circle cx="6" cy="7" r="3" /><path d="M2 19a5 5 0 0 1 8-4M12 12h9M17.500 8.500 21 12l-3.500 3.500" />`,
  help: svg`<circle cx="12" cy="12" r="9" /><circle cx="12" cy="12" r="4" /><path d="m5.700 5.700 3.500 3.500M14.800 14.800l3.500 3.500M18.300 5.700l-3.500 3.500M9.200 14.800l-3.500 3.500" />`,
  keyboard: svg`<rect x="2.500" y="6" width="19" height="12" rx="2" /><path d="M6 10h.01M10 10h.01M14 10h.01M18 10h.01M7 14h10" />`,
  bell: svg`<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15ZM10 21h4" />`,
} as const;

export type Sign = keyof typeof signs;

export function sign(name: Sign): TemplateResult {
  return html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${signs[name]}</svg>`;
}

export function button(
  label: string | TemplateResult,
  onClick: () => void,
  options: {
    kind?: "primary" | "secondary" | "tertiary";
    test?: string;
    icon?: string;
    disabled?: boolean;
    block?: boolean;
  } = {},
): TemplateResult {
  const { kind = "secondary", test, disabled = false, block = false } = options;
  return html`<button
    type="button"
    class="kern-btn kern-btn--${kind} ${block ? "kern-btn--block" : ""}"
    data-test=${test ?? nothing}
    ?disabled=${disabled}
    @click=${onClick}
  >
    ${options.icon ? icon(options.icon) : nothing}<span class="kern-label">${label}</span>
  </button>`;
}

export function alert(
  kind: Kind,
  title: string,
  text: string | TemplateResult | typeof nothing = nothing,
  options: { test?: string; dismiss?: () => void; dismissLabel?: string } = {},
): TemplateResult {
  return html`<div class="kern-alert kern-alert--${kind}" data-test=${options.test ?? nothing}>
    <div class="kern-alert__header">
      ${icon(kind)}<span class="kern-title kern-title--small">${title}</span>
      ${options.dismiss
        ? html`<button type="button" class="dismiss" aria-label=${options.dismissLabel ?? ""} @click=${options.dismiss}>
            ${icon("close")}
          </button>`
        : nothing}
    </div>
    ${text === nothing || text === "" ? nothing : html`<div class="kern-alert__body"><div class="kern-body kern-body--small">${text}</div></div>`}
  </div>`;
}

export function badge(kind: Kind | "neutral", label: string, drawn: string | TemplateResult | null = null): TemplateResult {
  return html`<span class="kern-badge kern-badge--small kern-badge--${kind}">
    ${typeof drawn === "string" ? icon(drawn) : drawn ? drawn : kind === "neutral" ? nothing : icon(kind)}<span class="kern-label">${label}</span>
  </span>`;
}

export function loader(label: string): TemplateResult {
  return html`<div class="loading">
    <span class="kern-loader kern-loader--visible" aria-hidden="true"></span><span class="kern-body">${label}</span>
  </div>`;
}

/** Says there is nothing, and what would be here. */
export function empty(sign_: Sign, title: string, text: string, test: string): TemplateResult {
  return html`<div class="empty" data-test=${test}>
    ${sign(sign_)}
    <p class="kern-title">${title}</p>
    <p class="kern-body kern-body--muted">${text}</p>
  </div>`;
}

export function facts(list: [string, string | TemplateResult][]): TemplateResult {
  return html`<dl class="facts">
    ${list.map(([key, value]) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

/** "Needs" the words know; others show as they are. */
export function needText(need: string): string {
  return has(`need-${need}`) ? t(`need-${need}`) : need;
}

export function languageText(tag: string): string {
  const own = `language-${tag.split("-")[0]}`;
  return has(own) ? t(own) : tag;
}

/** Somebody the switchboard names by pseudonym; only the own office knows whose it is. */
export function colleagueName(colleagues: Colleague[], clerk: string | null | undefined): string {
  return colleagues.find((one) => one.clerk === clerk)?.display_name ?? t("colleague-elsewhere");
}

/** A choice out of a list; `options` are values and what they are called. */
export function select(
  id: string,
  label: string,
  options: [string, string][],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  return html`<div class="kern-form-input">
    <label class="kern-label kern-label--small" for=${id}>${label}</label>
    <div class="kern-form-input__select-wrapper">
      <select class="kern-form-input__select" id=${id} data-test=${id} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${options.map(([value, name]) => html`<option value=${value} ?selected=${value === chosen}>${name}</option>`)}
      </select>
    </div>
  </div>`;
}
