/** The eID function: asking for it, where the citizen is with it, and what the eID-Server says. */
import { html, nothing, type TemplateResult } from "lit";
import type { EidRecord } from "../api.ts";
import { canCancel, isOpen, type EidState } from "../eid.ts";
import { date, t } from "../words.ts";
import { alert, button, facts, icon } from "./parts.ts";
import { View } from "./view.ts";

/** The order the clerk reads them in. */
const fields = [
  "family_name", "birth_name", "given_names", "academic_title", "artistic_name", "date_of_birth", "place_of_birth",
  "nationality", "street_line", "postal_code", "municipality", "residence", "document_type", "issuing_state",
  "date_of_expiry",
];
const dates = new Set(["date_of_birth", "date_of_expiry"]);

export class EidView extends View {
  override render(): TemplateResult | typeof nothing {
    const { work, call } = this.state;
    if (!work) return nothing;
    const { eid, record, service } = work;
    const offered = Boolean(service?.eid?.length) && Boolean(call?.features.includes("eid"));
    if (!offered && !record?.eid && eid.phase === "idle") return nothing;
    const finished = record?.state === "completed";
    return html`<section class="eid" aria-labelledby="eid-title">
      <h4 class="kern-title kern-title--small" id="eid-title">${t("eid-title")}</h4>
      ${eid.phase === "idle" && !record?.eid ? html`<p class="kern-body kern-body--small">${t("eid-intro")}</p>` : nothing}
      ${this.progress(eid)} ${record?.eid && !isOpen(eid) ? this.result(record.eid) : nothing}
      ${finished || !offered ? nothing : this.actions(eid, Boolean(record?.eid))}
    </section>`;
  }

  private actions(eid: EidState, again: boolean): TemplateResult {
    const { record } = this.state.work ?? {};
    if (isOpen(eid) && !canCancel(eid)) return html``;
    return html`<div class="kern-btn-wrapper actions">
      ${isOpen(eid)
        ? button(t("eid-cancel"), () => this.desk?.work?.eid.cancel(), { test: "eid-cancel" })
        : button(t(again || eid.phase !== "idle" ? "eid-request-again" : "eid-request"), () => void this.desk?.work?.eid.ask(), {
            kind: again ? "tertiary" : "secondary",
            test: "eid-request",
            disabled: !record,
          })}
    </div>`;
  }

  private progress(eid: EidState): TemplateResult {
    const fault = eid.fault
      ? alert(eid.phase === "failed" ? "danger" : "warning", t(`eid-fault-${eid.fault}`), undefined, { test: "eid-fault" })
      : nothing;
    return html`<div aria-live="polite" data-test="eid-stage" data-stage=${eid.phase} data-fault=${eid.fault ?? ""}>
      ${fault}
      ${isOpen(eid)
        ? html`<div class="card-progress">
            ${icon("autorenew", "turning")}
            <p class="kern-body kern-body--bold">${t(`eid-phase-${eid.phase}`)}</p>
          </div>`
        : this.ending(eid)}
    </div>`;
  }

  private ending(eid: EidState): TemplateResult | typeof nothing {
    if (eid.phase === "declined" || eid.phase === "cancelled") return alert("info", t(`eid-phase-${eid.phase}`));
    if (eid.phase === "failed" && !eid.fault) return alert("danger", t("eid-phase-failed"));
    return nothing;
  }

  private result({ holder, declined }: EidRecord): TemplateResult {
    const rows = fields
      .filter((field) => holder[field])
      .map((field): [string, TemplateResult] => {
        const value = holder[field] ?? "";
        const shown = dates.has(field) ? date(value) : value;
        return [t(`eid-field-${field}`), html`<span data-test="eid-${field}">${shown}</span>`];
      });
    return html`<div class="identity" data-test="eid-identified">
      ${alert("success", t("eid-identified"), t("eid-identified-text"))} ${facts(rows)}
      ${declined.length > 0
        ? html`<p class="kern-body kern-body--small" data-test="eid-declined">${t("eid-declined", { count: declined.length })}</p>`
        : nothing}
    </div>`;
  }
}

customElements.define("fernamt-eid", EidView);
