/** How good the call is: a word and a sign on the citizen's picture, and on demand what it is made of. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { DELAY_FAIR_MS, DIRECTIONS, FPS_FAIR, LOSS_NAMED, type Direction, type Finding, type Grade, type Reception, type Sample } from "../quality.ts";
import type { CallQuality } from "../state.ts";
import { number, t } from "../words.ts";
import { graph, type Graph } from "./graph.ts";
import { icon } from "./parts.ts";
import { View } from "./view.ts";

/** Seconds between two rows of the table that stands beside the graphs. */
const ROW_EVERY = 10;

/** The worst ones; all the rest is in the figures. */
const FINDINGS_SHOWN = 3;

/** A bar more for each grade, and a mark for the worst: told apart without colour. */
const bars: Record<Grade, TemplateResult> = {
  good: svg`<path d="M4 20v-5M12 20V10M20 20V4" />`,
  fair: svg`<path d="M4 20v-5M12 20V10" /><path class="off" d="M20 20V4" />`,
  poor: svg`<path d="M4 20v-5" /><path class="off" d="M12 20V10" /><path d="M20 13V4M20 20v-.5" />`,
};

const percent = (share: number, digits = 1): string => t("unit-percent", { value: number(share * 100, digits) });
const ms = (value: number): string => t("unit-ms", { value: number(value) });
const bitrate = (bits: number): string =>
  bits >= 1e6 ? t("unit-megabits", { value: number(bits / 1e6, 1) }) : t("unit-kilobits", { value: number(bits / 1e3) });

/** The figures of one direction, as people read them; null where nothing is known. */
const figures: [string, (one: Reception) => string | null][] = [
  ["figure-fps", ({ fps }) => number(fps)],
  ["figure-size", ({ width, height }) => (width > 0 ? `${width} × ${height}` : null)],
  ["figure-freezes", ({ freezes, frozen_s }) => t("freezes", { count: freezes, seconds: number(frozen_s, 1) })],
  ["figure-concealed", ({ concealed }) => known(concealed, percent)],
  ["figure-delay", ({ mouth_to_ear_ms }) => known(mouth_to_ear_ms, ms)],
  ["figure-offset", ({ sync_offset_ms }) => known(sync_offset_ms, offset)],
  ["figure-loss", ({ loss }) => known(loss, percent)],
  ["figure-jitter", ({ jitter_ms }) => known(jitter_ms, ms)],
  ["figure-bitrate", (one) => known(one.bitrate, bitrate)],
];

function known(value: number | null, write: (value: number) => string): string | null {
  return value === null ? null : write(value);
}

function offset(value: number): string {
  const rounded = Math.round(value);
  return rounded === 0 ? ms(0) : t(rounded > 0 ? "sound-behind" : "sound-before", { ms: ms(Math.abs(rounded)) });
}

function graphs(): Graph[] {
  return [
    { title: t("figure-fps"), value: (one, to) => one[to]?.fps ?? null, write: (fps) => number(fps), least: 30, limit: FPS_FAIR },
    { title: t("figure-loss"), value: (one, to) => one[to]?.loss ?? null, write: percent, least: 0.1, limit: LOSS_NAMED },
    { title: t("figure-delay"), value: (one, to) => one[to]?.mouth_to_ear_ms ?? null, write: ms, least: 300, limit: DELAY_FAIR_MS },
  ];
}

function said({ direction, fault, cause }: Finding): string {
  return [t(`quality-${direction}-${fault}`), cause ? t(`quality-cause-${cause}`) : ""].join(" ").trim();
}

export class QualityView extends View {
  private open = false;

  override render(): TemplateResult | typeof nothing {
    const { quality, call } = this.state;
    if (!quality || !call) return nothing;
    const { findings } = quality.judgement;
    const grade = call.reconnecting ? "poor" : quality.judgement.grade;
    const [worst] = findings;
    const reason = call.reconnecting ? t("quality-interrupted") : worst ? said(worst) : "";
    return html`
      <span class="kern-sr-only" role="status">${grade === "good" ? "" : t(`quality-${grade}`)}</span>
      <button
        type="button"
        class="quality ${grade}"
        aria-expanded=${this.open}
        aria-controls="quality-panel"
        data-test="quality"
        data-grade=${grade}
        @click=${() => this.show(!this.open)}
      >
        <svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${bars[grade]}</svg>
        <span class="quality-word">${t(`quality-${grade}`)}</span>
        ${reason ? html`<span class="quality-reason">${reason}</span>` : nothing}
      </button>
      ${this.open ? this.panel(quality, findings) : nothing}
    `;
  }

  private panel({ samples }: CallQuality, findings: Finding[]): TemplateResult {
    const latest = samples.at(-1);
    return html`<section
      class="quality-panel"
      id="quality-panel"
      aria-labelledby="quality-title"
      data-test="quality-panel"
      @keydown=${(event: KeyboardEvent) => this.key(event)}
    >
      <header class="panel-head">
        <h2 class="kern-title kern-title--small" id="quality-title" tabindex="-1">${t("quality-title")}</h2>
        <button type="button" class="dismiss" aria-label=${t("quality-close")} data-test="quality-close" @click=${() => this.show(false)}>
          ${icon("close")}
        </button>
      </header>
      <div class="quality-body" tabindex="0" role="group" aria-labelledby="quality-title">
        ${findings.length === 0
          ? html`<p class="kern-body kern-body--small">${t("quality-no-findings")}</p>`
          : html`<ul class="findings">
              ${findings.slice(0, FINDINGS_SHOWN).map((one) => html`<li class=${one.grade}>${said(one)}</li>`)}
            </ul>`}
        ${latest ? this.figures(latest) : nothing}
        ${this.legend()} ${graphs().map((one) => graph(one, samples))} ${this.table(samples)}
      </div>
    </section>`;
  }

  private figures(latest: Sample): TemplateResult {
    return html`<table class="figures" data-test="quality-figures">
      <thead>
        <tr>
          <td></td>
          ${DIRECTIONS.map((direction) => html`<th scope="col">${t(`direction-${direction}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${figures.map(
          ([name, write]) => html`<tr>
            <th scope="row">${t(name)}</th>
            ${DIRECTIONS.map((direction) => this.cell(latest[direction], write))}
          </tr>`,
        )}
        <tr>
          <th scope="row">${t("figure-round-trip")}</th>
          <td colspan="2" class="digits">${known(latest.round_trip_ms, ms) ?? "–"}</td>
        </tr>
      </tbody>
    </table>`;
  }

  private cell(one: Reception | null, write: (one: Reception) => string | null): TemplateResult {
    const text = one && write(one);
    return html`<td class="digits">${text ?? html`<span aria-hidden="true">–</span><span class="kern-sr-only">${t("not-known")}</span>`}</td>`;
  }

  private legend(): TemplateResult {
    return html`<h3 class="kern-label" id="quality-course">${t("quality-course")}</h3>
      <p class="legend" aria-hidden="true">
        ${DIRECTIONS.map(
          (direction) => html`<span>
            <svg viewBox="0 0 32 8"><path class=${direction} d="M0 4H32" /></svg>${t(`direction-${direction}`)}
          </span>`,
        )}
        <span><svg viewBox="0 0 32 8"><path class="limit" d="M0 4H32" /></svg>${t("graph-limit")}</span>
      </p>`;
  }

  /** The graphs in figures, every ten seconds, the latest first. */
  private table(samples: Sample[]): TemplateResult {
    const rows = samples.filter((_, index) => (samples.length - 1 - index) % ROW_EVERY === 0).reverse();
    const columns = graphs().flatMap((one) => DIRECTIONS.map((direction): [Graph, Direction] => [one, direction]));
    return html`<details data-test="quality-table">
      <summary>${t("quality-as-table")}</summary>
      <div class="quality-rows" tabindex="0" role="group" aria-labelledby="quality-course">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col" rowspan="2">${t("seconds-ago")}</th>
              ${graphs().map((one) => html`<th scope="colgroup" colspan=${DIRECTIONS.length}>${one.title}</th>`)}
            </tr>
            <tr>
              ${columns.map(([, direction]) => html`<th scope="col">${t(`direction-${direction}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (sample, index) => html`<tr>
                <th scope="row" class="digits">${index * ROW_EVERY}</th>
                ${columns.map(([one, direction]) => {
                  const value = one.value(sample, direction);
                  return html`<td class="digits">${value === null ? "–" : one.write(value)}</td>`;
                })}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.show(false);
  }

  /** The keyboard goes into the panel and back to where it came from. */
  private show(open: boolean): void {
    this.open = open;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(open ? "#quality-title" : ".quality")?.focus());
  }
}

customElements.define("fernamt-quality", QualityView);
