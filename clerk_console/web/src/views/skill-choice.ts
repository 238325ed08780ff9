/** Choosing the skill somebody else should have: service, language, needs; those of the call to begin with. */
import { html, type TemplateResult } from "lit";
import type { Skills } from "../skills.ts";
import type { CallView } from "../state.ts";
import { t } from "../words.ts";
import { languageText, needText, select } from "./parts.ts";

type Skill = Pick<CallView, "service" | "language" | "needs">;

export class SkillChoice {
  private readonly name: string;
  private readonly changedNow: () => void;
  private skills: Skills | null = null;
  private before: Skill = { service: "", language: "", needs: [] };
  private chosen: Skill = this.before;

  /** `name`: what the fields' ids begin with. */
  constructor(name: string, changed: () => void) {
    this.name = name;
    this.changedNow = changed;
  }

  begin(skills: Skills, { service, language, needs }: Skill): void {
    this.skills = skills;
    this.before = this.chosen = { service, language, needs };
    this.changedNow();
  }

  get changed(): boolean {
    const { service, language, needs } = this.wanted;
    return service !== null || language !== null || needs !== null;
  }

  /** What is null stays as it is. */
  get wanted(): { service: string | null; language: string | null; needs: string[] | null } {
    const { before, chosen } = this;
    const sameNeeds = [...before.needs].sort().join() === [...chosen.needs].sort().join();
    return {
      service: chosen.service === before.service ? null : chosen.service,
      language: chosen.language === before.language ? null : chosen.language,
      needs: sameNeeds ? null : chosen.needs,
    };
  }

  render(): TemplateResult {
    const { skills, before, chosen, name } = this;
    const with_ = (own: string, others: string[] = []): string[] => [...new Set([own, ...others])].filter(Boolean);
    const needs = [...new Set([...before.needs, ...(skills?.needs ?? [])])];
    return html`<div class="skill" data-test="${name}-skill">
      ${select(
        `${name}-service`,
        t("queue-service"),
        with_(before.service, skills?.services).map((one) => [one, t(`service-${one}`)]),
        chosen.service,
        (service) => this.choose({ service }),
      )}
      ${select(
        `${name}-language`,
        t("queue-language"),
        with_(before.language, skills?.languages).map((one) => [one, languageText(one)]),
        chosen.language,
        (language) => this.choose({ language }),
      )}
      ${needs.length === 0
        ? ""
        : html`<fieldset class="kern-fieldset">
            <legend class="kern-label kern-label--small">${t("needs")}</legend>
            <div class="kern-fieldset__body">${needs.map((need) => this.need(need))}</div>
          </fieldset>`}
    </div>`;
  }

  private need(need: string): TemplateResult {
    const id = `${this.name}-need-${need}`;
    const { needs } = this.chosen;
    const toggled = needs.includes(need) ? needs.filter((one) => one !== need) : [...needs, need];
    return html`<div class="kern-form-check">
      <input
        class="kern-form-check__checkbox"
        type="checkbox"
        id=${id}
        data-test=${id}
        .checked=${needs.includes(need)}
        @change=${() => this.choose({ needs: toggled })}
      />
      <label class="kern-label" for=${id}>${needText(need)}</label>
    </div>`;
  }

  private choose(change: Partial<Skill>): void {
    this.chosen = { ...this.chosen, ...change };
    this.changedNow();
  }
}
