/** The pages of `specs/training/`: their summary, arguments and source from the catalogues of learning, and their index. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Augmentation } from "../../compiler/learning/augmentations/augmentation.ts";
import { augmentations } from "../../compiler/learning/augmentations/registry.ts";
import { averages } from "../../compiler/learning/averages/registry.ts";
import { clippings } from "../../compiler/learning/clipping/registry.ts";
import { dataFormats } from "../../compiler/learning/data/registry.ts";
import type { Definition } from "../../compiler/learning/definition/definition.ts";
import type { WithFormula } from "../../compiler/learning/definition/with-formula.ts";
import { freezingWords, groupWords } from "../../compiler/learning/groups/registry.ts";
import { inputKinds } from "../../compiler/learning/inputs/registry.ts";
import type { Loss } from "../../compiler/learning/losses/loss.ts";
import { losses } from "../../compiler/learning/losses/registry.ts";
import type { Measure } from "../../compiler/learning/metrics/measure.ts";
import { optimizers } from "../../compiler/learning/optimizers/registry.ts";
import { schedules } from "../../compiler/learning/schedules/registry.ts";
import type { Schedule } from "../../compiler/learning/schedules/schedule.ts";
import { sweeps } from "../../compiler/learning/sweeps/registry.ts";
import { targets } from "../../compiler/learning/targets/registry.ts";
import type { Target } from "../../compiler/learning/targets/target.ts";
import { packageRoot } from "../host/package-root.ts";
import { argumentTable } from "./operation-specs.ts";

export interface LearningEntry {
  readonly catalogue: string;
  readonly name: string;
  readonly summary: string;
  readonly source: string | undefined;
  /** Paragraphs after the summary. */
  readonly meaning: readonly string[];
  /** `undefined`: it takes none, and has no section for them. */
  readonly parameters: Definition["parameters"] | undefined;
  readonly path: string;
}

export const learningFolder = join(packageRoot(), "specs", "training");

/** A folder of pages for each catalogue, with the entry of a train section that it is for. */
export const catalogues: readonly {
  readonly folder: string;
  readonly title: string;
  readonly entry: string;
}[] = [
  { folder: "losses", title: "Losses", entry: "loss" },
  { folder: "optimizers", title: "Optimizers", entry: "optimizer" },
  { folder: "groups", title: "Groups of weights", entry: "groups" },
  { folder: "freezing", title: "Freezing", entry: "freeze" },
  { folder: "clipping", title: "Clipping of gradients", entry: "clip" },
  { folder: "averages", title: "Averages of the weights", entry: "average" },
  { folder: "schedules", title: "Schedules", entry: "schedule" },
  { folder: "augmentations", title: "Augmentations", entry: "augment" },
  { folder: "targets", title: "Targets", entry: "targets" },
  { folder: "inputs", title: "Inputs", entry: "inputs" },
  { folder: "data", title: "Data", entry: "data" },
  { folder: "sweeps", title: "Trials of a sweep", entry: "sweep" },
  { folder: "metrics", title: "Metrics", entry: "keep best by" },
];

export function learningEntries(): readonly LearningEntry[] {
  const kinds: readonly Target[] = targets as readonly unknown[] as readonly Target[]; // read only by their declarations
  return [
    ...losses.map((loss: Loss) => entryOf("losses", loss, [`\`${loss.formula}\``, lossFor(loss, kinds)])),
    ...optimizers.map((one) => entryOf("optimizers", one, [updateFormula(one)])),
    ...groupWords.map((one) => entryOf("groups", one, [])),
    ...freezingWords.map((one) => entryOf("freezing", one, [])),
    ...clippings.map((one) => entryOf("clipping", one, [`\`${one.formula}\``])),
    ...averages.map((one) => entryOf("averages", one, [`\`${one.formula}\``])),
    ...schedules.map((one: Pick<Schedule, keyof Definition | "formula">) =>
      entryOf("schedules", one, [
        `\`${one.formula}\`, where r is the learning rate of the optimizer, or that of the schedule before it.`,
      ]),
    ),
    ...augmentations.map((one: Augmentation) => entryOf("augmentations", one, [changed[one.changes]])),
    ...kinds.map((one) =>
      entryOf("targets", one, [
        one.holds,
        `Measures: ${one.measures.map(({ name }) => `[\`${name}\`](../metrics/${name}.md)`).join(", ")}.`,
      ]),
    ),
    ...inputKinds.map((one) => entryOf("inputs", one, [])),
    ...sweeps.map((one) => entryOf("sweeps", one, [])),
    ...dataFormats.map((one) => entryOf("data", one, [])),
    ...[...new Set(kinds.flatMap(({ measures, classMeasures }) => [...measures, ...classMeasures]))].map(
      (one) => measureEntry(one, kinds),
    ),
  ];
}

const updateFormula = ({ formula }: WithFormula): string =>
  `\`${formula}\`, where r is the learning rate of the step, g the gradient, w the weight and t the number of the step.`;

const changed: Readonly<Record<Augmentation["changes"], string>> = {
  place: "It moves the pixels of inputs and targets alike.",
  tone: "It changes the values of the image, also where the image itself is the target.",
  input: "It changes only the values of inputs.",
};

function lossFor({ compares }: Loss, kinds: readonly Target[]): string {
  // the forms of a target may depend on its settings: `depth` with and without `log`
  const forms = (kind: Target) => [kind.form({}), kind.form({ log: true })];
  if (compares.length === 0) return "For every target; it does not compare with the target.";
  const names = kinds.filter((kind) => forms(kind).some((form) => compares.includes(form)));
  return `For the targets ${names.map(({ name }) => `[\`${name}\`](../targets/${name}.md)`).join(", ")}.`;
}

function entryOf(
  catalogue: string,
  { name, summary, source, parameters }: Definition,
  meaning: readonly string[],
): LearningEntry {
  return { catalogue, name, summary, source, meaning, parameters, path: pathOf(catalogue, name) };
}

function measureEntry(
  { name, summary, source, formula, better }: Measure,
  kinds: readonly Target[],
): LearningEntry {
  const ofClass = kinds.filter(({ classMeasures }) => classMeasures.some((one) => one.name === name));
  const ofAll = kinds.filter(({ measures }) => measures.some((one) => one.name === name));
  const owners = ofAll.length > 0 ? ofAll : ofClass;
  const of = owners.map((kind) => `[\`${kind.name}\`](../targets/${kind.name}.md)`).join(", ");
  return {
    catalogue: "metrics",
    name,
    summary,
    source,
    meaning: [
      `\`${formula}\``,
      `Of ${ofAll.length > 0 ? of : `one class of ${of}`}; ${better} is better.${ofAll.length > 0 && ofClass.length > 0 ? " Also of one class." : ""}`,
    ],
    parameters: undefined,
    path: pathOf("metrics", name),
  };
}

function pathOf(catalogue: string, name: string): string {
  return join(learningFolder, catalogue, `${name}.md`);
}

/** Pages that belong to no entry. */
export function strayPages(): readonly string[] {
  const known = new Set(learningEntries().map(({ path }) => path));
  return catalogues
    .map(({ folder }) => join(learningFolder, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((path) => !known.has(path));
}

/** In lower case, but for a name: of a person, a data set, a loss. */
function titleOf(summary: string): string {
  const isName = /^(?:Adam|Cityscapes|Pascal|[A-Za-z]+[A-Z])/.test(summary);
  const start = summary.slice(0, 1);
  return `${isName ? start : start.toLowerCase()}${summary.slice(1)}`.replace(/\.$/, "");
}

/** The page: what is defined, and between it the section "## Use" as it is written there. */
export function learningEntryPage({
  path,
  name,
  summary,
  source,
  meaning,
  parameters,
}: LearningEntry): string {
  const written = existsSync(path) ? readFileSync(path, "utf8") : "";
  const use = /\n## Use\n\n([\s\S]*?)\n+## Source\n/.exec(written)?.[1];
  if (use === undefined) throw new Error(`${path} must have a section "## Use" before "## Source"`);
  return [
    `# ${name}: ${titleOf(summary)}`,
    ...meaning,
    ...(parameters === undefined ? [] : ["## Arguments", argumentTable(name, parameters)]),
    "## Use",
    use,
    "## Source",
    source === undefined ? "In common use." : `${source}.`,
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

const introduction = `# What trains a network

One page for each word of a [train section](../language/training.md): its meaning, its arguments, programs that use it and run as tests, and its source. The pages are generated from the catalogues in \`compiler/learning/\`, except for their programs.`;

export function learningIndex(): string {
  const entries = learningEntries();
  const tables = catalogues.map(({ folder, title, entry }) => {
    const rows = entries
      .filter(({ catalogue }) => catalogue === folder)
      .map(({ name, summary }) => `| [${name}](${folder}/${name}.md) | ${summary} |`);
    return `## ${title}\n\nWords of the entry \`${entry}\`.\n\n| word | what |\n| - | - |\n${rows.join("\n")}`;
  });
  return `${[introduction, ...tables].join("\n\n")}\n`;
}
