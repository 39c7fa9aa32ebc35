/** Programs of one call, and their values. */
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { differentiate } from "../../compiler/tensors/passes/differentiate.ts";
import type { PrimitiveName } from "../../compiler/tensors/primitives/attributes.ts";
import type { Tensor } from "../../compiler/tensors/primitives/primitive.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import { elementCount, type TensorType, type Value } from "../../compiler/tensors/value.ts";
import { verified } from "../../compiler/tensors/verify.ts";
import { Random } from "../../runtime/random.ts";
import type { Call } from "./cases/case.ts";

/** The call alone: operands are feeds "0", "1", …; results are outputs "0", "1", …. */
export function callProgram<P extends PrimitiveName>(
  primitive: P,
  { attributes, operands }: Call<P>,
): Program {
  const build = new ProgramBuilder(primitive);
  const given = operands.map((type, place) => build.feed("input", String(place), type));
  for (const [place, result] of build.apply(primitive, given, attributes).entries()) {
    build.output("map", String(place), result);
  }
  return verified(build.finish(), "building");
}

export interface Differentiated {
  /** Outputs: "loss" of one value; "gradient 0", … of every operand that has one. */
  readonly program: Program;
  /** Operands with a gradient. */
  readonly by: readonly number[];
}

/** A weighted sum of the call's float32 results, and its gradients by the operands; `order` 2: of a weighted sum of those again. */
export function gradientProgram<P extends PrimitiveName>(
  primitive: P,
  { attributes, operands }: Call<P>,
  order: 1 | 2,
): Differentiated {
  const build = new ProgramBuilder(primitive);
  const given = operands.map((type, place) => build.feed("input", String(place), type));
  const floats = given.filter(({ type }) => type === "float32");
  const summed = (values: readonly Value[], label: string) =>
    values
      .filter(({ type }) => type === "float32")
      .map((value, i) => ({
        value,
        weights: build.constant(weightsOf(value, `${label} ${i}`), value.shape),
      }));
  let sums = summed(build.apply(primitive, given, attributes), "first");
  if (order === 2) {
    const first = differentiate(build, sums, floats);
    sums = summed([...first.values()], "second");
  }
  const losses = sums.map(({ value, weights }) => {
    const all = [...value.shape.keys()];
    const products = build.multiply(value, weights);
    return build.reshape(all.length === 0 ? products : build.sum(products, all), []);
  });
  const [first, ...more] = losses;
  if (first !== undefined)
    build.output(
      "loss",
      "loss",
      more.reduce((sum, loss) => build.add(sum, loss), first),
    );
  const gradients = differentiate(build, sums, floats);
  const by = given.flatMap((value, place) => {
    const gradient = gradients.get(value.id);
    if (gradient === undefined) return [];
    build.output("gradient", String(place), gradient);
    return [place];
  });
  return { program: verified(build.finish(), "differentiating"), by };
}

function weightsOf({ shape }: TensorType, label: string): readonly number[] {
  const random = new Random(elementCount(shape), label);
  return Array.from({ length: elementCount(shape) }, () => random.between(-1, 1));
}

export function run(program: Program, operands: readonly Pick<Tensor, "data">[]) {
  const feeds = new Map(operands.map(({ data }, place) => [feedName("input", String(place)), data]));
  return evaluate(program, { feeds, state: new Map() }).outputs;
}

export function resultOf(
  outputs: ReadonlyMap<string, Tensor>,
  kind: "map" | "loss" | "gradient",
  name: string,
): Tensor {
  const result = outputs.get(outputName(kind, name));
  if (result === undefined) throw new Error(`no ${kind} ${name}`);
  return result;
}
