/** An operation computed by the tensor program it expands to, in float64. */
import type { Attributes, OperationName, PoolAttributes } from "../../compiler/ops/attributes.ts";
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { differentiate } from "../../compiler/tensors/passes/differentiate.ts";
import type { Expansion, ExpansionContext } from "../../compiler/tensors/passes/expand/expansion.ts";
import { expansions } from "../../compiler/tensors/passes/expand/expansions.ts";
import { float32, type Value } from "../../compiler/tensors/value.ts";
import { verified } from "../../compiler/tensors/verify.ts";
import { crfTables } from "../../runtime/engines/feeds/crf-tables.ts";
import { dropoutMask } from "../../runtime/engines/feeds/dropout-mask.ts";
import type { Computed, NumericCase } from "./numeric-case.ts";
import { type Maps, maps } from "./reference/map.ts";
import { windowCount } from "./reference/pooling.ts";

/** Stands beside the engines in the tests of operations. */
export const program = { name: "the tensor program" } as const;

export type TensorProgram = typeof program;

export function computeByProgram<O extends OperationName>(
  test: NumericCase<O>,
  outputShape: Omit<Maps, "data">,
  cotangent: Maps,
): Computed {
  const { operation, attributes, training = false, seed = 7 } = test;
  const build = new ProgramBuilder(operation);
  const feeds = new Map<string, ArrayLike<number>>();
  const weights = Object.entries(test.weights ?? {});
  const fed = (place: number, map: Maps): Value => {
    feeds.set(feedName("input", String(place)), map.data);
    return build.feed("input", String(place), mapType(map));
  };
  const inputs = test.inputs.map((input, place) => fed(place, input));
  // the second and third inputs of an unpool: its pool, and what that has pooled
  const pool = test.pool === undefined ? undefined : poolOf(build, test.pool, fed(2, test.pool.input));
  const values = new Map(
    weights.map(([name, { shape }]) => [name, build.state("weight", name, float32(...shape))]),
  );
  const statistics = new Map<string, Value>();
  const context: ExpansionContext = {
    build,
    inputs: pool === undefined ? inputs : [...inputs.slice(0, 1), pool.values, pool.input],
    output: [outputShape.channels, outputShape.height, outputShape.width],
    batch: outputShape.batch,
    training,
    dropout: training,
    weight: (name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`no weight ${name}`);
      return value;
    },
    setStatistic: (name, value) => void statistics.set(name, value),
    input: () => inputs[0] ?? fail("an input is fed"),
    feed: (kind, name, type) => {
      if (kind === "mask") {
        const [batch = 0, channels = 0, height = 0, width = 0] = type.shape;
        const { rate } = attributes as Attributes["dropout"]; // no other operation has a mask
        const shape = [batch, channels, height, width] as const;
        feeds.set(feedName(kind, name), dropoutMask({ name: operation, rate, shape }, seed));
      }
      return build.feed(kind, name, type);
    },
    keepPlaces: () => undefined,
    places: () => pool?.places ?? fail("an unpool has a pool"),
  };
  if (operation === "crf") {
    const tables = crfTables(operation, attributes as Attributes["crf"], test.guide ?? []); // as the name says
    for (const [name, data] of tables) feeds.set(feedName("table", name), data);
  }
  const expansion = expansions[operation] as Expansion<OperationName>; // the table pairs each name with its own expansion
  const output = expansion({ name: operation, attributes }, context);
  const subjects = [
    ...inputs.slice(0, test.differentiableInputs ?? inputs.length),
    ...(test.differentiableWeights ?? []).map(context.weight),
  ];
  feeds.set(feedName("gradient", "output"), cotangent.data);
  const upstream = build.feed("gradient", "output", mapType(outputShape));
  const gradients = differentiate(build, [{ value: output, weights: upstream }], subjects);
  build.output("map", "output", output);
  for (const [id, gradient] of gradients) build.output("gradient", String(id), gradient);
  for (const [name, value] of statistics) build.output("map", `statistic ${name}`, value);
  const { outputs } = evaluate(verified(build.finish(), "expansion"), {
    feeds,
    state: new Map(weights.map(([name, { data }]) => [name, data])),
  });
  const data = (name: string) => outputs.get(name)?.data;
  const gradientOf = ({ id, shape }: Value) => ({
    shape,
    data: data(outputName("gradient", String(id))) ?? new Float64Array(shape.reduce((a, b) => a * b, 1)),
  });
  const inputCount = test.differentiableInputs ?? inputs.length;
  return {
    output: asMaps(output.shape, data(outputName("map", "output"))),
    inputGradients: subjects
      .slice(0, inputCount)
      .map((subject) => asMaps(subject.shape, gradientOf(subject).data)),
    weightGradients: Object.fromEntries(
      (test.differentiableWeights ?? []).map((name) => [name, gradientOf(context.weight(name))]),
    ),
    statistics: Object.fromEntries(
      [...statistics.keys()].map((name) => [name, [...(data(outputName("map", `statistic ${name}`)) ?? [])]]),
    ),
    leaked: 0,
  };
}

function poolOf(
  build: ProgramBuilder,
  { attributes, input }: { readonly attributes: PoolAttributes; readonly input: Maps },
  x: Value,
): { readonly values: Value; readonly places: Value; readonly input: Value } {
  const { batch, channels, height, width } = input;
  const kept: Value[] = [];
  const values = expansions.maxpool(
    { name: "maxpool", attributes },
    {
      build,
      inputs: [x],
      output: [channels, windowCount(attributes, height, 0), windowCount(attributes, width, 1)],
      batch,
      training: false,
      dropout: false,
      weight: () => fail("a pool has no weights"),
      setStatistic: () => fail("a pool has no statistics"),
      input: () => fail("a pool is no input"),
      feed: () => fail("a pool has no feeds"),
      keepPlaces: (places) => void kept.push(places),
      places: () => fail("a pool is no unpool"),
    },
  );
  const [places] = kept;
  return { values, places: places ?? fail("the pool kept no places"), input: x };
}

function fail(message: string): never {
  throw new Error(message);
}

function mapType({ batch, channels, height, width }: Omit<Maps, "data">) {
  return float32(batch, channels, height, width);
}

function asMaps(shape: readonly number[], data: ArrayLike<number> = []): Maps {
  const [batch = 0, channels = 0, height = 0, width = 0] = shape;
  let at = 0;
  return maps(batch, channels, height, width, () => data[at++] ?? Number.NaN);
}
