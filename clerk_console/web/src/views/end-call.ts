/** The ways out of a call without a finished case, each said plainly before it happens. */
import { html, nothing, type TemplateResult } from "lit";
import { Skills } from "../skills.ts";
import { t } from "../words.ts";
import { DialogView } from "./dialog.ts";
import { button, sign } from "./parts.ts";
import { SkillChoice } from "./skill-choice.ts";

const ways = ["back", "redirect", "referred", "not_possible"] as const;
type Way = (typeof ways)[number];

export class EndCall extends DialogView {
  private chosen: Way = "back";
  private busy = false;
  private readonly skill = new SkillChoice("redirect", () => this.requestUpdate());

  override render(): TemplateResult {
    const completed = this.state.work?.record?.state === "completed";
    return html`
      <button type="button" class="kern-btn kern-btn--secondary hang-up" data-test="end-call" @click=${() => this.ask(completed)}>
        ${sign("hang-up")}<span class="kern-label">${t("end-call")}</span>
      </button>
      ${this.open ? this.dialog() : nothing}
    `;
  }

  private dialog(): TemplateResult {
    const unchanged = this.chosen === "redirect" && !this.skill.changed;
    return html`<dialog class="kern-dialog" aria-labelledby="end-title" data-test="end-dialog" @close=${() => this.shut()}>
      <header class="kern-dialog__header"><h2 class="kern-title kern-title--large" id="end-title">${t("end-title")}</h2></header>
      <section class="kern-dialog__body">
        <fieldset class="kern-fieldset">
          <legend class="kern-label">${t("end-question")}</legend>
          <div class="kern-fieldset__body">
            ${ways.map(
              (way) => html`<div class="kern-form-check">
                <input
                  class="kern-form-check__radio"
                  type="radio"
                  name="end-way"
                  id="end-${way}"
                  data-test="end-${way}"
                  .checked=${this.chosen === way}
                  @change=${() => this.choose(way)}
                />
                <label class="kern-label" for="end-${way}">${t(`end-${way}`)}</label>
              </div>`,
            )}
          </div>
        </fieldset>
        ${this.chosen === "redirect" ? this.skill.render() : nothing}
        ${this.chosen === "back" ? nothing : html`<p class="kern-body kern-body--small">${t("end-deletes")}</p>`}
      </section>
      <footer class="kern-dialog__footer">
        ${button(t("end-cancel"), () => this.shut(), { test: "end-cancel" })}
        ${button(t("end-confirm"), () => void this.end(), { kind: "primary", test: "end-confirm", disabled: this.busy || unchanged })}
      </footer>
    </dialog>`;
  }

  private ask(completed: boolean): void {
    if (completed) void this.desk?.finish("done");
    else this.show();
  }

  private choose(way: Way): void {
    this.chosen = way;
    const { call } = this.state;
    if (way === "redirect" && call) void Skills.ofOffice().then((skills) => this.skill.begin(skills, call));
    this.requestUpdate();
  }

  private async end(): Promise<void> {
    this.busy = true;
    this.requestUpdate();
    if (this.chosen === "back") this.desk?.giveBack("clerk_left");
    else if (this.chosen === "redirect") this.desk?.redirect(this.skill.wanted);
    else await this.desk?.finish(this.chosen);
    this.busy = false;
  }
}

customElements.define("fernamt-end-call", EndCall);
