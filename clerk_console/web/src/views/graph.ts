/** A short line graph of the latest two minutes, both directions in one; drawn by strokes that differ without colour. */
import { html, svg, type TemplateResult } from "lit";
import { DIRECTIONS, HISTORY, type Direction, type Sample } from "../quality.ts";
import { t } from "../words.ts";

const WIDTH = 320;
const HEIGHT = 64;

export interface Graph {
  title: string;
  /** Null where it was not known: the line has a gap there. */
  value(sample: Sample, direction: Direction): number | null;
  /** As people read it, with its unit. */
  write(value: number): string;
  /** What the top of the graph stands for, at least. */
  least: number;
  /** Drawn as a line across: better above, or below. */
  limit: number;
}

export function graph(one: Graph, samples: Sample[]): TemplateResult {
  const all = DIRECTIONS.flatMap((direction) => samples.map((sample) => one.value(sample, direction))).filter((v) => v !== null);
  const top = Math.max(one.least, ...all);
  const height = (value: number): number => HEIGHT - (value / top) * HEIGHT;
  return html`<figure class="graph">
    <figcaption><span>${one.title}</span><span class="digits">${t("graph-top", { value: one.write(top) })}</span></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${described(one, samples)}>
      ${svg`<line class="limit" x1="0" x2=${WIDTH} y1=${height(one.limit)} y2=${height(one.limit)} />`}
      ${DIRECTIONS.map((direction) => svg`<path class=${direction} d=${path(one, samples, direction, height)} />`)}
    </svg>
  </figure>`;
}

function path(one: Graph, samples: Sample[], direction: Direction, height: (value: number) => number): string {
  const step = WIDTH / (HISTORY - 1);
  let down = false;
  return samples
    .map((sample, index) => {
      const value = one.value(sample, direction);
      const command = down ? "L" : "M";
      down = value !== null;
      // The latest second is at the right edge.
      const x = WIDTH - (samples.length - 1 - index) * step;
      return value === null ? "" : `${command}${x.toFixed(1)} ${height(value).toFixed(1)}`;
    })
    .join("");
}

/** What the graph shows, for those who do not see it. */
function described(one: Graph, samples: Sample[]): string {
  const parts = DIRECTIONS.map((direction) => {
    const values = samples.map((sample) => one.value(sample, direction)).filter((value) => value !== null);
    const [least, most, latest] = [Math.min(...values), Math.max(...values), values.at(-1)];
    const name = t(`direction-${direction}`);
    if (latest === undefined) return t("graph-unknown", { direction: name });
    return t("graph-range", { direction: name, least: one.write(least), most: one.write(most), latest: one.write(latest) });
  });
  return [one.title, ...parts].join(". ");
}
