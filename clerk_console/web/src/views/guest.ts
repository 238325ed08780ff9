/** What stands beside the pictures of a guest, who has no case: why they are here, and whose call it is. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../words.ts";
import { colleagueName, facts, languageText, needText } from "./parts.ts";
import { View } from "./view.ts";

export class GuestPanel extends View {
  override render(): TemplateResult | typeof nothing {
    const { call, colleagues } = this.state;
    if (!call) return nothing;
    const { third, guest_role, service, language, needs } = call;
    return html`<section class="case" aria-labelledby="guest-title" tabindex="0" data-test="guest">
      <header class="case-head"><h2 class="kern-title" id="guest-title">${t(`guest-title-${guest_role ?? "clerk"}`)}</h2></header>
      <div class="step">
        <p class="kern-body">${t(`guest-text-${guest_role ?? "clerk"}`)}</p>
        ${facts([
          [t("role-holder"), third ? third.name || colleagueName(colleagues, third.clerk) : "–"],
          [t("queue-service"), t(`service-${service}`)],
          [t("queue-language"), languageText(language)],
          ...(needs.length ? ([[t("needs"), needs.map(needText).join(", ")]] as [string, string][]) : []),
        ])}
      </div>
    </section>`;
  }
}

customElements.define("fernamt-guest", GuestPanel);
