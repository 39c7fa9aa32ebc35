/** The counts of a run over many random networks. */
import { operationOf } from "../../../compiler/ops/registry.ts";
import type { Examination } from "./examine.ts";
import type { Program } from "./program.ts";
import type { Subject } from "./subject.ts";

/** Plain data, which JSON can hold. */
export interface Counts {
  compiled: number;
  refused: number;
  /** Networks whose accepted sizes along some axis are all larger than those run. */
  acceptsNoneRun: number;
  sizes: number;
  exactFields: number;
  containedFields: number;
  placedCells: number;
  phases: number;
  phasesShown: number;
  engineNetworks: number;
  engineMaps: number;
  engineCells: number;
  trained: number;
  gradients: number;
  sensitive: number;
  disagreeing: number;
  readonly features: Record<string, number>;
  readonly codes: Record<string, number>;
  readonly operations: Record<string, number>;
}

function noCounts(): Counts {
  return {
    compiled: 0,
    refused: 0,
    acceptsNoneRun: 0,
    sizes: 0,
    exactFields: 0,
    containedFields: 0,
    placedCells: 0,
    phases: 0,
    phasesShown: 0,
    engineNetworks: 0,
    engineMaps: 0,
    engineCells: 0,
    trained: 0,
    gradients: 0,
    sensitive: 0,
    disagreeing: 0,
    features: {},
    codes: {},
    operations: {},
  };
}

export class Summary {
  readonly counts: Counts;

  /** @param parts counts of networks that are different ones */
  constructor(parts: readonly Counts[] = []) {
    this.counts = noCounts();
    for (const part of parts) addCounts(this.counts, part);
  }

  add({ subject, disagreements, compared }: Examination): void {
    const { counts } = this;
    if (disagreements.length > 0) counts.disagreeing += 1;
    if (compared === undefined) {
      counts.refused += 1;
      for (const { code, severity } of subject.compilation.diagnostics)
        if (severity === "error") count(counts.codes, code);
      return;
    }
    counts.compiled += 1;
    for (const { operation } of subject.graph?.nodes ?? []) count(counts.operations, operation);
    for (const feature of featuresOf(subject)) count(counts.features, feature);
    const { sizes, fields, engine, training } = compared;
    if (training?.gradients !== undefined) {
      counts.trained += 1;
      counts.gradients += training.gradients;
      counts.sensitive += training.sensitive;
    }
    if ([...sizes.accepted.values()].some((accepted) => accepted.length === 0)) counts.acceptsNoneRun += 1;
    counts.sizes += sizes.compared;
    counts.exactFields += fields.exact;
    counts.containedFields += fields.contained;
    counts.placedCells += fields.atSize;
    counts.phases += fields.phases;
    counts.phasesShown += fields.shown;
    if (engine === undefined || engine.maps === 0) return;
    counts.engineNetworks += 1;
    counts.engineMaps += engine.maps;
    counts.engineCells += engine.cells;
  }

  /** A table for docs/verification.md, in Markdown. */
  report(): string {
    const { counts } = this;
    const number = (value: number): string => value.toLocaleString("en");
    const listed = (all: Readonly<Record<string, number>>): string =>
      Object.entries(all)
        .toSorted(([, a], [, b]) => b - a)
        .map(([name, count]) => `\`${name}\` ${number(count)}`)
        .join(", ");
    return [
      "| what | count |",
      "| - | -: |",
      `| networks that compile | ${number(counts.compiled)} |`,
      `| of these, without an accepted size among those run | ${number(counts.acceptsNoneRun)} |`,
      `| sizes compared (feature map × axis × input size) | ${number(counts.sizes)} |`,
      `| receptive fields compared exactly (positions away from borders) | ${number(counts.exactFields)} |`,
      `| receptive fields compared for containment (positions at borders) | ${number(counts.containedFields)} |`,
      `| positions compared with what is stated at their size | ${number(counts.placedCells)} |`,
      `| receptive fields stated by position modulo the period; observed | ${number(counts.phases)}; ${number(counts.phasesShown)} |`,
      `| networks also run on the engine | ${number(counts.engineNetworks)} |`,
      `| feature maps, and positions × impulses, compared there | ${number(counts.engineMaps)}, ${number(counts.engineCells)} |`,
      `| networks also compared with float64 on engines; gradients of weights; decided by rounding | ${number(counts.trained)}; ${number(counts.gradients)}; ${number(counts.sensitive)} |`,
      `| networks that do not compile, each error judged | ${number(counts.refused)} |`,
      `| networks with a disagreement | ${number(counts.disagreeing)} |`,
      "",
      `Networks with: ${listed(counts.features)}.`,
      "",
      `Operations: ${listed(counts.operations)}.`,
      "",
      `Errors: ${listed(counts.codes)}.`,
    ].join("\n");
  }
}

function addCounts(to: Counts, from: Counts): void {
  const { features, codes, operations, ...numbers } = from;
  const names = Object.keys(numbers) as (keyof typeof numbers)[]; // those of the object itself
  for (const name of names) to[name] += numbers[name];
  const lists = [
    [to.features, features],
    [to.codes, codes],
    [to.operations, operations],
  ] as const;
  for (const [into, list] of lists)
    for (const [name, number] of Object.entries(list)) into[name] = (into[name] ?? 0) + number;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** What of the language a network is written with. */
function featuresOf(subject: Subject): readonly string[] {
  const { program, decisions, source } = subject;
  const { text } = source;
  const features: readonly (readonly [string, boolean])[] = [
    ["loops", text.includes(" ..< ")],
    ["families", /as \w+\[\w+\]/u.test(text)],
    ["families of two indices", /as \w+\[\w+, \w+\]/u.test(text)],
    ["outputs in loops", /output \w+\[/u.test(text)],
    ["blocks", text.includes("block ")],
    ["current", text.includes("current")],
    ["two inputs of one size", hasProportion(program, true)],
    ["two inputs of proportional sizes", hasProportion(program, false)],
    ["blocks of std/blocks", text.includes('from "std/blocks"')],
    ["joins of several named feature maps", /skip [^{}\n]+, [^{}\n]+ by/u.test(text)],
    ["joins that repeat one channel", repeatsChannels(subject)],
    ["joins that repeat one position", [...decisions.repeated.values()].some((join) => join.includes(true))],
  ];
  return features.flatMap(([name, has]) => (has ? [name] : []));
}

function repeatsChannels({ graph }: Subject): boolean {
  const { nodes } = graph ?? { nodes: [] };
  return nodes.some((node) => {
    if (operationOf(node).broadcasts !== true) return false;
    const channels = new Set(node.inputs.map((input) => nodes[input]?.map.channels));
    return channels.has(1) && channels.size > 1;
  });
}

function hasProportion({ inputs: [first, second] }: Program, equal: boolean): boolean {
  const [a, b] = [first.size[0], second?.size[0]];
  return b !== undefined && (a.scale === b.scale && a.shift === b.shift) === equal;
}
