/** The clerk's completed cases and their documents, and forms kept for a visit. */
import { html, nothing, type TemplateResult } from "lit";
import * as api from "../api.ts";
import { moment, t } from "../words.ts";
import { documentLink } from "./closing.ts";
import { alert, button, empty, facts, loader } from "./parts.ts";
import { View } from "./view.ts";

export class CasesView extends View {
  private cases: api.Case[] | null = null;
  private prepared: api.Case[] = [];
  private error: string | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    return html`<section class="wide stack" aria-labelledby="cases-title">
      <header class="panel-head">
        <h1 class="kern-heading kern-heading-medium" id="cases-title">${t("cases-title")}</h1>
        ${button(t("cases-refresh"), () => void this.load(), { icon: "autorenew", kind: "tertiary" })}
      </header>
      ${this.kept()} ${this.content()}
    </section>`;
  }

  /** The number is asked for again when somebody has not written it down. */
  private kept(): TemplateResult | typeof nothing {
    if (this.prepared.length === 0) return nothing;
    return html`<section class="kern-card kern-card--hug panel" aria-labelledby="cases-prepared" data-test="cases-prepared">
      <h2 class="kern-title" id="cases-prepared">${t("cases-prepared")}</h2>
      ${facts(this.prepared.map((one): [string, string] => [`${moment(one.created_at)}, ${one.ticket}, ${t(`service-${one.service}`)}`, one.number]))}
    </section>`;
  }

  private content(): TemplateResult {
    if (this.error) return alert("danger", t("cases-failed"), t(this.error), { test: "cases-error" });
    if (!this.cases) return loader(t("loading"));
    if (this.cases.length === 0) return empty("booth", t("cases-empty"), t("cases-empty-text"), "cases-empty");
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="cases-title">
      <table class="kern-table" data-test="cases-table">
        <thead>
          <tr class="kern-table__row">
            ${["when", "ticket", "service", "document"].map((name) => html`<th scope="col" class="kern-table__header">${t(`cases-${name}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.cases.map((one) => this.row(one))}
        </tbody>
      </table>
    </div>`;
  }

  private row(one: api.Case): TemplateResult {
    return html`<tr class="kern-table__row" data-test="case-${one.id}">
      <td class="kern-table__cell digits">${moment(one.created_at)}</td>
      <th scope="row" class="kern-table__cell digits">${one.ticket}</th>
      <td class="kern-table__cell">${t(`service-${one.service}`)}</td>
      <td class="kern-table__cell">${one.document ? documentLink(one.id, one.document.title, `case-document-${one.id}`) : "–"}</td>
    </tr>`;
  }

  private async load(): Promise<void> {
    this.error = null;
    try {
      [this.cases, this.prepared] = await Promise.all([api.cases("completed"), api.cases("prepared")]);
    } catch (error) {
      this.error = error instanceof api.ApiError ? `error-${error.error}` : "error-internal_error";
    }
    this.requestUpdate();
  }
}

customElements.define("fernamt-cases", CasesView);
