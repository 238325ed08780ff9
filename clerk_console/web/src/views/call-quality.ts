/** How good the calls were, by booth and period: medians and tenths of many calls, never one alone. */
import { html, type TemplateResult } from "lit";
import * as api from "../api.ts";
import { DIRECTIONS, type Direction } from "../quality.ts";
import { date, number, t } from "../words.ts";
import { alert, empty, loader } from "./parts.ts";
import { View } from "./view.ts";

const periods: api.QualityPeriod[] = ["day", "week", "month"];

/** How figures are written: factor, digits, unit. */
const PERCENT = [100, 1, "unit-percent"] as const;
const MS = [1, 0, "unit-ms"] as const;
type Unit = readonly [factor: number, digits: number, unit: string | null];

/** The columns about a direction. */
const columns: Record<"fps" | "frozen_share" | "concealed_share" | "mouth_to_ear_ms" | "loss", Unit> = {
  fps: [1, 1, null],
  frozen_share: PERCENT,
  concealed_share: PERCENT,
  mouth_to_ear_ms: MS,
  loss: PERCENT,
};
const names = Object.keys(columns) as (keyof typeof columns)[];

export class CallQualityView extends View {
  private period: api.QualityPeriod = "day";
  private direction: Direction = "to_clerk";
  private overview: api.QualityOverview | null = null;
  private error: string | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    return html`<section class="wide stack calls" aria-labelledby="calls-title">
      <header class="panel-head">
        <h2 class="kern-heading kern-heading-medium" id="calls-title">${t("calls-title")}</h2>
        ${this.choices()}
      </header>
      ${this.content()}
    </section>`;
  }

  private choices(): TemplateResult {
    return html`<div class="choices">
      ${this.choice("period", periods, this.period, (value) => {
        this.period = value;
        void this.load();
      })}
      ${this.choice("direction", DIRECTIONS, this.direction, (value) => {
        this.direction = value;
        this.requestUpdate();
      })}
    </div>`;
  }

  private choice<T extends string>(name: string, all: readonly T[], chosen: T, choose: (value: T) => void): TemplateResult {
    return html`<div class="kern-form-input">
      <label class="kern-label" for="calls-${name}">${t(`calls-${name}`)}</label>
      <div class="kern-form-input__select-wrapper">
        <select
          class="kern-form-input__select"
          id="calls-${name}"
          data-test="calls-${name}"
          @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}
        >
          ${all.map((one) => html`<option value=${one} ?selected=${one === chosen}>${t(name === "period" ? `calls-period-${one}` : `calls-${one}`)}</option>`)}
        </select>
      </div>
    </div>`;
  }

  private content(): TemplateResult {
    const { overview } = this;
    if (this.error) return alert("danger", t("calls-failed"), t(this.error), { test: "calls-error" });
    if (!overview) return loader(t("loading"));
    const { kept_days: days, minimum_calls: calls, minimum_clerks: clerks } = overview;
    const privacy = html`<p class="kern-body kern-body--small kern-body--muted">${t("calls-privacy", { days, calls, clerks })}</p>`;
    if (overview.groups.length === 0) return html`${empty("booth", t("calls-empty"), t("calls-empty-text"), "calls-empty")} ${privacy}`;
    return html`<p class="kern-body kern-body--small">${t("calls-intro")}</p>
      ${this.table(overview.groups)}
      <p><a class="kern-link" href=${api.callQualityTable(this.period)} download data-test="calls-csv">${t("calls-table")}</a></p>
      ${privacy}`;
  }

  private table(groups: api.QualityGroup[]): TemplateResult {
    const numeric = ["calls", "broken", "set_up_ms", ...names] as const;
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="calls-title">
      <table class="kern-table" data-test="calls-table">
        <thead>
          <tr class="kern-table__row">
            ${["site", "when"].map((name) => html`<th scope="col" class="kern-table__header">${t(`column-${name}`)}</th>`)}
            ${numeric.map((name) => html`<th scope="col" class="kern-table__header kern-table__header--numeric">${t(`column-${name}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${groups.map((group) => this.row(group, numeric.length))}
        </tbody>
      </table>
    </div>`;
  }

  private row({ booth, site, first, last, quality }: api.QualityGroup, width: number): TemplateResult {
    const when = first === last ? date(first) : t("days-between", { first: date(first), last: date(last) });
    return html`<tr class="kern-table__row" data-test="calls-${booth}-${first}">
      <th scope="row" class="kern-table__cell">${site}</th>
      <td class="kern-table__cell digits">${when}</td>
      ${quality
        ? [
            cell(String(quality.calls)),
            cell(String(quality.broken)),
            cell(spread(quality.call.set_up_ms, MS)),
            ...names.map((name) => cell(spread(quality[this.direction][name], columns[name]))),
          ]
        : html`<td class="kern-table__cell few" colspan=${width}>${t("calls-too-few")}</td>`}
    </tr>`;
  }

  private async load(): Promise<void> {
    const { period } = this;
    this.error = null;
    try {
      const overview = await api.callQuality(period);
      if (period === this.period) this.overview = overview;
    } catch (error) {
      this.error = error instanceof api.ApiError ? `error-${error.error}` : "error-internal_error";
    }
    this.requestUpdate();
  }
}

function cell(text: string): TemplateResult {
  return html`<td class="kern-table__cell kern-table__cell--numeric digits">${text}</td>`;
}

function spread(of: api.Spread | undefined, [factor, digits, unit]: Unit): string {
  if (!of) return "–";
  const [median, tenth] = [of.median, of.tenth].map((value) => number(value * factor, digits));
  const value = t("calls-spread", { median: median!, tenth: tenth! });
  return unit ? t(unit, { value }) : value;
}

customElements.define("fernamt-call-quality", CallQualityView);
