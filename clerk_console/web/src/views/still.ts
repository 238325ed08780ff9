/** A still of the citizen: asking for it, where it is, and the picture itself, for the clerk's own comparison. */
import { html, nothing, type TemplateResult } from "lit";
import { stillIsOpen } from "../still.ts";
import { t } from "../words.ts";
import { alert, button, icon } from "./parts.ts";
import { View } from "./view.ts";

export class StillView extends View {
  override render(): TemplateResult | typeof nothing {
    const { work, call } = this.state;
    if (!work) return nothing;
    const { still } = work;
    const offered = Boolean(call?.features.includes("still"));
    if (!offered && still.phase === "idle") return nothing;
    const open = stillIsOpen(still);
    const ended = ["declined", "failed", "damaged"].includes(still.phase);
    return html`<section class="still" aria-labelledby="still-title">
      <h4 class="kern-title kern-title--small" id="still-title">${t("still-title")}</h4>
      <div aria-live="polite" data-test="still-stage" data-stage=${still.phase}>
        ${open
          ? html`<div class="card-progress">
              ${icon("autorenew", "turning")}
              <p class="kern-body kern-body--bold">${t(`still-phase-${still.phase}`)}</p>
            </div>`
          : nothing}
        ${ended ? alert(still.phase === "declined" ? "info" : "warning", t(`still-${still.phase}`), "", { test: "still-ended" }) : nothing}
        ${still.phase === "shown"
          ? html`<img class="still-picture" data-test="still-picture" src=${still.picture} alt=${t("still-picture")} />`
          : nothing}
      </div>
      ${offered
        ? html`<div class="kern-btn-wrapper actions">
            ${open
              ? button(t("still-cancel"), () => this.desk?.work?.still.cancel(), { test: "still-cancel" })
              : button(t(still.phase === "idle" ? "still-request" : "still-request-again"), () => this.desk?.work?.still.ask(), {
                  kind: "tertiary",
                  test: "still-request",
                })}
          </div>`
        : nothing}
    </section>`;
  }
}

customElements.define("fernamt-still", StillView);
