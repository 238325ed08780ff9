/** A citizen to be telephoned: whom, what about, and what came of it. */
import { html, nothing, type TemplateResult } from "lit";
import type { Contact } from "../api.ts";
import { t } from "../words.ts";
import "./form.ts";
import { alert, button, facts, languageText, loader, needText, sign } from "./parts.ts";
import "./telephone.ts";
import { View } from "./view.ts";

/** In groups, as people read numbers out; `tel:` gets it whole. */
function grouped(number: string): string {
  return number.replace(/(\+\d{2})?(\d{1,3})(?=(\d{3})*(\d{2})?$)/g, "$1 $2").trim();
}

export class CallbackView extends View {
  override render(): TemplateResult | typeof nothing {
    const { callback } = this.state;
    if (!callback) return nothing;
    const { ticket, service, language, needs, site, tries, contact, problem } = callback;
    const about: [string, string][] = [
      ...(service ? ([[t("queue-service"), t(`service-${service}`)]] as [string, string][]) : []),
      ...(site ? ([[t("callback-taken-at"), site]] as [string, string][]) : []),
      ...(language ? ([[t("queue-language"), languageText(language)]] as [string, string][]) : []),
      ...(needs.length ? ([[t("needs"), needs.map(needText).join(", ")]] as [string, string][]) : []),
      [t("callback-tries"), t("callback-tried", { count: tries })],
    ];
    return html`<section class="narrow stack" data-test="callback" aria-labelledby="callback-title">
      <h1 class="kern-heading kern-heading-medium" id="callback-title" tabindex="-1">${t("callback-title", { ticket })}</h1>
      <div class="kern-card kern-card--hug panel">
        <div class="contact" aria-live="polite">${this.contact(contact, problem)}</div>
        ${facts(about)}
      </div>
      <p class="kern-body kern-body--small kern-body--muted">${t("callback-privacy")}</p>
      <div class="actions">
        ${button(t("callback-done"), () => this.desk?.callback.complete("done"), { kind: "primary", test: "callback-done" })}
        ${button(t("callback-not-reached"), () => this.desk?.callback.notReached(), { test: "callback-not-reached" })}
        ${button(t("callback-wrong-number"), () => this.desk?.callback.complete("not_possible"), { test: "callback-wrong-number" })}
        ${button(t("callback-put-back"), () => this.desk?.callback.putBack(), { kind: "tertiary", test: "callback-put-back" })}
      </div>
      ${this.form()}
    </section>`;
  }

  /** The service's form; the citizen says what is to be in it. */
  private form(): TemplateResult | typeof nothing {
    if (this.state.work)
      return html`<section class="kern-card kern-card--hug panel" aria-labelledby="callback-form" data-test="callback-form">
        <h2 class="kern-title" id="callback-form" tabindex="-1">${t("callback-form")}</h2>
        <fernamt-form></fernamt-form>
        <fernamt-telephone></fernamt-telephone>
      </section>`;
    if (!this.desk?.callback.hasForm) return nothing;
    return html`<div>${button(t("callback-open-form"), () => void this.openForm(), { test: "callback-open-form" })}</div>`;
  }

  private async openForm(): Promise<void> {
    await this.desk?.callback.openForm();
    await this.updateComplete;
    this.querySelector<HTMLElement>("#callback-form")?.focus();
  }

  override firstUpdated(): void {
    this.querySelector<HTMLElement>("h1")?.focus();
  }

  private contact(contact: Contact | null, problem: string | null): TemplateResult {
    if (problem) return alert("danger", t(`error-${problem}`), "", { test: "callback-problem" });
    if (!contact) return loader(t("callback-opening"));
    return html`<a class="number digits" href="tel:${contact.number}" data-test="callback-number">${sign("phone")}${grouped(contact.number)}</a>
      ${contact.name ? html`<p class="kern-title" data-test="callback-name">${contact.name}</p>` : nothing}`;
  }
}

customElements.define("fernamt-callback", CallbackView);
