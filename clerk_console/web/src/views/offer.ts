/** A ticket held for this clerk: who, where, what, and how long it is held. Enter accepts, Escape declines. */
import { html, nothing, type TemplateResult } from "lit";
import { show } from "../session.ts";
import type { HeldOffer } from "../state.ts";
import { clock, t } from "../words.ts";
import { button, facts, languageText, needText, sign } from "./parts.ts";
import { Tick, View } from "./view.ts";

export class OfferView extends View {
  protected readonly tick = new Tick(this);
  private focusBefore: Element | null = null;

  override render(): TemplateResult | typeof nothing {
    const { offer } = this.state;
    if (!offer) return nothing;
    return html`<dialog
      class="kern-dialog offer"
      aria-labelledby="offer-title"
      aria-describedby="offer-facts"
      data-test="offer"
      @cancel=${(event: Event) => this.decline(event)}
    >
      <header class="kern-dialog__header">
        <span class="ringing">${sign(offer.callback ? "phone" : "bell")}</span>
        <h2 class="kern-title kern-title--large" id="offer-title">${t(offer.callback ? "offer-callback" : `offer-title-${offer.guest_role === "interpreter" ? "interpreter" : offer.purpose}`, { ticket: offer.number })}</h2>
      </header>
      <section class="kern-dialog__body">
        <div id="offer-facts">${facts(this.facts(offer))}</div>
        ${offer.deadline === null ? nothing : this.countdown(offer.received_at, offer.deadline)}
      </section>
      <footer class="kern-dialog__footer">
        ${button(html`${t("offer-decline")} <kbd>Esc</kbd>`, () => this.decline(), { test: "offer-decline" })}
        ${button(html`${t("offer-accept")} <kbd>Enter</kbd>`, () => this.accept(), { kind: "primary", test: "offer-accept" })}
      </footer>
    </dialog>`;
  }

  override firstUpdated(): void {
    this.focusBefore = document.activeElement;
    this.querySelector("dialog")?.showModal();
    this.querySelector<HTMLElement>("[data-test=offer-accept]")?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.focusBefore instanceof HTMLElement) this.focusBefore.focus();
  }

  private facts(offer: HeldOffer): [string, string | TemplateResult][] {
    const waited = offer.waited_s + (performance.now() - offer.received_at) / 1000;
    const appointment = offer.appointment ? ` (${t("queue-appointment")})` : "";
    return [
      [t("queue-service"), `${t(`service-${offer.service}`)}${appointment}`],
      ...(offer.site ? ([[t("queue-place"), offer.site]] as [string, string][]) : []),
      [t("queue-language"), languageText(offer.language)],
      ...(offer.needs.length ? ([[t("needs"), offer.needs.map(needText).join(", ")]] as [string, string][]) : []),
      [t("queue-wait"), html`<span class="digits">${clock(waited)}</span>`],
    ];
  }

  private countdown(from: number, deadline: number): TemplateResult {
    const left = Math.max(0, (deadline - performance.now()) / 1000);
    return html`<div class="kern-progress countdown">
      <label class="kern-label kern-label--small" for="offer-left">${t("offer-left", { seconds: Math.ceil(left) })}</label>
      <progress id="offer-left" max=${(deadline - from) / 1000} value=${left}></progress>
    </div>`;
  }

  private accept(): void {
    this.desk?.accept();
    show("desk");
  }

  private decline(event?: Event): void {
    event?.preventDefault();
    this.desk?.decline();
  }
}

customElements.define("fernamt-offer", OfferView);
