/** The queues of all regions, live. Numbers of tickets only: nothing here is about a single clerk. */
import { html, nothing, type TemplateResult } from "lit";
import type { RegionStatistics } from "../generated/switchboard.ts";
import { clock, date, t } from "../words.ts";
import "./call-quality.ts";
import "./help.ts";
import { empty, loader } from "./parts.ts";
import "./statistics.ts";
import { Tick, View } from "./view.ts";

const columns = ["waiting", "longest_wait", "in_call", "clerks", "completed", "abandoned"] as const;
type Column = (typeof columns)[number];

/** Number 115's promise, the public benchmark: three in four answered within 30 s. Longer waits are marked. */
const LONG_WAIT_S = 30;

export class SupervisorView extends View {
  protected readonly tick = new Tick(this);

  override render(): TemplateResult {
    const { statistics } = this.state;
    return html`<section class="wide stack" aria-labelledby="supervisor-title">
      <header class="panel-head">
        <h1 class="kern-heading kern-heading-medium" id="supervisor-title">${t("supervisor-title")}</h1>
        ${statistics ? html`<p class="kern-body kern-body--muted">${t("supervisor-today", { date: date(statistics.message.today) })}</p>` : nothing}
      </header>
      <fernamt-help-list></fernamt-help-list>
      ${!statistics
        ? loader(t("supervisor-loading"))
        : statistics.message.regions.length === 0
          ? empty("booth", t("supervisor-empty"), t("supervisor-empty-text"), "supervisor-empty")
          : this.table(statistics.message.regions)}
      <fernamt-statistics></fernamt-statistics>
      <fernamt-call-quality></fernamt-call-quality>
    </section>`;
  }

  private table(regions: RegionStatistics[]): TemplateResult {
    const total = sum(regions);
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="supervisor-title">
        <table class="kern-table" data-test="supervisor-table">
          <thead>
            <tr class="kern-table__row">
              <th scope="col" class="kern-table__header">${t("column-region")}</th>
              ${columns.map((name) => html`<th scope="col" class="kern-table__header kern-table__header--numeric">${t(`column-${name}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${regions.map((region) => this.row(region.region, region.name, region))}
          </tbody>
          <tfoot>
            ${this.row("all", t("column-total"), total)}
          </tfoot>
        </table>
      </div>
      <p class="kern-body kern-body--small kern-body--muted">${t("supervisor-privacy")}</p>`;
  }

  private row(id: string, name: string, figures: Omit<RegionStatistics, "region" | "name">): TemplateResult {
    return html`<tr class="kern-table__row">
      <th scope="row" class="kern-table__cell">${name}</th>
      ${columns.map((column) => {
        const long = column === "longest_wait" && this.wait(figures) > LONG_WAIT_S;
        return html`<td class="kern-table__cell kern-table__cell--numeric digits ${long ? "long" : ""}" data-test="region-${id}-${column}">
          ${this.value(column, figures)}
        </td>`;
      })}
    </tr>`;
  }

  /** The longest wait goes on between two messages of the switchboard. */
  private wait(figures: Pick<RegionStatistics, "waiting" | "longest_wait_s">): number {
    if (figures.waiting === 0) return 0;
    return figures.longest_wait_s + (performance.now() - (this.state.statistics?.received_at ?? 0)) / 1000;
  }

  private value(column: Column, figures: Omit<RegionStatistics, "region" | "name">): string | TemplateResult {
    if (column === "longest_wait") return figures.waiting === 0 ? "–" : clock(this.wait(figures));
    if (column === "clerks") {
      const few = figures.clerks_available === null || figures.clerks_available === undefined;
      return few ? html`<span title=${t("few-clerks")}>–<span class="kern-sr-only">${t("few-clerks")}</span></span>` : String(figures.clerks_available);
    }
    const counts = { waiting: "waiting", in_call: "in_call", completed: "completed_today", abandoned: "abandoned_today" } as const;
    return String(figures[counts[column]]);
  }
}

function sum(regions: RegionStatistics[]): Omit<RegionStatistics, "region" | "name"> {
  const add = (pick: (region: RegionStatistics) => number): number => regions.reduce((all, region) => all + pick(region), 0);
  return {
    waiting: add((r) => r.waiting),
    in_call: add((r) => r.in_call),
    completed_today: add((r) => r.completed_today),
    abandoned_today: add((r) => r.abandoned_today),
    longest_wait_s: Math.max(0, ...regions.filter((r) => r.waiting > 0).map((r) => r.longest_wait_s)),
    // A clerk may serve several regions, so the regions' counts cannot be added up.
    clerks_available: null,
  };
}

customElements.define("fernamt-supervisor", SupervisorView);
