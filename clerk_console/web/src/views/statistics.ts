/** Days, weeks and months: what came, how long people waited, and how the work went. */
import { html, nothing, type TemplateResult } from "lit";
import { ApiError } from "../api.ts";
import {
  appointments,
  appointmentTable,
  moved,
  period,
  statistics,
  table,
  today,
  type AppointmentFigures,
  type AppointmentStatistics,
  type Figures,
  type Part,
  type Period,
  type Span,
  type Statistics,
} from "../statistics.ts";
import { clock, date, has, number, t } from "../words.ts";
import "./chart.ts";
import { alert, button, empty, loader } from "./parts.ts";
import "./staffing.ts";
import { View } from "./view.ts";

const spans = ["day", "week", "month"] as const;
/** What the lines are told apart by; `time`: hours of a day, days of a week or month. */
const breakdowns = ["time", "hour", "region", "service"] as const;
type Breakdown = (typeof breakdowns)[number];

const columns = [
  "arrivals",
  "answered",
  "service_level",
  "abandonment",
  "wait_median_s",
  "wait_p90_s",
  "wait_longest_s",
  "handling_s",
  "wrap_up_s",
  "occupancy",
] as const;
type Column = (typeof columns)[number];
const shares = new Set<Column>(["service_level", "abandonment", "occupancy"]);
const aboutClerks = new Set<Column>(["handling_s", "wrap_up_s", "occupancy"]);

const appointmentColumns = ["booked", "moved", "cancelled", "in_time", "late", "no_show", "attended"] as const;

type Found = Record<"lines" | "total", Statistics> & { appointments: Record<"lines" | "total", AppointmentStatistics> };

export class StatisticsView extends View {
  private span: Span = "week";
  private day = today();
  private breakdown: Breakdown = "time";
  private region = "";
  private found: Found | null = null;
  private error: string | null = null;
  private asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const { from, to } = period(this.span, this.day);
    const when = from === to ? date(from) : t("days-between", { first: date(from), last: date(to) });
    return html`<section class="wide stack calls" aria-labelledby="statistics-title">
        <header class="panel-head">
          <h2 class="kern-heading kern-heading-medium" id="statistics-title">${t("statistics-title")}</h2>
          <p class="kern-body kern-body--muted digits" aria-live="polite" data-test="statistics-period">${when}</p>
        </header>
        <div class="choices">
          ${this.choice("span", spans, this.span, (value) => (this.span = value))} ${this.dayChoice()}
          ${this.choice("by", breakdowns, this.breakdown, (value) => (this.breakdown = value))} ${this.regionChoice()}
        </div>
        ${this.content()}
      </section>
      <fernamt-staffing></fernamt-staffing>`;
  }

  private choice<T extends string>(name: string, all: readonly T[], chosen: T, choose: (value: T) => void): TemplateResult {
    return this.select(name, all.map((one) => [one, t(`statistics-${name}-${one}`)] as const), chosen, (value) => choose(value as T));
  }

  private regionChoice(): TemplateResult | typeof nothing {
    const regions = this.state.account?.staff.regions ?? [];
    if (regions.length < 2) return nothing;
    const all = [["", t("statistics-all-regions")] as const, ...regions.map((one) => [one, this.regionName(one)] as const)];
    return this.select("region", all, this.region, (value) => (this.region = value));
  }

  private select(name: string, all: (readonly [string, string])[], chosen: string, choose: (value: string) => void): TemplateResult {
    return html`<div class="kern-form-input">
      <label class="kern-label" for="statistics-${name}">${t(`statistics-${name}`)}</label>
      <div class="kern-form-input__select-wrapper">
        <select
          class="kern-form-input__select"
          id="statistics-${name}"
          data-test="statistics-${name}"
          @change=${(event: Event) => this.change(() => choose((event.target as HTMLSelectElement).value))}
        >
          ${all.map(([value, label]) => html`<option value=${value} ?selected=${value === chosen}>${label}</option>`)}
        </select>
      </div>
    </div>`;
  }

  private dayChoice(): TemplateResult {
    const step = (by: number) => this.change(() => (this.day = moved(this.span, this.day, by)));
    return html`<div class="kern-form-input">
        <label class="kern-label" for="statistics-day">${t("statistics-day")}</label>
        <input
          class="kern-form-input__input"
          type="date"
          id="statistics-day"
          data-test="statistics-day"
          required
          max=${today()}
          .value=${this.day}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLInputElement;
            if (value) this.change(() => (this.day = value));
          }}
        />
      </div>
      <div class="steps">
        ${button(t("statistics-earlier"), () => step(-1), { test: "statistics-earlier" })}
        ${button(t("statistics-later"), () => step(1), { test: "statistics-later", disabled: period(this.span, this.day).to >= today() })}
      </div>`;
  }

  private change(how: () => void): void {
    how();
    void this.load();
  }

  private content(): TemplateResult {
    if (this.error) return alert("danger", t("statistics-failed"), t(this.error), { test: "statistics-error" });
    if (!this.found) return loader(t("loading"));
    return html`${this.visits(this.found)} ${this.appointments(this.found.appointments)}`;
  }

  private visits({ lines, total }: Found): TemplateResult {
    const all = total.lines[0];
    if (!all || (all.arrivals === 0 && all.clerk_hours === null)) {
      return empty("booth", t("statistics-empty"), t("statistics-empty-text"), "statistics-empty");
    }
    const names = lines.lines.map((line) => this.name(line));
    return html`<fernamt-chart .lines=${lines.lines} .names=${lines.lines.map((line) => this.name(line, true))}></fernamt-chart>
      ${this.table(lines.lines, names, all)}
      <p>${button(t("statistics-download"), () => void this.download("statistics", table, [this.column()]), { icon: "download", test: "statistics-csv" })}</p>
      <p class="kern-body kern-body--small kern-body--muted">
        ${t("statistics-explained", { within: total.within_s })} ${t("statistics-privacy", { minimum: total.minimum_group_size })}
      </p>`;
  }

  private appointments({ lines, total }: Found["appointments"]): TemplateResult {
    const all = total.lines[0];
    const none = !all || appointmentColumns.every((name) => all[name] === 0);
    return html`<section class="stack" aria-labelledby="appointments-title" data-test="appointments">
      <h3 class="kern-title" id="appointments-title">${t("appointments-title")}</h3>
      ${none
        ? html`<p class="kern-body" data-test="appointments-empty">${t("appointments-empty")}</p>`
        : html`${this.appointmentTable(lines.lines, all)}
            <p>
              ${button(t("statistics-download"), () => void this.download("appointments", appointmentTable, this.parts()), { icon: "download", test: "appointments-csv" })}
            </p>
            <p class="kern-body kern-body--small kern-body--muted">${t("appointments-explained", { minimum: total.minimum_group_size })}</p>`}
    </section>`;
  }

  private appointmentTable(lines: AppointmentFigures[], total: AppointmentFigures): TemplateResult {
    const row = (name: string, line: AppointmentFigures) => html`<tr class="kern-table__row">
      <th scope="row" class="kern-table__cell">${name}</th>
      ${appointmentColumns.map((column) => html`<td class="kern-table__cell kern-table__cell--numeric digits">${ofFew(line[column])}</td>`)}
    </tr>`;
    const [part] = this.parts();
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="appointments-title">
      <table class="kern-table" data-test="appointments-table">
        <caption class="kern-sr-only">${t("appointments-title")}</caption>
        <thead>
          <tr class="kern-table__row">
            <th scope="col" class="kern-table__header">${part ? t(`statistics-column-${part}`) : t("statistics-span")}</th>
            ${appointmentColumns.map((name) => html`<th scope="col" class="kern-table__header kern-table__header--numeric">${t(`appointments-${name}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${lines.map((line) => row(this.name({ hour: null, ...line }), line))}
        </tbody>
        <tfoot>
          ${row(t("statistics-total"), total)}
        </tfoot>
      </table>
    </div>`;
  }

  /** Appointments are counted by day, not by hour. */
  private parts(): Exclude<Part, "hour">[] {
    const column = this.column();
    return column === "hour" ? [] : [column];
  }

  private table(lines: Figures[], names: string[], total: Figures): TemplateResult {
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="statistics-title">
      <table class="kern-table" data-test="statistics-table">
        <caption class="kern-sr-only">${t("statistics-title")}</caption>
        <thead>
          <tr class="kern-table__row">
            <th scope="col" class="kern-table__header">${t(`statistics-column-${this.column()}`)}</th>
            ${columns.map((name) => html`<th scope="col" class="kern-table__header kern-table__header--numeric">${t(`statistics-${name}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${lines.map((line, index) => this.row(names[index] ?? "", line))}
        </tbody>
        <tfoot>
          ${this.row(t("statistics-total"), total)}
        </tfoot>
      </table>
    </div>`;
  }

  private row(name: string, line: Figures): TemplateResult {
    return html`<tr class="kern-table__row">
      <th scope="row" class="kern-table__cell">${name}</th>
      ${columns.map((column) => html`<td class="kern-table__cell kern-table__cell--numeric digits">${value(column, line)}</td>`)}
    </tr>`;
  }

  private column(): Part {
    if (this.breakdown !== "time") return this.breakdown;
    return this.span === "day" ? "hour" : "day";
  }

  private name(line: Pick<Figures, Part>, short = false): string {
    if (line.day !== null) return short ? `${Number(line.day.slice(8))}` : date(line.day);
    if (line.hour !== null) return short ? `${line.hour}` : t("statistics-hour", { from: line.hour, to: line.hour + 1 });
    if (line.region !== null) return this.regionName(line.region);
    const service = `service-${line.service}`;
    return has(service) ? t(service) : (line.service ?? "");
  }

  private regionName(id: string): string {
    return this.state.statistics?.message.regions.find((one) => one.region === id)?.name ?? id;
  }

  private async load(): Promise<void> {
    const mine = ++this.asked;
    this.error = null;
    this.requestUpdate();
    try {
      const asked = period(this.span, this.day);
      const region = this.region || null;
      const parts = this.parts();
      const [lines, total, booked] = await Promise.all([
        statistics(asked, [this.column()], region),
        statistics(asked, [], region),
        appointments(asked, [], region),
      ]);
      const told = parts.length ? await appointments(asked, parts, region) : { ...booked, lines: [] };
      if (mine === this.asked) this.found = { lines, total, appointments: { lines: told, total: booked } };
    } catch (error) {
      if (mine === this.asked) this.error = error instanceof ApiError ? `error-${error.error}` : "error-internal_error";
    }
    this.requestUpdate();
  }

  private async download<P extends Part>(name: string, of: (asked: Period, by: P[], region: string | null) => Promise<Blob>, by: P[]): Promise<void> {
    const asked = period(this.span, this.day);
    try {
      const address = URL.createObjectURL(await of(asked, by, this.region || null));
      const link = Object.assign(document.createElement("a"), { href: address, download: `${name}-${asked.from}-${asked.to}.csv` });
      link.click();
      URL.revokeObjectURL(address);
    } catch (error) {
      this.error = error instanceof ApiError ? `error-${error.error}` : "error-internal_error";
      this.requestUpdate();
    }
  }
}

function ofFew(found: number | null): string | TemplateResult {
  if (found !== null) return number(found);
  return html`<span title=${t("few-appointments")}>–<span class="kern-sr-only">${t("few-appointments")}</span></span>`;
}

function value(column: Column, line: Figures): string | TemplateResult {
  const found = line[column];
  if (found === null) {
    if (!aboutClerks.has(column)) return "–";
    return html`<span title=${t("few-clerks")}>–<span class="kern-sr-only">${t("few-clerks")}</span></span>`;
  }
  if (shares.has(column)) return t("unit-percent", { value: number(found * 100) });
  return column.endsWith("_s") ? clock(Math.round(found)) : number(found);
}

customElements.define("fernamt-statistics", StatisticsView);
