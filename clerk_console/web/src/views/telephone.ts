/** The end of a form that is filled while calling back: kept for the citizen's visit, or completed where the service allows it. */
import { html, nothing, type TemplateResult } from "lit";
import type { CaseView } from "../state.ts";
import { t } from "../words.ts";
import { documentLink } from "./closing.ts";
import { FormView } from "./form.ts";
import { alert, button } from "./parts.ts";
import { View } from "./view.ts";

export class TelephoneView extends View {
  override render(): TemplateResult | typeof nothing {
    const { work } = this.state;
    if (!work?.record || !work.service) return nothing;
    const { record, service, busy, saved } = work;
    if (record.state === "completed")
      return html`<div class="stack" aria-live="polite">
        ${alert("success", t("telephone-completed"), t("telephone-completed-text"), { test: "telephone-completed" })}
        ${documentLink(record.id, record.document?.title ?? "")}
      </div>`;
    return html`<p class="kern-body kern-body--small">${t(`telephone-${service.telephone}-text`)}</p>
      <div aria-live="polite">${record.state === "prepared" && saved ? this.prepared(work) : nothing}</div>
      <div class="actions">
        ${service.telephone === "complete"
          ? button(t("telephone-complete"), () => void this.complete(), { kind: "primary", test: "telephone-complete", disabled: busy })
          : nothing}
        ${button(t("telephone-prepare"), () => void this.desk?.work?.prepare(), {
          kind: service.telephone === "complete" ? "secondary" : "primary",
          test: "telephone-prepare",
          disabled: busy || (record.state === "prepared" && saved),
        })}
      </div>`;
  }

  private prepared(work: CaseView): TemplateResult {
    const text = html`<p class="booth-code digits" data-test="prepared-number">${work.record?.number}</p>
      <p>${t("telephone-prepared-text")}</p>`;
    return alert("success", t("telephone-prepared"), text, { test: "telephone-prepared" });
  }

  private async complete(): Promise<void> {
    if (await this.desk?.work?.completeByTelephone()) return;
    this.closest("fernamt-callback")?.querySelector<FormView>("fernamt-form")?.focusErrors();
  }
}

customElements.define("fernamt-telephone", TelephoneView);
