/** The loss of the `train` section: its terms printed from their formulas, and how each is shared over the positions that count. */
import type { OutputConfiguration } from "../../../learning/configuration.ts";
import { definitionOf } from "../../../learning/definition/definition.ts";
import type { Loss } from "../../../learning/losses/loss.ts";
import type { LossName, LossTerm } from "../../../learning/losses/registry.ts";
import { losses } from "../../../learning/losses/registry.ts";
import type { Graph, GraphOutput } from "../../../network/graph.ts";
import { inputAt } from "../../../ops/rules.ts";
import { comparedForm, lossValues, weighsAreas } from "../../../tensors/losses/formulas.ts";
import { float32, int32 } from "../../../tensors/value.ts";
import { identifier, type Names } from "../body/names.ts";
import { printFormula } from "./printed-formula.ts";
import type { TrainingHelperName } from "./training-helpers.ts";

export interface WrittenLoss {
  /** The body of `loss`. */
  readonly lines: readonly string[];
  readonly functions: readonly string[];
  readonly helpers: ReadonlySet<TrainingHelperName>;
  /** Of `targets`. */
  readonly targets: readonly { readonly name: string; readonly type: string; readonly doc: string }[];
  /** Whether the logits of an output are compared, by its name. */
  readonly logits: ReadonlySet<string>;
  /** What the loss reads of the class that is measured on the training set. */
  readonly measured: ReadonlySet<"classWeights" | "binWeights">;
}

export function writeLoss(graph: Graph, outputs: readonly OutputConfiguration[], names: Names): WrittenLoss {
  const writer = new LossWriter(graph, names);
  for (const output of outputs) writer.output(output);
  return writer.finish();
}

class LossWriter {
  readonly #graph: Graph;
  readonly #names: Names;
  readonly #lines: string[] = [];
  readonly #functions = new Map<string, { readonly name: string; readonly text: string }>();
  readonly #helpers = new Set<TrainingHelperName>(["shareOf"]);
  readonly #targets: { name: string; type: string; doc: string }[] = [];
  readonly #terms: string[] = [];
  readonly #logits = new Set<string>();
  readonly #measured = new Set<"classWeights" | "binWeights">();

  constructor(graph: Graph, names: Names) {
    this.#graph = graph;
    this.#names = names;
  }

  finish(): WrittenLoss {
    // Not tf.addN, which fails on "webgpu" for many (helpers/common.ts).
    const sum = this.#terms.reduce((total, term) => `tf.add<tf.Scalar>(${total}, ${term})`);
    return {
      lines: [...this.#lines, `return ${sum};`],
      functions: [...this.#functions.values()].map(({ text }) => text),
      helpers: this.#helpers,
      targets: this.#targets,
      logits: this.#logits,
      measured: this.#measured,
    };
  }

  output({ name, loss }: OutputConfiguration): void {
    const output = this.#graph.outputs.find((one) => one.name === name);
    if (output === undefined) throw new Error(`the network has no output ${name}`);
    const { channels } = inputAt(this.#graph.nodes, output.node).map;
    const field = identifier(name);
    const forms = new Set(loss.map(({ term }) => comparedForm(term.kind)));
    this.#target(field, forms, channels);
    for (const { factor, term } of loss) {
      const form = comparedForm(term.kind);
      if (form === "prediction") throw new Error(`${term.kind} is refused`);
      const values =
        form === "classes"
          ? this.#classes(field, term, channels, output)
          : this.#values(field, term, form, output);
      this.#terms.push(factor === 1 ? values : `tf.mul<tf.Scalar>(${values}, ${factor})`);
    }
  }

  #target(field: string, forms: ReadonlySet<string>, channels: number): void {
    if (forms.has("classes")) {
      const range = `0 … ${Math.max(channels, 2) - 1}`;
      this.#targets.push({
        name: field,
        type: "tf.Tensor3D",
        doc: `The class of each position, ${range}, int32 [batch, height, width]; −1: unknown.`,
      });
      return;
    }
    const what = forms.has("distributions") ? "The distribution at each position" : "The values";
    this.#targets.push({
      name: field,
      type: "tf.Tensor4D",
      doc: `${what}, [batch, height, width, ${channels}]; NaN: unknown.`,
    });
  }

  /** The feature map that a term compares: logits, or what follows the activation. */
  #map(field: string, form: string, { node, logits }: GraphOutput): string {
    if (form === "values" || node === logits) return `outputs.${field}`;
    this.#logits.add(field);
    return `outputs.${field}Logits`;
  }

  #classes(field: string, term: LossTerm, channels: number, output: GraphOutput): string {
    const map = this.#map(field, "classes", output);
    const weights = this.#classWeights(term);
    const ofAreas = weights !== undefined && weighsAreas(term.kind);
    const call = this.#function(term, channels, ofAreas);
    const balanced = term.kind === "balanced_cross_entropy";
    this.#helpers.add(balanced ? "balancedClasses" : "knownClasses");
    const ofPositions = weights !== undefined && !ofAreas ? `, ${weights}` : "";
    const known = `${balanced ? "balancedClasses" : "knownClasses"}(targets.${field}${ofPositions})`;
    const local = this.#local(`${field}Known`, known);
    if (ofAreas) this.#helpers.add("areaWeights");
    const own = ofAreas ? this.#local(`${field}Weights`, `areaWeights(${channels}, ${weights})`) : undefined;
    const given = own === undefined ? "" : `, ${own}`;
    const values = `${call}(${map}, ${local}.classes, ${local}.valid${given})`;
    return `shareOf(${values}, ${this.#classShare(term, local, channels, own)})`;
  }

  /** Given, or measured on the training set; `undefined`: none. */
  #classWeights(term: LossTerm): string | undefined {
    if (!("weights" in term) || term.weights === undefined) return undefined;
    if (typeof term.weights !== "string") return `[${term.weights.join(", ")}]`;
    this.#measured.add("classWeights");
    return "this.classWeights";
  }

  #classShare(term: LossTerm, local: string, channels: number, weights: string | undefined): string {
    if (weighsAreas(term.kind)) {
      if (channels === 1) return "1";
      this.#helpers.add("classesThere");
      const given = weights === undefined ? "" : `, ${weights}`;
      return `classesThere(${local}.classes, ${local}.valid, ${channels}${given})`;
    }
    if (term.kind === "generalised_dice") {
      this.#helpers.add("anyKnown");
      return `anyKnown(${local}.valid)`;
    }
    return "reduction" in term && term.reduction === "sum" ? "1" : `${local}.counted`;
  }

  #values(
    field: string,
    term: LossTerm,
    form: "distributions" | "heat" | "values",
    output: GraphOutput,
  ): string {
    const { channels } = inputAt(this.#graph.nodes, output.node).map;
    const call = this.#function(term, channels);
    this.#helpers.add("knownValues");
    const local = this.#local(`${field}Known`, `knownValues(targets.${field})`);
    let valid = `${local}.valid`;
    if (form === "distributions") {
      this.#helpers.add("likeliestWeights");
      this.#measured.add("binWeights");
      const weighted = this.#local(
        `${field}Weights`,
        `tf.mul<tf.Tensor4D>(${local}.valid, likeliestWeights(${local}.values, this.binWeights?.["${output.name}"]))`,
      );
      valid = weighted;
    }
    const values = `${call}(${this.#map(field, form, output)}, ${local}.values, ${valid})`;
    return `shareOf(${values}, ${this.#valueShare(term, local, channels)})`;
  }

  #valueShare({ kind }: LossTerm, local: string, channels: number): string {
    if (kind === "scale_invariant") {
      this.#helpers.add("imagesKnown");
      return `imagesKnown(${local}.valid)`;
    }
    if (kind === "gaussian_focal") {
      this.#helpers.add("centresIn");
      return `centresIn(${local}.values)`;
    }
    const once = kind === "cosine" || kind === "soft_cross_entropy" || channels === 1;
    return once ? `tf.sum(${local}.valid)` : `tf.mul(tf.sum(${local}.valid), ${channels})`;
  }

  /** A name for the code; another one where the name has other code. */
  #local(wanted: string, code: string): string {
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? wanted : `${wanted}${count}`;
      const line = `const ${name} = ${code};`;
      if (this.#lines.includes(line)) return name;
      if (this.#lines.some((one) => one.startsWith(`const ${name} = `))) continue;
      this.#lines.push(line);
      return name;
    }
  }

  #function(term: LossTerm, channels: number, weighed = false): string {
    const settings = Object.entries(term).filter(
      ([key]) => !["kind", "weights", "reduction", "rebalance"].includes(key),
    );
    const key = JSON.stringify([term.kind, settings, channels, weighed]);
    const known = this.#functions.get(key);
    if (known !== undefined) return known.name;
    const name = this.#names.unique(identifier(term.kind));
    const { lines, results } = printFormula(term.kind, (build) => {
      const target = comparedForm(term.kind) === "classes" ? int32(2, 1, 3, 5) : float32(2, channels, 3, 5);
      const map = build.feed("input", "map", float32(2, channels, 3, 5));
      const known = build.feed("target", "target", target);
      const valid = build.feed("valid", "valid", float32(2, 1, 3, 5));
      const weights = weighed
        ? build.feed("class_weights", "weights", float32(1, channels, 1, 1))
        : undefined;
      const operands = { build, map, target: known, valid, classWeights: weights };
      const values = lossValues(operands, term as never); // the settings of its own kind
      return {
        operands: [
          { value: map, code: "map", isNumber: false },
          { value: known, code: "target", isNumber: false },
          { value: valid, code: "valid", isNumber: false },
          ...(weights === undefined ? [] : [{ value: weights, code: "weights", isNumber: false }]),
        ],
        results: [values],
      };
    });
    if ([...lines, ...results].some((line) => line.includes("withoutGradient(")))
      this.#helpers.add("withoutGradient");
    const { summary, source, formula } = definitionOf<Loss>(losses, term.kind);
    const text = [
      "/**",
      ` * ${formula}: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`,
      ...(source === undefined ? [] : [` * (${source})`]),
      " */",
      `function ${name}(map: tf.Tensor4D, target: tf.Tensor4D, valid: tf.Tensor4D${weighed ? ", weights: tf.Tensor4D" : ""}): tf.Tensor {`,
      ...lines,
      `return ${results[0]};`,
      "}",
    ].join("\n");
    this.#functions.set(key, { name, text });
    return name;
  }
}

export type { LossName };
