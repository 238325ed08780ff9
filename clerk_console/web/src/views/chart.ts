/** A chart of arrivals and of the share answered in time. It says in words what it shows; the table says it all. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { html, type PropertyValues, type TemplateResult } from "lit";
import type { Figures } from "../statistics.ts";
import { number, t } from "../words.ts";
import { View } from "./view.ts";

const HEIGHT = 240;

export class ChartView extends View {
  static override properties = { lines: { attribute: false }, names: { attribute: false } };

  declare lines: Figures[];
  /** What each line is called below the chart. */
  declare names: string[];
  private plot: uPlot | null = null;
  private readonly resized = new ResizeObserver(() => this.fit());

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  override render(): TemplateResult {
    return html`<figure class="chart" role="img" aria-label=${this.described()} data-test="statistics-chart"><div class="plot"></div></figure>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const place = this.querySelector<HTMLElement>(".plot");
    if (!place) return;
    this.plot?.destroy();
    this.plot = new uPlot(this.options(place.clientWidth), this.data(), place);
  }

  private data(): uPlot.AlignedData {
    return [
      this.lines.map((_, index) => index),
      this.lines.map((line) => line.arrivals),
      this.lines.map((line) => line.abandoned),
      this.lines.map((line) => (line.service_level === null ? null : line.service_level * 100)),
    ];
  }

  private options(width: number): uPlot.Options {
    const style = getComputedStyle(this);
    const color = (name: string): string => style.getPropertyValue(name).trim() || style.color;
    const bars = uPlot.paths.bars!({ size: [0.7, 48] });
    const axis = { stroke: style.color, font: `14px ${style.fontFamily}`, grid: { stroke: color("--line"), width: 1 } };
    return {
      width,
      height: HEIGHT,
      legend: { live: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-0.6, Math.max(this.lines.length, 1) - 0.4] },
        y: { range: (_plot, _low, high) => [0, Math.max(high, 5) * 1.1] },
        percent: { range: [0, 105] },
      },
      series: [
        {},
        { label: t("statistics-arrivals"), paths: bars, points: { show: false }, fill: color("--action"), width: 0 },
        { label: t("statistics-abandoned"), paths: bars, points: { show: false }, fill: color("--danger"), width: 0 },
        {
          label: t("statistics-service_level"),
          scale: "percent",
          stroke: color("--text"),
          width: 2,
          dash: [6, 4],
          points: { show: true, size: 7, fill: "white" },
        },
      ],
      axes: [
        { ...axis, grid: { show: false }, incrs: [1, 2, 3, 5, 7, 10], values: (_plot, at) => at.map((n) => this.names[n] ?? "") },
        { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000], values: (_plot, at) => at.map((n) => number(n)) },
        { ...axis, scale: "percent", side: 1, grid: { show: false }, values: (_plot, at) => at.map((n) => t("unit-percent", { value: number(n) })) },
      ],
    };
  }

  private fit(): void {
    const place = this.querySelector<HTMLElement>(".plot");
    if (this.plot && place && place.clientWidth !== this.plot.width) this.plot.setSize({ width: place.clientWidth, height: HEIGHT });
  }

  private described(): string {
    const most = this.lines.reduce((found, line, index) => (line.arrivals > this.lines[found]!.arrivals ? index : found), 0);
    const levels = this.lines.flatMap((line) => line.service_level ?? []);
    if (this.lines.length === 0 || levels.length === 0) return t("statistics-chart-nothing");
    return t("statistics-chart", {
      when: this.names[most] ?? "",
      most: number(this.lines[most]!.arrivals),
      least: number(Math.min(...levels) * 100),
      best: number(Math.max(...levels) * 100),
    });
  }
}

customElements.define("fernamt-chart", ChartView);
