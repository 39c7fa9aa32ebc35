/**
 * Feature maps that are joined again and again (DenseNet: Huang et al. 2017), or joined for a convolution, are computed part by part:
 * whatever takes the channels of a join each by themselves takes those of its parts. Equal steps become one, so that each part's moments
 * are computed once for all layers that normalise it, the gradients of a part are summed before they pass its normalisation, and no join
 * is copied or kept.
 *
 *     %3 = concat(%0, %1) axis=1            %5 = tanh(%0)
 *     %4 = concat(%3, %2) axis=1            %6 = tanh(%1)
 *     %5 = tanh(%4)                  →      %7 = tanh(%2)
 *     %6 = conv(%5, %w)                     %8 = conv(%5, slice(%w))
 *                                           %9 = add(%8, conv(%6, slice(%w)))
 *                                           %10 = add(%9, conv(%7, slice(%w)))
 */
import type { ProgramBuilder } from "../build.ts";
import type { ConvolutionAttributes, PrimitiveAttributes, PrimitiveName } from "../primitives/attributes.ts";
import { Calls } from "../primitives/calls.ts";
import { primitiveOf } from "../primitives/registry.ts";
import type { Program, Step, StepOf } from "../program.ts";
import { attributeTexts } from "../text/print.ts";
import { elementCount, four, sameShape, type Value } from "../value.ts";
import { applyStep, copyEnds, copyOf, setResults, valueIn } from "./copy.ts";

/** How an engine computes joined feature maps. */
export interface Parts {
  /** Channels that fill a block of its layout: parts of whole blocks are cheap to join. 1: it has no blocks. */
  readonly block: number;
}

export interface Parted {
  readonly build: ProgramBuilder;
  /** The value that stands for one of the given program. */
  readonly value: (id: number) => Value;
}

/** Before differentiation, which follows the parts. `undefined`: there is no such join. */
export function byParts(program: Program, { block }: Parts): Parted | undefined {
  const joins = new Set([...repeatedJoins(program), ...convolvedJoins(program, block)]);
  if (joins.size === 0) return undefined;
  const { build, values } = copyOf(program);
  const calls = new CallsOnce(build);
  const known = new Map<number, Value | Joined>(values);
  const whole = (id: number): Value => {
    const value = valueIn(known, id);
    return value instanceof Joined ? value.whole(calls) : value;
  };
  for (const step of program.steps) {
    build.at(step.origin);
    const operands = step.operands.map((id) => valueIn(known, id));
    const results = joins.has(step)
      ? [join(calls, operands, block)]
      : (inParts(calls, step, operands, block) ?? applyStep(calls, step, step.operands.map(whole)));
    setResults(known, step, results);
  }
  copyEnds(program, build, whole);
  return { build, value: whole };
}

/** Along the channels, axis 1. */
class Joined {
  readonly parts: readonly Value[];
  #whole: Value | undefined;

  constructor(parts: readonly Value[]) {
    this.parts = parts;
  }

  get channels(): readonly number[] {
    return this.parts.map(({ shape }) => shape[1] ?? 1);
  }

  whole(calls: Calls): Value {
    this.#whole ??= calls.concat(this.parts, 1);
    return this.#whole;
  }
}

/** Of more parts whatever is done costs more than a copy; of parts that fill no blocks, a copy costs more. */
const [mostParts, mostOfOthers] = [5, 10];

/** The parts of all, unless they become too many: then what was joined before is one part. */
function join(calls: Calls, operands: readonly (Value | Joined)[], block: number): Joined {
  const parts = operands.flatMap((operand) => (operand instanceof Joined ? operand.parts : operand));
  const joined = operands.filter((operand) => operand instanceof Joined);
  const fills = joined.every(({ channels }) => channels.reduce((sum, count) => sum + count, 0) % block === 0);
  if (parts.length <= (fills ? mostParts : mostOfOthers)) return new Joined(parts);
  return new Joined(operands.map((operand) => (operand instanceof Joined ? operand.whole(calls) : operand)));
}

/** Of feature maps along their channels. */
function joinsOf({ steps, values }: Pick<Program, "steps" | "values">): readonly Step[] {
  return steps.filter(
    ({ primitive, attributes, results: [result = -1] }) =>
      primitive === "concat" && attributes.axis === 1 && values[result]?.shape.length === 4,
  );
}

/** Joins of feature maps that are joined again, and those that join them. */
function repeatedJoins(program: Program): ReadonlySet<Step> {
  const joins = joinsOf(program);
  const made = new Map(joins.flatMap((join) => join.results.map((id) => [id, join] as const)));
  return new Set(
    joins.flatMap((outer) => {
      const inner = outer.operands.flatMap((id) => made.get(id) ?? []);
      return inner.length === 0 ? [] : [outer, ...inner];
    }),
  );
}

/** Of the feature map of one image: as often as it has to be larger than a filter, whose parts and their gradients are copied. */
const mapForFilter = 2;

/** Joins of two feature maps of whole blocks that only convolutions read: those of a U-Net's skips, where maps are large. */
function convolvedJoins({ steps, values, outputs }: Program, block: number): ReadonlySet<Step> {
  const shapeOf = (id: number | undefined) => values[id ?? -1]?.shape ?? [];
  const isCheap = (reader: Step, map: readonly number[]) => {
    const filter = shapeOf(reader.operands[1]);
    // one that reads the join whole would have it copied beside the parts
    const [outputs = 1, inputs = 1] = filter;
    const inParts = reader.primitive === "conv" && reader.attributes.groups === 1;
    return (
      inParts &&
      outputs <= sumsForWhole * inputs &&
      mapForFilter * elementCount(filter) <= elementCount(map.slice(1))
    );
  };
  const given = new Set(outputs.map(({ value }) => value));
  return new Set(
    joinsOf({ steps, values }).filter(({ operands, results: [result = -1] }) => {
      const readers = steps.filter((step) => step.operands.includes(result));
      const fill = operands.length === 2 && operands.every((id) => (shapeOf(id)[1] ?? 1) % block === 0);
      return fill && !given.has(result) && readers.every((reader) => isCheap(reader, shapeOf(result)));
    }),
  );
}

/** Equal steps once: the simplifier, which does more, comes after differentiation. */
class CallsOnce extends Calls {
  readonly #build: ProgramBuilder;
  readonly #known = new Map<string, readonly Value[]>();

  constructor(build: ProgramBuilder) {
    super();
    this.#build = build;
  }

  apply<P extends PrimitiveName>(
    primitive: P,
    operands: readonly Value[],
    attributes: PrimitiveAttributes[P],
  ): readonly Value[] {
    if (!isShared(primitive)) return this.#build.apply(primitive, operands, attributes);
    const step: Pick<StepOf<P>, "primitive" | "attributes"> = { primitive, attributes };
    const texts = attributeTexts(step as Pick<Step, "primitive" | "attributes">); // a member of the union over the names
    const key = [primitive, ...operands.map(({ id }) => id), ...texts].join(" ");
    const results = this.#known.get(key) ?? this.#build.apply(primitive, operands, attributes);
    this.#known.set(key, results);
    return results;
  }
}

/** What layers that read the same parts have in common. */
function isShared(name: PrimitiveName): boolean {
  return (
    primitiveOf(name).pointwise === true || name === "moments" || name === "constant" || name === "slice"
  );
}

/** `undefined`: the step reads its operands whole. */
function inParts(
  calls: Calls,
  step: Step,
  operands: readonly (Value | Joined)[],
  block: number,
): readonly (Value | Joined)[] | undefined {
  const joined = operands.find((operand) => operand instanceof Joined);
  if (joined === undefined) return undefined;
  if (step.primitive === "conv") {
    const [x, filter] = operands;
    if (!(x instanceof Joined) || filter === undefined || filter instanceof Joined) return undefined;
    return sumOfConvolutions(calls, x, filter, step.attributes, block);
  }
  const isReduction = step.primitive === "moments" || step.primitive === "sum" || step.primitive === "mean";
  const channelwise = isReduction
    ? !step.attributes.axes.includes(1)
    : primitiveOf(step.primitive).pointwise === true;
  if (!channelwise) return undefined;
  const columns = operands.map((operand) => partsOf(calls, operand, joined.channels));
  const results = joined.parts.map((_, place) => {
    const own = columns.flatMap((parts) => parts?.[place] ?? []);
    return own.length < operands.length ? undefined : applyStep(calls, step, own);
  });
  if (results.some((one) => one === undefined)) return undefined;
  return step.results.map((_, place) => new Joined(results.flatMap((one) => one?.[place] ?? [])));
}

/** What an operand is beside each part: one value for all channels, or its own of each; `undefined`: it would be copied. */
function partsOf(
  calls: Calls,
  operand: Value | Joined,
  channels: readonly number[],
): readonly Value[] | undefined {
  if (operand instanceof Joined) return sameShape(operand.channels, channels) ? operand.parts : undefined;
  const { shape } = operand;
  const axis = shape.length - 3;
  const extent = shape[axis] ?? 1;
  if (extent === 1) return channels.map(() => operand);
  if (elementCount(shape) !== extent) return undefined;
  let next = 0;
  return channels.map((count) => {
    const start = shape.map((_, at) => (at === axis ? next : 0));
    next += count;
    return calls.slice(operand, start, shape.with(axis, count));
  });
}

/** How often the sum may be written for each channel that a join would write: reordering parts that fill no block costs more than joining. */
const [sumsForWhole, sumsForOthers] = [1, 4];

function sumOfConvolutions(
  calls: Calls,
  x: Joined,
  filter: Value,
  attributes: ConvolutionAttributes,
  block: number,
): readonly Value[] | undefined {
  const [outputs, inputs, rows, columns] = four(filter.shape);
  const whole = x.channels.every((channels) => channels % block === 0);
  const most = (whole ? sumsForWhole : sumsForOthers) * inputs;
  if (attributes.groups !== 1 || outputs * (x.parts.length - 1) > most) return undefined;
  let next = 0;
  const products = x.parts.map((part) => {
    const channels = part.shape[1] ?? 1;
    const own = calls.slice(filter, [0, next, 0, 0], [outputs, channels, rows, columns]);
    next += channels;
    return calls.conv(part, own, attributes);
  });
  return [products.reduce((sum, product) => calls.add(sum, product))];
}
