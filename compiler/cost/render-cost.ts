/** The cost of a network as a person reads it. */
import { thousands, withPrefix } from "../inspect/numbers.ts";
import { alignTable, type Column } from "../inspect/table.ts";
import type { LayerCost, NetworkCost, RunCost } from "./network-cost.ts";

/** Without a line break at the end. */
export function renderCost(cost: NetworkCost, { unicode }: { readonly unicode: boolean }): string {
  const separator = unicode ? " · " : ", ";
  const sizes = Object.entries(cost.sizes).map(([symbol, pixels]) => `${symbol} = ${pixels}`);
  const lines = [
    `${cost.network} at ${[...sizes, `a batch of ${thousands(cost.batch)}`].join(", ")}, on engine ${cost.engine}`,
    `  ${thousands(cost.parameters)} parameters${separator}${withPrefix(cost.macs, "MAC")} for one image`,
    "",
    ...alignTable(runColumns, runRows(cost)).map((line) => `  ${line}`.trimEnd()),
    ...timeLines(cost),
    "",
    ...alignTable(layerColumns, cost.layers.map(layerRow)),
  ];
  return lines.join("\n");
}

const runColumns: readonly Column[] = [
  { title: "", align: "left" },
  { title: "to predict", align: "left" },
  { title: "to train", align: "left" },
];

function runRows({ predict, train, memory }: NetworkCost): readonly (readonly string[])[] {
  const runs = [predict, train];
  const row = (title: string, text: (run: RunCost) => string): readonly string[] => [
    title,
    ...runs.map((run) => (run === null ? "nothing to train" : text(run))),
  ];
  return [
    row("weights", ({ weights }) => bytes(weights)),
    row("optimizer's moments", ({ moments }) => bytes(moments)),
    row("kept by the engine", ({ kept }) => bytes(kept)),
    row("maps and gradients", ({ peak, weights, moments, kept }) => bytes(peak - weights - moments - kept)),
    row("in all, at most", ({ peak }) => bytes(peak)),
    row("which is held in", whenPeak),
    ...(memory === null
      ? []
      : [
          row(`largest batch in ${bytes(memory)}`, ({ largestBatch }) =>
            largestBatch === null ? "" : thousands(largestBatch),
          ),
        ]),
  ];
}

function timeLines({ time }: NetworkCost): readonly string[] {
  if (time === undefined) return [];
  const { rates } = time;
  const basis = `${withPrefix(rates.predict, "MAC")}/s predicting, ${withPrefix(rates.train, "MAC")}/s training`;
  return [
    "",
    `  time, a rough estimate: about ${about(time.predict)} to predict the batch, about ${about(time.train)} for a training step`,
    `  (multiply-adds over what a small network just made on this engine: ${basis})`,
  ];
}

/** One digit is all the estimate bears. */
function about(seconds: number): string {
  const rounded = Number(seconds.toPrecision(1));
  return rounded < 1 ? `${Math.max(1, Math.round(1000 * rounded))} ms` : `${rounded} s`;
}

/** When the most is held. */
export function whenPeak({ at: { phase, layer } }: RunCost): string {
  if (phase === "update") return "the optimizer's update";
  if (layer === null) return phase === "forward" ? "the loss" : "the loss's gradient";
  return phase === "forward" ? layer : `the gradient of ${layer}`;
}

const layerColumns: readonly Column[] = [
  { title: "layer", align: "left" },
  { title: "operation", align: "left" },
  { title: "parameters", align: "right" },
  { title: "multiply-adds", align: "right" },
  { title: "map", align: "right" },
  { title: "live, predicting", align: "right" },
  { title: "kept to train", align: "right" },
  { title: "live, its gradient", align: "right" },
];

function layerRow({ name, op, parameters, macs, map, predict, kept, train }: LayerCost): readonly string[] {
  return [
    name,
    op,
    parameters === 0 ? "" : thousands(parameters),
    macs === 0 ? "" : withPrefix(macs, ""),
    ...[map, predict, kept, train].map((value) => (value === 0 ? "" : bytes(value))),
  ];
}

/** Decimal, three digits: "2.91 GB". */
export function bytes(value: number): string {
  return withPrefix(value, "B");
}
