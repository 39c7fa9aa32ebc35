/** The counts of a run over many random networks. */
import type { Examination } from "./examine.ts";
import type { Program } from "./program.ts";
import type { Subject } from "./subject.ts";

export class Summary {
  compiled = 0;
  refused = 0;
  /** Networks whose accepted sizes along some axis are all larger than those run. */
  acceptsNoneRun = 0;
  sizes = 0;
  exactFields = 0;
  containedFields = 0;
  placedCells = 0;
  phases = 0;
  phasesShown = 0;
  engineNetworks = 0;
  engineMaps = 0;
  engineCells = 0;
  trained = 0;
  gradients = 0;
  sensitive = 0;
  readonly features = new Map<string, number>();
  disagreeing = 0;
  readonly codes = new Map<string, number>();
  readonly operations = new Map<string, number>();

  add({ subject, disagreements, compared }: Examination): void {
    if (disagreements.length > 0) this.disagreeing += 1;
    if (compared === undefined) {
      this.refused += 1;
      for (const { code, severity } of subject.compilation.diagnostics)
        if (severity === "error") this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      return;
    }
    this.compiled += 1;
    for (const { operation } of subject.graph?.nodes ?? [])
      this.operations.set(operation, (this.operations.get(operation) ?? 0) + 1);
    for (const feature of featuresOf(subject))
      this.features.set(feature, (this.features.get(feature) ?? 0) + 1);
    const { sizes, fields, engine, training } = compared;
    if (training?.gradients !== undefined) {
      this.trained += 1;
      this.gradients += training.gradients;
      this.sensitive += training.sensitive;
    }
    if ([...sizes.accepted.values()].some((accepted) => accepted.length === 0)) this.acceptsNoneRun += 1;
    this.sizes += sizes.compared;
    this.exactFields += fields.exact;
    this.containedFields += fields.contained;
    this.placedCells += fields.atSize;
    this.phases += fields.phases;
    this.phasesShown += fields.shown;
    if (engine === undefined || engine.maps === 0) return;
    this.engineNetworks += 1;
    this.engineMaps += engine.maps;
    this.engineCells += engine.cells;
  }

  /** A table for docs/verification.md, in Markdown. */
  report(): string {
    const number = (value: number): string => value.toLocaleString("en");
    const listed = (counts: ReadonlyMap<string, number>): string =>
      [...counts]
        .toSorted(([, a], [, b]) => b - a)
        .map(([name, count]) => `\`${name}\` ${number(count)}`)
        .join(", ");
    return [
      "| what | count |",
      "| - | -: |",
      `| networks that compile | ${number(this.compiled)} |`,
      `| of these, without an accepted size among those run | ${number(this.acceptsNoneRun)} |`,
      `| sizes compared (feature map × axis × input size) | ${number(this.sizes)} |`,
      `| receptive fields compared exactly (positions away from borders) | ${number(this.exactFields)} |`,
      `| receptive fields compared for containment (positions at borders) | ${number(this.containedFields)} |`,
      `| positions compared with what is stated at their size | ${number(this.placedCells)} |`,
      `| receptive fields stated by position modulo the period; observed | ${number(this.phases)}; ${number(this.phasesShown)} |`,
      `| networks also run on the engine | ${number(this.engineNetworks)} |`,
      `| feature maps, and positions × impulses, compared there | ${number(this.engineMaps)}, ${number(this.engineCells)} |`,
      `| networks also compared with float64 on engines; gradients of weights; decided by rounding | ${number(this.trained)}; ${number(this.gradients)}; ${number(this.sensitive)} |`,
      `| networks that do not compile, each error judged | ${number(this.refused)} |`,
      `| networks with a disagreement | ${number(this.disagreeing)} |`,
      "",
      `Networks with: ${listed(this.features)}.`,
      "",
      `Operations: ${listed(this.operations)}.`,
      "",
      `Errors: ${listed(this.codes)}.`,
    ].join("\n");
  }
}

/** What of the language a network is written with. */
function featuresOf({ program, decisions, source: { text } }: Subject): readonly string[] {
  const features: readonly (readonly [string, boolean])[] = [
    ["loops", text.includes(" ..< ")],
    ["families", /as \w+\[\w+\]/u.test(text)],
    ["families of two indices", /as \w+\[\w+, \w+\]/u.test(text)],
    ["outputs in loops", /output \w+\[/u.test(text)],
    ["blocks", text.includes("block ")],
    ["current", text.includes("current")],
    ["two inputs of one size", hasProportion(program, true)],
    ["two inputs of proportional sizes", hasProportion(program, false)],
    ["joins that repeat one position", [...decisions.repeated.values()].some((join) => join.includes(true))],
  ];
  return features.flatMap(([name, has]) => (has ? [name] : []));
}

function hasProportion({ inputs: [first, second] }: Program, equal: boolean): boolean {
  const [a, b] = [first.size[0], second?.size[0]];
  return b !== undefined && (a.scale === b.scale && a.shift === b.shift) === equal;
}
