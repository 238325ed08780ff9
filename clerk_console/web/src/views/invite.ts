/** Calling somebody into the call: whom, what for, how far it has come, and handing over to who has come. */
import { html, nothing, type TemplateResult } from "lit";
import type { Wanted } from "../invitations.ts";
import { Skills } from "../skills.ts";
import type { CallView, InvitationView, ThirdView } from "../state.ts";
import { t } from "../words.ts";
import { DialogView } from "./dialog.ts";
import { badge, button, colleagueName, languageText, select, sign } from "./parts.ts";
import { SkillChoice } from "./skill-choice.ts";

const ways = ["colleague", "skill", "interpreter"] as const;
type Way = (typeof ways)[number];
const purposes = ["join", "transfer"] as const;

export class InviteView extends DialogView {
  private way: Way = "colleague";
  private purpose: (typeof purposes)[number] = "join";
  private skills: Skills | null = null;
  private clerk = "";
  private language = "";
  private readonly skill = new SkillChoice("invite", () => this.requestUpdate());

  override render(): TemplateResult | typeof nothing {
    const { call } = this.state;
    if (!call) return nothing;
    if (call.third) return this.present(call.third);
    if (call.invitation) return this.looking(call.invitation);
    const disabled = call.phase !== "standing" || this.state.line !== "online";
    return html`<button type="button" class="kern-btn kern-btn--secondary" data-test="invite" ?disabled=${disabled} @click=${() => this.ask(call)}>
        ${sign("invite")}<span class="kern-label">${t("invite")}</span>
      </button>
      ${this.open ? this.dialog() : nothing}`;
  }

  private looking({ state, clerk, purpose }: InvitationView): TemplateResult {
    const name = colleagueName(this.state.colleagues, clerk);
    return html`<span class="invitation" role="status" data-test="invitation" data-state=${state}>
        ${badge("info", state === "offered" ? t("invite-offered", { name }) : t(`invite-looking-${purpose}`))}
      </span>
      ${button(t("invite-cancel"), () => this.desk?.invitations.cancel(), { test: "invite-cancel" })}`;
  }

  /** Only who can be a holder, and is seen, can have the call. */
  private present({ phase, guest_role }: ThirdView): TemplateResult | typeof nothing {
    if (guest_role === "interpreter") return nothing;
    return html`<button
      type="button"
      class="kern-btn kern-btn--secondary"
      data-test="hand-over"
      ?disabled=${phase !== "standing" || this.state.line !== "online"}
      @click=${() => void this.desk?.handOver()}
    >
      ${sign("hand-over")}<span class="kern-label">${t("hand-over")}</span>
    </button>`;
  }

  private dialog(): TemplateResult {
    return html`<dialog class="kern-dialog" aria-labelledby="invite-title" data-test="invite-dialog" @close=${() => this.shut()}>
      <header class="kern-dialog__header"><h2 class="kern-title kern-title--large" id="invite-title">${t("invite-title")}</h2></header>
      <section class="kern-dialog__body">
        ${this.choice("way", t("invite-whom"), ways, this.way, (way) => {
          this.way = way;
          if (way === "interpreter") this.purpose = "join";
        })}
        ${this.whom()}
        ${this.way === "interpreter"
          ? nothing
          : this.choice("purpose", t("invite-purpose"), purposes, this.purpose, (purpose) => {
              this.purpose = purpose;
            })}
        <p class="kern-body kern-body--small kern-body--muted">${t("invite-visible")}</p>
      </section>
      <footer class="kern-dialog__footer">
        ${button(t("end-cancel"), () => this.shut(), { test: "invite-dismiss" })}
        ${button(t("invite-confirm"), () => this.invite(), { kind: "primary", test: "invite-confirm", disabled: this.wanted() === null })}
      </footer>
    </dialog>`;
  }

  private choice<T extends string>(name: string, legend: string, all: readonly T[], chosen: T, choose: (one: T) => void): TemplateResult {
    return html`<fieldset class="kern-fieldset">
      <legend class="kern-label">${legend}</legend>
      <div class="kern-fieldset__body">
        ${all.map(
          (one) => html`<div class="kern-form-check">
            <input
              class="kern-form-check__radio"
              type="radio"
              name="invite-${name}"
              id="invite-${name}-${one}"
              data-test="invite-${name}-${one}"
              .checked=${chosen === one}
              @change=${() => {
                choose(one);
                this.requestUpdate();
              }}
            />
            <label class="kern-label" for="invite-${name}-${one}">${t(`invite-${name}-${one}`)}</label>
          </div>`,
        )}
      </div>
    </fieldset>`;
  }

  private whom(): TemplateResult {
    const { skills } = this;
    if (this.way === "skill") return this.skill.render();
    if (this.way === "interpreter") {
      const languages = [...new Set([this.state.call?.language ?? "", ...(skills?.languages ?? [])])].filter(Boolean);
      return select(
        "invite-language",
        t("queue-language"),
        languages.map((one) => [one, languageText(one)]),
        this.language,
        (language) => {
          this.language = language;
        },
      );
    }
    const people = skills?.colleagues ?? [];
    if (people.length === 0) return html`<p class="kern-body">${t("invite-no-colleagues")}</p>`;
    return select(
      "invite-clerk",
      t("invite-colleague"),
      people.map((one) => [one.clerk, one.display_name]),
      this.clerk,
      (clerk) => {
        this.clerk = clerk;
      },
    );
  }

  private wanted(): Wanted | null {
    const { purpose } = this;
    if (this.way === "interpreter") return { purpose: "join", role: "interpreter", language: this.language };
    if (this.way === "colleague") return this.clerk ? { purpose, clerk: this.clerk } : null;
    const { service, language, needs } = this.skill.wanted;
    return { purpose, service, language, needs: needs ?? this.state.call?.needs ?? [] };
  }

  private ask(call: CallView): void {
    this.language = call.language;
    void Skills.ofOffice().then((skills) => {
      this.skills = skills;
      this.clerk = skills.colleagues[0]?.clerk ?? "";
      this.skill.begin(skills, call);
    });
    this.show();
  }

  private invite(): void {
    const wanted = this.wanted();
    if (wanted) this.desk?.invitations.invite(wanted);
    this.shut();
  }
}

customElements.define("fernamt-invite", InviteView);
