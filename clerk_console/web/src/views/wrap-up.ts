/** After a call: what came of it, and the way to the next one. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../words.ts";
import { documentLink } from "./closing.ts";
import { alert, button, facts } from "./parts.ts";
import "./queue.ts";
import { View } from "./view.ts";

export class WrapUp extends View {
  override render(): TemplateResult {
    const { ended, line } = this.state;
    const completed = ended?.record?.state === "completed";
    return html`<section class="narrow stack" data-test="wrap-up" aria-labelledby="wrap-up-title">
      <h1 class="kern-heading kern-heading-medium" id="wrap-up-title" tabindex="-1">
        ${ended ? t("wrap-up-title", { ticket: ended.ticket }) : t("wrap-up-title-plain")}
      </h1>
      ${completed
        ? alert("success", t("wrap-up-completed"), t("wrap-up-completed-text"))
        : alert("info", t("wrap-up-open"), t("wrap-up-open-text"))}
      ${ended?.record
        ? html`<div class="kern-card kern-card--hug panel">
            ${facts([
              [t("queue-service"), t(`service-${ended.record.service}`)],
              [t("wrap-up-case"), html`<span class="digits">${ended.record.id}</span>`],
            ])}
            ${completed ? documentLink(ended.record.id, ended.record.document?.title ?? "") : nothing}
          </div>`
        : nothing}
      <div class="actions">
        ${button(t("ready"), () => this.desk?.setAvailable(true), { kind: "primary", test: "ready", disabled: line !== "online" })}
        ${button(t("ready-pause"), () => this.desk?.setAvailable(false), { test: "ready-pause", disabled: line !== "online" })}
      </div>
      <fernamt-parked></fernamt-parked>
    </section>`;
  }

  override firstUpdated(): void {
    this.querySelector<HTMLElement>("h1")?.focus();
  }
}

customElements.define("fernamt-wrap-up", WrapUp);
