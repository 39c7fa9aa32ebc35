/** The trials of a sweep as an SVG: for each axis a panel, its values across and the measure up; the best trial stands out. */
import { scaleLinear, scaleLog, scalePoint } from "d3-scale";
import type { SweepAxis } from "../../../compiler/learning/configuration.ts";
import { isRange } from "../../../compiler/learning/sweep-axes.ts";
import { escapeText } from "../report/escape.ts";
import { lastValue, ranked, type SweepRecord } from "./sweep-record.ts";

const panel = { width: 320, height: 220 } as const;
const margin = { top: 28, right: 16, bottom: 44, left: 56 } as const;
const perRow = 2;

interface Point {
  readonly text: string;
  readonly value: number;
  readonly label: string;
  readonly best: boolean;
}

/** Trials without a value are left out. */
export function sweepPlot(record: SweepRecord, axes: readonly SweepAxis[]): string {
  const measured = record.trials.filter((trial) => lastValue(trial) !== null);
  const [first] = ranked({ ...record, trials: measured });
  const columns = Math.min(perRow, Math.max(1, axes.length));
  const [width, height] = [columns * panel.width, Math.ceil(axes.length / columns) * panel.height];
  const panels = axes.map((axis, place) => {
    const points = measured.map((trial): Point => {
      const value = lastValue(trial) ?? 0;
      const settings = Object.entries(trial.values).map(([name, text]) => `${name} = ${text}`);
      const label = `trial ${trial.trial}: ${record.measure} ${value.toFixed(4)} (${settings.join(", ")})`;
      return { text: trial.values[axis.name] ?? "", value, label, best: trial.trial === first?.trial };
    });
    const [x, y] = [(place % columns) * panel.width, Math.floor(place / columns) * panel.height];
    return `<g transform="translate(${x} ${y})">\n${panelSvg(axis, points, record.measure)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, sans-serif" font-size="11" role="img" aria-label="${escapeText(`${record.measure} of ${measured.length} trials`)}">
<rect width="${width}" height="${height}" fill="white"/>
${panels.join("\n")}
</svg>
`;
}

function panelSvg({ name, values }: SweepAxis, points: readonly Point[], measure: string): string {
  const across = [margin.left, panel.width - margin.right] as const;
  const up = [panel.height - margin.bottom, margin.top] as const;
  const y = scaleLinear()
    .domain(spread(points.map(({ value }) => value)))
    .range(up)
    .nice(4);
  const { at, ticks } = isRange(values)
    ? logarithmic([values.least, values.most], across)
    : pointwise(
        values.map(({ text }) => text),
        across,
      );
  const lines = y.ticks(4).map((tick) => {
    const text = `<text x="${across[0] - 6}" y="${y(tick) + 4}" text-anchor="end" fill="#444">${tick}</text>`;
    return `<line x1="${across[0]}" x2="${across[1]}" y1="${y(tick)}" y2="${y(tick)}" stroke="#ddd"/>${text}`;
  });
  const under = ticks.map(
    ({ x, text }) =>
      `<text x="${x}" y="${up[0] + 16}" text-anchor="middle" fill="#444">${escapeText(shortened(text))}</text>`,
  );
  // the best one last, over the others
  const marks = [...points]
    .sort((a, b) => Number(a.best) - Number(b.best))
    .map(({ text, value, label, best }) => {
      const look = best ? 'r="5" fill="#c2410c"' : 'r="4" fill="#2563eb" fill-opacity="0.55"';
      return `<circle cx="${at(text)}" cy="${y(value)}" ${look}><title>${escapeText(label)}</title></circle>`;
    });
  return [
    `<text x="${across[0]}" y="16" font-weight="bold">${escapeText(measure)} by ${escapeText(name)}</text>`,
    ...lines,
    ...under,
    `<text x="${(across[0] + across[1]) / 2}" y="${panel.height - 8}" text-anchor="middle">${escapeText(name)}</text>`,
    ...marks,
  ].join("\n");
}

interface Across {
  readonly at: (text: string) => number;
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
}

function logarithmic(domain: readonly [number, number], range: readonly [number, number]): Across {
  const scale = scaleLog().domain(domain).range(range);
  const ticks = scale.ticks(4).filter((tick) => Number.isInteger(Math.log10(tick)));
  const shown = ticks.length > 0 ? ticks : domain;
  return {
    at: (text) => scale(Number(text)),
    ticks: shown.map((tick) => ({ x: scale(tick), text: tick.toExponential().replace("e+", "e") })),
  };
}

function pointwise(texts: readonly string[], range: readonly [number, number]): Across {
  const scale = scalePoint<string>().domain(texts).range(range).padding(0.5);
  const at = (text: string) => scale(text) ?? range[0];
  return { at, ticks: texts.map((text) => ({ x: at(text), text })) };
}

/** With room where all values are the same. */
function spread(values: readonly number[]): readonly [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(least) || !Number.isFinite(most)) return [0, 1];
  return least === most ? [least - 0.5, most + 0.5] : [least, most];
}

function shortened(text: string): string {
  return text.length > 22 ? `${text.slice(0, 21)}…` : text;
}
