/** What if: so many citizens and clerks in each region, apart or together. The switchboard's model answers. */
import { html, nothing, type TemplateResult } from "lit";
import { ApiError } from "../api.ts";
import { ago, staffing, statistics, today, type Desk, type Outcome, type Staffing } from "../statistics.ts";
import { clock, number, t } from "../words.ts";
import { alert, loader } from "./parts.ts";
import { View } from "./view.ts";

/** The past weeks that the sliders begin with. */
const LOOK_BACK_DAYS = 28;
const USUAL_PER_HOUR = 12;
const USUAL_HANDLING_MIN = 8;
const USUAL_PATIENCE_MIN = 10;
/** Number 115's promise: three in four within 30 s. */
const LEVEL = 0.75;
const WITHIN_S = 30;
/** From this occupancy on the long run says less than an hour shows (docs/statistics.md). */
const FULL = 0.9;
/** After the last movement of a slider. */
const SETTLE_MS = 250;
/** As many as the switchboard works out at once. */
const MOST_REGIONS = 20;

export class StaffingView extends View {
  private desks: Desk[] = [];
  private handling = USUAL_HANDLING_MIN;
  private patience = USUAL_PATIENCE_MIN;
  private fromPast = false;
  private found: Staffing | null = null;
  private error: string | null = null;
  private timer = 0;
  private asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
  }

  override render(): TemplateResult {
    return html`<section class="wide stack calls" aria-labelledby="staffing-title">
      <header class="panel-head"><h2 class="kern-heading kern-heading-medium" id="staffing-title">${t("staffing-title")}</h2></header>
      <p class="kern-body">${t("staffing-intro")} ${this.desks.length > 0 ? t(this.fromPast ? "staffing-from-past" : "staffing-usual") : nothing}</p>
      ${this.desks.length === 0
        ? loader(t("loading"))
        : html`<div class="choices sliders">
              ${this.slider("handling", t("staffing-handling"), this.handling, 1, 60, (value) => (this.handling = value))}
              ${this.slider("patience", t("staffing-patience"), this.patience, 1, 60, (value) => (this.patience = value))}
            </div>
            ${this.table()} ${this.summary()}`}
    </section>`;
  }

  private slider(id: string, label: string, value: number, min: number, max: number, set: (value: number) => void): TemplateResult {
    return html`<div class="slider">
      <label class="kern-label" for="staffing-${id}">${label}</label>
      <span class="range">${this.range(id, value, min, max, set)}<output for="staffing-${id}" class="digits">${t("unit-minutes", { value: number(value) })}</output></span>
    </div>`;
  }

  private range(id: string, value: number, min: number, max: number, set: (value: number) => void, label: string | null = null): TemplateResult {
    return html`<input
      type="range"
      id="staffing-${id}"
      data-test="staffing-${id}"
      aria-label=${label ?? nothing}
      min=${min}
      max=${max}
      step="1"
      .value=${String(value)}
      @input=${(event: Event) => {
        set(Number((event.target as HTMLInputElement).value));
        this.requestUpdate();
        this.settle();
      }}
    />`;
  }

  private table(): TemplateResult {
    const head = ["region", "per-hour", "clerks", "level", "wait", "abandoned", "busy", "needed"];
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="staffing-title">
      <table class="kern-table" data-test="staffing-table">
        <thead>
          <tr class="kern-table__row">
            ${head.map((name, index) => html`<th scope="col" class="kern-table__header ${index > 2 ? "kern-table__header--numeric" : ""}">${t(`staffing-column-${name}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.desks.map((desk, index) => this.row(desk, this.found?.separate[index] ?? null))}
        </tbody>
        ${this.found && this.desks.length > 1
          ? html`<tfoot>
              ${this.totals(t("staffing-separate"), this.found.sum_of_separate)} ${this.totals(t("staffing-pooled"), this.found.pooled)}
            </tfoot>`
          : nothing}
      </table>
    </div>`;
  }

  private row(desk: Desk, outcome: Outcome | null): TemplateResult {
    const name = this.name(desk.region);
    return html`<tr class="kern-table__row">
      <th scope="row" class="kern-table__cell">${name}</th>
      ${(["per_hour", "clerks"] as const).map((field) => {
        const label = `${t(field === "clerks" ? "staffing-column-clerks" : "staffing-column-per-hour")}, ${name}`;
        const most = Math.max(field === "clerks" ? 40 : 120, desk[field]);
        return html`<td class="kern-table__cell">
          <span class="range">
            ${this.range(`${desk.region}-${field}`, desk[field], 0, most, (value) => (desk[field] = value), label)}
            <output for="staffing-${desk.region}-${field}" class="digits">${number(desk[field])}</output>
          </span>
        </td>`;
      })}
      ${cells(outcome)}
    </tr>`;
  }

  private totals(name: string, outcome: Outcome): TemplateResult {
    const citizens = this.desks.reduce((sum, desk) => sum + desk.per_hour, 0);
    return html`<tr class="kern-table__row">
      <th scope="row" class="kern-table__cell">${name}</th>
      <td class="kern-table__cell digits">${number(citizens)}</td>
      <td class="kern-table__cell digits">${number(outcome.clerks)}</td>
      ${cells(outcome)}
    </tr>`;
  }

  private summary(): TemplateResult {
    if (this.error) return alert("danger", t("staffing-failed"), t(this.error), { test: "staffing-error" });
    const { found } = this;
    if (!found) return loader(t("loading"));
    const words = {
      apart: number(found.sum_of_separate.service_level * 100),
      together: number(found.pooled.service_level * 100),
      within: WITHIN_S,
      level: number(LEVEL * 100),
      needed: found.pooled.needed,
      more: found.sum_of_separate.needed,
    };
    return html`<p class="kern-body" role="status" data-test="staffing-summary">
        ${t(this.desks.length > 1 ? "staffing-summary" : "staffing-summary-one", words)}
        ${[...found.separate, found.pooled].some((one) => one.occupancy >= FULL)
          ? html`<span data-test="staffing-full">${t("staffing-full", { busy: number(FULL * 100) })}</span>`
          : nothing}
      </p>
      <p class="kern-body kern-body--small kern-body--muted">${t("staffing-model")}</p>`;
  }

  private name(id: string): string {
    return this.state.statistics?.message.regions.find((one) => one.region === id)?.name ?? id;
  }

  /** Begin with the busiest hour of the past weeks, and as many clerks as it would have needed. */
  private async begin(): Promise<void> {
    const regions = (this.state.account?.staff.regions ?? []).slice(0, MOST_REGIONS);
    const perHour = new Map<string, number>();
    try {
      const past = { from: ago(today(), LOOK_BACK_DAYS), to: ago(today(), 1) };
      const [byHour, byDay] = await Promise.all([statistics(past, ["region", "hour"], null), statistics(past, ["day"], null)]);
      const days = byDay.lines.filter((line) => line.arrivals > 0).length;
      for (const line of byHour.lines) {
        const mean = line.arrivals / Math.max(days, 1);
        if (line.region !== null) perHour.set(line.region, Math.max(perHour.get(line.region) ?? 0, mean));
      }
      const worked = byDay.lines.filter((line) => line.handling_s !== null);
      if (worked.length > 0) {
        const seconds = worked.reduce((sum, line) => sum + (line.handling_s ?? 0) + (line.wrap_up_s ?? 0), 0) / worked.length;
        this.handling = Math.min(Math.max(Math.round(seconds / 60), 1), 60);
      }
    } catch {
      // The sliders begin with usual numbers; the statistics above have told the error.
    }
    this.fromPast = perHour.size > 0;
    this.desks = regions.map((region) => {
      const wanted = Math.round(perHour.get(region) ?? (this.fromPast ? 0 : USUAL_PER_HOUR));
      return { region, per_hour: wanted, clerks: wanted === 0 ? 0 : Math.ceil((wanted * this.handling) / 60) + 1 };
    });
    await this.ask();
  }

  private settle(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), SETTLE_MS);
  }

  private async ask(): Promise<void> {
    const mine = ++this.asked;
    if (this.desks.length === 0) return;
    try {
      const found = await staffing({
        desks: this.desks,
        handling_s: this.handling * 60,
        patience_s: this.patience * 60,
        level: LEVEL,
        within_s: WITHIN_S,
      });
      if (mine !== this.asked) return;
      [this.found, this.error] = [found, null];
    } catch (error) {
      if (mine === this.asked) this.error = error instanceof ApiError ? `error-${error.error}` : "error-internal_error";
    }
    this.requestUpdate();
  }
}

function cells(outcome: Outcome | null): TemplateResult[] {
  const percent = (share: number): string => t("unit-percent", { value: number(share * 100) });
  const texts = outcome
    ? [
        percent(outcome.service_level),
        clock(Math.round(outcome.wait_mean_s)),
        percent(outcome.abandonment),
        percent(outcome.occupancy),
        number(outcome.needed),
      ]
    : ["–", "–", "–", "–", "–"];
  return texts.map((text) => html`<td class="kern-table__cell kern-table__cell--numeric digits">${text}</td>`);
}

customElements.define("fernamt-staffing", StaffingView);
