/** The citizen's confirmation, the document, and the end of the consultation. */
import { html, nothing, type TemplateResult } from "lit";
import { documentPath } from "../api.ts";
import type { CaseView, SummaryState } from "../state.ts";
import { t } from "../words.ts";
import { FormView } from "./form.ts";
import { alert, button, icon, languageText } from "./parts.ts";
import { View } from "./view.ts";

const kinds = { none: "info", asked: "info", confirmed: "success", changes: "warning", cancelled: "info" } as const;

export class ClosingView extends View {
  override render(): TemplateResult | typeof nothing {
    const { work } = this.state;
    if (!work) return nothing;
    return work.record?.state === "completed" ? this.completed(work) : this.confirmation(work);
  }

  private confirmation(work: CaseView): TemplateResult {
    const { record, summary, busy, document } = work;
    const confirmed = summary === "confirmed" && record?.state === "confirmed";
    const language = languageText(this.state.call?.language ?? "");
    return html`
      <p class="kern-body kern-body--small">${t("summary-intro", { language })}</p>
      ${this.summaryState(summary)}
      <div class="actions">
        ${summary === "asked"
          ? button(t("summary-cancel"), () => this.desk?.work?.withdrawSummary(), { test: "summary-cancel" })
          : button(t(summary === "none" ? "summary-request" : "summary-request-again"), () => void this.ask(), {
              kind: confirmed ? "tertiary" : "primary",
              test: "summary-request",
              disabled: busy || !record,
            })}
        ${confirmed
          ? button(t(document === "making" ? "completing" : "complete"), () => void this.desk?.work?.complete(), {
              kind: "primary",
              test: "complete",
              disabled: busy,
            })
          : nothing}
      </div>
    `;
  }

  private summaryState(summary: SummaryState): TemplateResult {
    return html`<div aria-live="polite" data-test="summary-state" data-state=${summary}>
      ${summary === "none" ? nothing : alert(kinds[summary], t(`summary-${summary}`), t(`summary-${summary}-text`))}
    </div>`;
  }

  private completed(work: CaseView): TemplateResult {
    return html`<div class="stack" aria-live="polite">
      ${alert("success", t("completed"), t(`document-${work.document}`), { test: "completed" })}
      <p class="kern-sr-only" data-test="document-state" data-state=${work.document}>${t(`document-${work.document}`)}</p>
      ${documentLink(work.record?.id ?? "", work.record?.document?.title ?? "")}
      <div class="actions">
        ${work.document === "failed"
          ? button(t("document-send-again"), () => void this.desk?.work?.showDocument(), { test: "document-send-again" })
          : nothing}
        ${button(t("finish"), () => void this.desk?.finish("done"), { kind: "primary", test: "farewell" })}
      </div>
    </div>`;
  }

  private async ask(): Promise<void> {
    if (await this.desk?.work?.askForConfirmation()) return;
    this.closest("fernamt-case")?.querySelector<FormView>("fernamt-form")?.focusErrors();
  }
}

export function documentLink(id: string, title: string, test = "document-download"): TemplateResult {
  return html`<a class="kern-link document-link" href=${documentPath(id)} download data-test=${test}>
    ${icon("download")}${title ? t("document-download-titled", { title }) : t("document-download")}
  </a>`;
}

customElements.define("fernamt-closing", ClosingView);
