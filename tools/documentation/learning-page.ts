/** `docs/losses.md`: what trains a network with its formulas and sources, and how far each entry is from its formula. */
import { augmentations } from "../../compiler/learning/augmentations/registry.ts";
import { averages } from "../../compiler/learning/averages/registry.ts";
import { clippings } from "../../compiler/learning/clipping/registry.ts";
import { classWeightSources } from "../../compiler/learning/losses/class-weights.ts";
import type { Loss } from "../../compiler/learning/losses/loss.ts";
import { losses } from "../../compiler/learning/losses/registry.ts";
import { optimizers } from "../../compiler/learning/optimizers/registry.ts";
import { schedules } from "../../compiler/learning/schedules/registry.ts";
import { engineNames } from "../../runtime/engines/engines.ts";
import {
  type ByComputer,
  type ComparedCatalogue,
  type EntryErrors,
  everyMeasure,
  float64,
  type LearningRecord,
} from "./learning-record.ts";

const introduction = `# Losses, updates, augmentations and measures

This page lists every part of a [train section](../specs/training/README.md) that computes numbers, with its formula and source, and how far the code is from that formula. The formulas are written again in float64, as in the papers and independently of the code that trains (\`tests/numeric/reference/losses.ts\`, \`tests/metrics/formulas.test.ts\`, \`tests/engines/updates.test.ts\`, \`clipping.test.ts\` and \`average.test.ts\`, \`tests/learning/schedules.test.ts\`, \`tests/data/augment-simple.test.ts\`, \`augment-places.test.ts\`, \`augment-colours.test.ts\` and \`augment-jpeg.test.ts\`). \`npm run verify:learning\` generates this page; a test fails when an entry is missing. What targets compute (heat maps of centres, offsets, CIELAB, colour bins) is compared in \`tests/data/\` and \`tests/colour/\`. The pages in [specs/training](../specs/training/README.md) describe the meaning and arguments of each word.

Errors are the largest over all cases: of the value, relative to its magnitude or to 1 if that is larger; and of the gradient, compared with central differences of the formula, absolute. Engines compute in float32, where sums of some hundred terms of order 1 are accurate to about 1e-5. The column \`float64\` is the tensor program that every engine runs, evaluated in float64.`;

/** What the page reads of an entry of any catalogue. */
interface Entry {
  readonly name: string;
  readonly formula: string;
  readonly source: string | undefined;
}

/** What the page says of a catalogue. */
interface Section {
  readonly catalogue: ComparedCatalogue;
  /** What an entry is called in the head of the table. */
  readonly what: string;
  readonly heading: string;
  readonly explanation?: string;
  readonly entries: readonly Entry[];
}

export function learningPage(record: LearningRecord): string {
  const lossEntries = losses.map((loss: Loss) => ({
    ...loss,
    source: loss.source?.replace(`; ${classWeightSources}`, ""),
  }));
  const sections: readonly Section[] = [
    {
      catalogue: "losses",
      what: "loss",
      heading: "Losses",
      explanation: `Error of the value, then of the gradient. p is the predicted probability, t the target, x prediction minus target, w the weight of the class (${classWeightSources}).`,
      entries: lossEntries,
    },
    {
      catalogue: "optimizers",
      what: "optimizer",
      heading: "Optimizers",
      explanation:
        "Error of the weights of one convolution after four steps. g is the gradient, w a weight, r the learning rate of the step, λ the weight decay, t the number of the step; the other Greek letters are the arguments of the same name; all running means start at 0. `adamw` and `adam` differ in the default of λ.",
      entries: optimizers,
    },
    {
      catalogue: "clipping",
      what: "word",
      heading: "Clipping of gradients",
      explanation: "Error of the weights after one step of plain gradient descent.",
      entries: clippings,
    },
    {
      catalogue: "averages",
      what: "average",
      heading: "Averages of the weights",
      explanation:
        "Error of the average after eight steps. w is a weight or a running statistic after the step, a its average.",
      entries: averages,
    },
    {
      catalogue: "schedules",
      what: "schedule",
      heading: "Schedules",
      explanation:
        "Error of the learning rate at every step of a run, which is computed in float64. r is the learning rate of the optimizer, or that of the schedule before it.",
      entries: schedules,
    },
    {
      catalogue: "augmentations",
      what: "augmentation",
      heading: "Augmentations",
      explanation:
        "Error of a pixel with values from 0 to 1, of inputs in float32. Labels that are moved are equal, without tolerance.",
      entries: augmentations.map(({ name, summary, source }) => ({ name, formula: summary, source })),
    },
    { catalogue: "metrics", what: "measure", heading: "Measures", entries: everyMeasure() },
  ];
  return [
    introduction,
    ...sections.flatMap(({ heading, explanation, ...section }) => [
      `## ${heading}`,
      ...(explanation === undefined ? [] : [explanation]),
      table(record, section),
    ]),
    `Recorded on ${record.date} with Node ${record.node}.`,
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

function table(
  record: LearningRecord,
  { catalogue, what, entries }: Pick<Section, "catalogue" | "what" | "entries">,
): string {
  const errors = record[catalogue];
  const seen = new Set(Object.values(errors).flatMap((found) => Object.keys(found)));
  const computers = [float64, ...engineNames.toReversed()].filter((name) => seen.has(name));
  const isAlone = computers.length === 1;
  const head = [
    what,
    catalogue === "augmentations" ? "what it does" : "formula",
    "source",
    "cases",
    ...(isAlone ? ["error"] : computers.map((name) => `\`${name}\``)),
  ];
  const rows = entries.map(({ name, formula, source }) => {
    const found = errors[name] ?? {};
    return [
      `[\`${name}\`](../specs/training/${catalogue}/${name}.md)`,
      catalogue === "augmentations" ? formula : `\`${formula}\``,
      source ?? "in common use",
      casesOf(found),
      ...computers.map((computer) => errorsText(found[computer])),
    ];
  });
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "-")), ...rows.map(line)].join("\n");
}

function casesOf(found: ByComputer): string {
  return String(Math.max(0, ...Object.values(found).map(({ cases }) => cases)));
}

function errorsText(errors: EntryErrors | undefined): string {
  if (errors === undefined) return "–";
  const value = errors.value.toExponential(1);
  return errors.gradient === null ? value : `${value}, ${errors.gradient.toExponential(1)}`;
}
