/** A report as one HTML page that needs nothing beside it: no font, no file, no address. */
import { measureLabel } from "../../../compiler/learning/targets/registry.ts";
import type { Colour } from "../../images/raster.ts";
import type { BestMetrics } from "../best-metrics.ts";
import type { MetricsLine } from "../metrics-log.ts";
import { curves } from "./curves.ts";
import { document } from "./document.ts";
import { escapeText } from "./escape.ts";
import { labelled } from "./labelled.ts";
import { sampleSections } from "./sample-figures.ts";
import type { ChosenSamples } from "./samples.ts";
import { classTable, confusions, factTable } from "./tables.ts";

export interface ReportContent {
  readonly network: string;
  readonly log: readonly MetricsLine[];
  readonly best: BestMetrics | undefined;
  readonly samples: ChosenSamples;
  readonly palette: readonly Colour[];
  readonly classes: readonly string[];
  /** An SVG document; `undefined`: no diagram. */
  readonly diagram: string | undefined;
  /** Names with values: engine, versions, seed, source … */
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** Of a run in progress: what it does now. The page then asks its server for new figures. */
  readonly live?: string | undefined;
}

export function reportPage(content: ReportContent): string {
  const { network, best, classes, palette, live } = content;
  const main = `<h1>${escapeText(network)}</h1>
${live === undefined ? "" : `<p id="state">${escapeText(live)}</p>`}
${best === undefined ? "<p>No epoch has finished yet.</p>" : headline(best)}
<h2>Curves</h2>
<label class="smoothing">smoothing <input id="smoothing" type="range" min="0" max="0.98" step="0.02"></label>
<div class="plots">${curves(content)}</div>
${best === undefined ? "" : `${outputTables(best)}${classTables(best, palette)}`}
${sampleSections(content.samples, classes, palette)}
${content.diagram === undefined ? "" : `<h2>Network</h2><div class="diagram">${withoutProlog(content.diagram)}</div>`}
<h2>Run</h2>
${factTable(content.environment)}`;
  return document(`${network}: training report`, main, live !== undefined);
}

/** Of one output its measures, of several the first measure of each. */
function headline(best: BestMetrics): string {
  const outputs = Object.entries(best.outputs);
  const figures = outputs.flatMap(([name, values]) =>
    Object.entries(values)
      .slice(0, outputs.length === 1 ? mostFigures : 1)
      .map(([measure, value]) => [labelled(measure, name, outputs.length), value] as const),
  );
  const boxes = [...figures, ["loss", best.loss] as const].map(
    ([name, value]) => `<div><b>${value === null ? "–" : value.toFixed(3)}</b>${escapeText(name)}</div>`,
  );
  return `<div class="figures">${boxes.join("")}</div>
<p>Metrics of the best weights, from epoch ${best.epoch} (${best.step.toLocaleString("en-US")} steps), on the ${best.measured_on} images.</p>`;
}

const mostFigures = 4;

/** The measures of all outputs; nothing where the headline shows them all. */
function outputTables({ outputs, losses }: BestMetrics): string {
  const entries = Object.entries(outputs);
  const [only] = entries;
  if (entries.length === 1 && Object.keys(only?.[1] ?? {}).length <= mostFigures) return "";
  const tables = entries.map(([name, values]) => {
    const facts = [["loss", losses[name] ?? null] as const, ...Object.entries(values)];
    const shown = facts.map(
      ([measure, value]) => [measureLabel(measure), value === null ? "–" : value.toFixed(4)] as const,
    );
    return `<div><h3>${escapeText(name)}</h3>${factTable(shown)}</div>`;
  });
  return `<h2>Outputs</h2><div class="side">${tables.join("")}</div>`;
}

function classTables({ classes }: BestMetrics, palette: readonly Colour[]): string {
  const entries = Object.entries(classes);
  return entries
    .map(([name, report]) => {
      const names = report.classes.map((one) => one.name);
      const title = entries.length === 1 ? "Classes" : `Classes of ${escapeText(name)}`;
      return `<h2>${title}</h2>
<div class="side">${classTable(report.classes, palette)}${confusions(names, report.confusion)}</div>`;
    })
    .join("\n");
}

/** An SVG document is embedded in HTML without its XML declaration and document type. */
function withoutProlog(svg: string): string {
  return svg.replace(/^[\s\S]*?(?=<svg[\s>])/, "");
}
