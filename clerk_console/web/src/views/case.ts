/** The case beside the picture: ID card, form, confirmation and document, from top to bottom. */
import { html, nothing, type TemplateResult } from "lit";
import type { CaseView } from "../state.ts";
import { t } from "../words.ts";
import "./adopt.ts";
import "./closing.ts";
import "./form.ts";
import "./eid.ts";
import "./still.ts";
import "./identity.ts";
import { badge, button } from "./parts.ts";
import { View } from "./view.ts";

type Step = "identity" | "form" | "closing";

export class CasePanel extends View {
  override render(): TemplateResult | typeof nothing {
    const { call, work } = this.state;
    if (!call) return nothing;
    return html`<section class="case" aria-labelledby="case-title" tabindex="0">
      <header class="case-head">
        <h2 class="kern-title" id="case-title">${t(`service-${call.service}`)}</h2>
        ${work?.record ? html`<span data-test="case-state" data-state=${work.record.state}>${this.caseState(work)}</span>` : nothing}
      </header>
      ${work && !work.record && this.state.call?.phase === "standing" && !work.busy
        ? html`<div class="step">
            ${button(t("case-open-again"), () => void this.desk?.work?.open(), { kind: "primary", test: "case-open-again" })}
          </div>`
        : nothing}
      ${work
        ? html`${this.step(1, "identity", html`<fernamt-identity></fernamt-identity><fernamt-eid></fernamt-eid><fernamt-still></fernamt-still>`)}
          ${this.step(2, "form", html`<fernamt-adopt></fernamt-adopt><fernamt-form></fernamt-form>`)}
          ${this.step(3, "closing", html`<fernamt-closing></fernamt-closing>`)}`
        : html`<p class="kern-body kern-body--muted">${t("case-waits")}</p>`}
    </section>`;
  }

  private caseState(work: CaseView): TemplateResult {
    const state = work.record?.state ?? "open";
    return badge(state === "completed" ? "success" : state === "confirmed" ? "info" : "neutral", t(`case-state-${state}`));
  }

  private step(index: number, name: Step, content: TemplateResult): TemplateResult {
    return html`<section class="step" aria-labelledby="step-${name}">
      <h3 class="kern-title" id="step-${name}"><span class="kern-number">${index}</span>${t(`step-${name}`)}</h3>
      ${content}
    </section>`;
  }
}

customElements.define("fernamt-case", CasePanel);
