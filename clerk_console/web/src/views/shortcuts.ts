/** Which keys do what. */
import { html, nothing, type TemplateResult } from "lit";
import { shortcuts } from "../shortcuts.ts";
import { t } from "../words.ts";
import { DialogView } from "./dialog.ts";
import { button, sign } from "./parts.ts";

export class ShortcutsView extends DialogView {
  override render(): TemplateResult {
    return html`<button type="button" class="dismiss" title=${t("shortcuts")} aria-label=${t("shortcuts")} data-test="shortcuts" @click=${() => this.show()}>
        ${sign("keyboard")}
      </button>
      ${this.open ? this.dialog() : nothing}`;
  }

  private dialog(): TemplateResult {
    return html`<dialog class="kern-dialog" aria-labelledby="shortcuts-title" data-test="shortcuts-dialog" @close=${() => this.shut()}>
      <div class="kern-dialog__header"><h2 class="kern-title kern-title--large" id="shortcuts-title">${t("shortcuts")}</h2></div>
      <section class="kern-dialog__body">
        <dl class="facts">
          ${shortcuts.map(
            ({ keys, words }) => html`<div>
              <dt>${keys.map((key, index) => html`${index > 0 ? " + " : ""}<kbd>${key === "Shift" ? t("key-shift") : key}</kbd>`)}</dt>
              <dd>${t(words)}</dd>
            </div>`,
          )}
        </dl>
      </section>
      <div class="kern-dialog__footer">${button(t("dismiss-dialog"), () => this.shut(), { kind: "primary", test: "shortcuts-close" })}</div>
    </dialog>`;
  }
}

customElements.define("fernamt-shortcuts", ShortcutsView);
