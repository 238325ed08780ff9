/** The clerk's workplace: waiting, the offer, the call, the wrap-up, each in its turn. */
import { html, type TemplateResult } from "lit";
import { t } from "../words.ts";
import "./call.ts";
import "./callback.ts";
import "./case.ts";
import "./guest.ts";
import { alert, button } from "./parts.ts";
import { View } from "./view.ts";
import "./waiting.ts";
import "./wrap-up.ts";

export class DeskView extends View {
  override render(): TemplateResult {
    if (!this.state.call) return this.between();
    return html`<div class="consultation">
      <fernamt-call></fernamt-call>
      ${this.state.call.role === "guest" ? html`<fernamt-guest></fernamt-guest>` : html`<fernamt-case></fernamt-case>`}
    </div>`;
  }

  private between(): TemplateResult {
    const { clerk, orphan, callback } = this.state;
    if (callback) return html`<fernamt-callback></fernamt-callback>`;
    if (orphan) return this.orphaned(orphan);
    if (clerk.state === "wrap_up") return html`<fernamt-wrap-up></fernamt-wrap-up>`;
    return html`<fernamt-waiting></fernamt-waiting>`;
  }

  private orphaned(ticket: string): TemplateResult {
    return html`<section class="narrow stack" data-test="orphan">
      <h1 class="kern-heading kern-heading-medium">${t("orphan-title", { ticket })}</h1>
      ${alert("warning", t("orphan-alert"), t("orphan-text"))}
      <div>${button(t("orphan-give-back"), () => this.desk?.giveBack("connect_failed"), { kind: "primary", test: "orphan-give-back" })}</div>
    </section>`;
  }
}

customElements.define("fernamt-desk", DeskView);
