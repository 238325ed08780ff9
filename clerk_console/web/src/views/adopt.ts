/** A form that was prepared by telephone: its citizen says the number, and need not say the rest again. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../words.ts";
import { View } from "./view.ts";

export class AdoptView extends View {
  private adopted = false;

  override render(): TemplateResult | typeof nothing {
    const { work } = this.state;
    if (!work?.record || work.record.state === "completed" || work.document === "making") return nothing;
    return html`<details class="settings adopt">
      <summary data-test="adopt">${t("adopt")}</summary>
      <form class="writing" @submit=${(event: SubmitEvent) => void this.submit(event)}>
        <div class="kern-form-input">
          <label class="kern-label" for="adopt-number">${t("adopt-number")}</label>
          <input
            class="kern-form-input__input digits"
            id="adopt-number"
            name="number"
            type="text"
            required
            maxlength="32"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            data-test="adopt-number"
          />
        </div>
        <button class="kern-btn kern-btn--secondary" data-test="adopt-confirm" ?disabled=${work.busy}>
          <span class="kern-label">${t("adopt-confirm")}</span>
        </button>
      </form>
      <p class="kern-body kern-body--small" role="status" data-test="adopted">${this.adopted ? t("adopted") : nothing}</p>
    </details>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    this.adopted = false;
    this.adopted = (await this.desk?.work?.adopt(String(new FormData(form).get("number")))) ?? false;
    if (this.adopted) form.reset();
    this.requestUpdate();
  }
}

customElements.define("fernamt-adopt", AdoptView);
