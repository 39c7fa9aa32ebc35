/** The cost of a network as a person reads it. */

import type { LayerCost, NetworkCost, RunCost } from "../../../compiler/analyses/cost/network-cost.ts";
import { counted } from "../../../compiler/counted.ts";
import { percent, thousands, withPrefix } from "../../text/numbers.ts";
import { alignTable, type Column, fitTable } from "../../text/table.ts";

/** Without a line break at the end. */
export function renderCost(
  cost: NetworkCost,
  { unicode, columns }: { readonly unicode: boolean; readonly columns?: number | undefined },
): string {
  const separator = unicode ? " · " : ", ";
  const sizes = Object.entries(cost.sizes).map(([symbol, pixels]) => `${symbol} = ${pixels}`);
  const lines = [
    `${cost.network} at ${[...sizes, `batch ${thousands(cost.batch)}`].join(", ")}, engine ${cost.engine}`,
    `  ${counted(cost.parameters, "parameter")}${separator}${withPrefix(cost.macs, "MACs")} per image`,
    "",
    ...alignTable(runColumns, runRows(cost)).map((line) => `  ${line}`.trimEnd()),
    ...recomputationLines(cost),
    ...timeLines(cost),
    "",
    ...fitTable(layerColumns, cost.layers.map(layerRow), columns),
  ];
  return lines.join("\n");
}

const runColumns: readonly Column[] = [
  { title: "", align: "left" },
  { title: "inference", align: "left" },
  { title: "training", align: "left" },
];

function runRows({ predict, train, memory }: NetworkCost): readonly (readonly string[])[] {
  const runs = [predict, train];
  const row = (title: string, text: (run: RunCost) => string): readonly string[] => [
    title,
    ...runs.map((run) => (run === null ? "nothing to train" : text(run))),
  ];
  return [
    row("weights", ({ weights }) => bytes(weights)),
    row("optimizer state", ({ moments }) => bytes(moments)),
    row("cached by the engine", ({ kept }) => bytes(kept)),
    row("activations and gradients", ({ peak, weights, moments, kept }) =>
      bytes(peak - weights - moments - kept),
    ),
    row("peak", ({ peak }) => bytes(peak)),
    row("peak at", whenPeak),
    ...(memory === null
      ? []
      : [
          row(`largest batch in ${bytes(memory)}`, ({ largestBatch }) =>
            largestBatch === null ? "" : largestBatch === 0 ? "none" : thousands(largestBatch),
          ),
        ]),
  ];
}

const recomputationColumns: readonly Column[] = [
  { title: "peak (training) with recomputation", align: "left" },
  { title: "more operations", align: "right" },
];

function recomputationLines({ recomputation }: NetworkCost): readonly string[] {
  if (recomputation.length === 0) return [];
  const rows = recomputation.map(({ peak, added }) => [bytes(peak), percent(added)]);
  return ["", ...alignTable(recomputationColumns, rows).map((line) => `  ${line}`.trimEnd())];
}

function timeLines({ time }: NetworkCost): readonly string[] {
  if (time === undefined) return [];
  const { rates } = time;
  const basis = `${withPrefix(rates.predict, "MACs")}/s in inference, ${withPrefix(rates.train, "MACs")}/s in training`;
  return [
    "",
    `  estimated time: about ${about(time.predict)} for inference on the batch, about ${about(time.train)} for a training step`,
    `  (a rough estimate from the speed of a small network on this engine: ${basis})`,
  ];
}

/** One digit is all the estimate bears. */
function about(seconds: number): string {
  const rounded = Number(seconds.toPrecision(1));
  return rounded < 1 ? `${Math.max(1, Math.round(1000 * rounded))} ms` : `${rounded} s`;
}

/** When the peak is reached. */
export function whenPeak({ at: { phase, layer } }: RunCost): string {
  if (phase === "update") return "the optimizer step";
  if (layer === null) return phase === "forward" ? "the loss" : "the gradient of the loss";
  return phase === "forward" ? layer : `the gradient of ${layer}`;
}

const layerColumns: readonly Column[] = [
  { title: "layer", align: "left" },
  { title: "operation", align: "left", drop: 2 },
  { title: "parameters", align: "right", drop: 3 },
  { title: "MACs", align: "right", drop: 1 },
  { title: "activation", align: "right", drop: 4 },
  { title: "peak (inference)", align: "right" },
  { title: "saved for backward", align: "right", drop: 6 },
  { title: "peak (backward)", align: "right", drop: 5 },
];

function layerRow({ name, op, parameters, macs, map, predict, kept, train }: LayerCost): readonly string[] {
  return [
    name,
    op,
    parameters === 0 ? "" : thousands(parameters),
    macs === 0 ? "" : withPrefix(macs, ""),
    ...[map, predict, kept, train].map((value) => (Math.round(value) === 0 ? "" : bytes(value))),
  ];
}

/** Decimal, three digits: "2.91 GB". */
export function bytes(value: number): string {
  return withPrefix(value, "B");
}
