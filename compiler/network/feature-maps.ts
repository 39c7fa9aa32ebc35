/** Sizes, geometry and weights of new feature maps, computed once for equal calls, so that large networks share their tables. */
import { perAxis } from "../axis.ts";
import { Refusal, refuse } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import type { Attributes, OperationName } from "../ops/attributes.ts";
import type { WeightSpecification } from "../ops/operation.ts";
import { operations } from "../ops/registry.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import { deepEqual } from "./deep-equal.ts";
import type { FeatureMap } from "./graph.ts";

/**
 * Entries of all tables that are computed, in sizes and receptive fields: some seconds of work. A network of 5,000 layers in the
 * literature needs some 100,000.
 */
const mostEntries = 1_000_000;

type AxisMap = { readonly size: SizeFunction; readonly geometry: AxisGeometry };

export class FeatureMaps {
  readonly #numbers = new Map<object, number>();
  /** By operation and attributes, as text. */
  readonly #calls = new Map<string, number>();
  readonly #sizes = new Map<string, SizeFunction>();
  readonly #geometries = new Map<string, AxisGeometry>();
  readonly #weights = new Map<string, readonly WeightSpecification[]>();
  #last:
    | { readonly operation: OperationName; readonly attributes: object; readonly number: number }
    | undefined;
  #entries = 0;

  /**
   * The feature map that the operation makes of its inputs; refused where its rules refuse, or where all tables grow past their
   * limit.
   */
  make<O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    inputs: readonly FeatureMap[],
  ): Omit<FeatureMap, "channels"> | Refusal {
    const called = this.#called(operation, attributes);
    const height = this.#axisMap(operation, attributes, called, inputs, 0);
    if (height instanceof Refusal) return height;
    // Where the axes differ in nothing but the symbol, their tables do not differ either.
    const alike =
      isSymmetric(attributes) && inputs.length > 0 && inputs.every(hasLikeAxes) && haveOneSymbol(inputs);
    const width = alike
      ? this.#sameForWidth(height, inputs)
      : this.#axisMap(operation, attributes, called, inputs, 1);
    if (width instanceof Refusal) return width;
    if (this.#entries > mostEntries) return refuse("sizes/too-many", { limit: mostEntries });
    const shared = oneOf(width.geometry, [height.geometry], sameGeometry);
    return {
      size: [height.size, withSharedTable(width.size, height.size)],
      geometry: [height.geometry, shared],
    };
  }

  /** The weights that the operation owns: of equal calls, the same list. */
  weights<O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    inputs: readonly FeatureMap[],
  ): readonly WeightSpecification[] {
    const call = `${this.#called(operation, attributes)} ${this.#numbersOf(inputs.flatMap(({ size }) => size))} ${inputs.map(({ channels }) => channels)}`;
    const known = this.#weights.get(call);
    if (known !== undefined) return known;
    const channels = inputs.map((input) => input.channels);
    const sizes = perAxis((axis) => inputs.map((input) => input.size[axis]));
    const weights = operations[operation].weights(attributes, channels, sizes);
    this.#weights.set(call, weights);
    return weights;
  }

  #sameForWidth({ size, geometry }: AxisMap, inputs: readonly FeatureMap[]): AxisMap {
    const widths = inputs.map((input) => input.size[1]);
    const same = widths.find((width) => width.prefix === size.prefix && width.cycle === size.cycle);
    if (same !== undefined && (size.symbol === undefined) === (same.symbol === undefined))
      return { size: same, geometry };
    const symbol =
      size.symbol === undefined ? undefined : widths.find((width) => width.symbol !== undefined)?.symbol;
    return { size: { ...size, symbol }, geometry };
  }

  #axisMap<O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    called: number,
    inputs: readonly FeatureMap[],
    axis: 0 | 1,
  ): AxisMap | Refusal {
    const sizes = inputs.map((input) => input.size[axis]);
    const geometries = inputs.map((input) => input.geometry[axis]);
    const call = `${called} ${axis} ${this.#numbersOf(sizes)}`;
    const size = this.#sizes.get(call) ?? this.#size(operation, attributes, sizes, axis);
    if (size instanceof Refusal) return size;
    this.#sizes.set(call, size);
    const whole = `${call} ${this.#numbersOf(geometries)}`;
    const geometry =
      this.#geometries.get(whole) ?? this.#geometry(operation, attributes, geometries, axis, sizes);
    this.#geometries.set(whole, geometry);
    return { size, geometry };
  }

  #size<O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    sizes: readonly SizeFunction[],
    axis: 0 | 1,
  ): SizeFunction | Refusal {
    const size = operations[operation].size(attributes, sizes, axis);
    if (size instanceof Refusal) return size;
    this.#entries += size.prefix.length + size.cycle.length;
    return oneOf(size, sizes, sameSize);
  }

  #geometry<O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    geometries: readonly AxisGeometry[],
    axis: 0 | 1,
    sizes: readonly SizeFunction[],
  ): AxisGeometry {
    const geometry = operations[operation].geometry(attributes, geometries, axis, sizes);
    this.#entries += fieldCost(geometry, attributes);
    return oneOf(geometry, geometries, sameGeometry);
  }

  /** A number for the operation with these attributes; the last ones are remembered, since `make` and `weights` follow each other. */
  #called(operation: OperationName, attributes: object): number {
    const last = this.#last;
    if (last?.attributes === attributes && last.operation === operation) return last.number;
    const text = `${operation} ${JSON.stringify(attributes)}`;
    const number = this.#calls.get(text) ?? this.#calls.size;
    this.#calls.set(text, number);
    this.#last = { operation, attributes, number };
    return number;
  }

  /** Equal objects of one graph are mostly the same object, so that a number for each distinguishes them. */
  #numbersOf(parts: readonly object[]): string {
    return parts.map((part) => this.#number(part)).join();
  }

  #number(part: object): number {
    const known = this.#numbers.get(part);
    if (known !== undefined) return known;
    this.#numbers.set(part, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** An input of equal value in place of the result: a padded convolution keeps the size. */
function oneOf<T>(result: T, inputs: readonly T[], equal: (a: T, b: T) => boolean): T {
  return inputs.find((input) => input === result || equal(input, result)) ?? result;
}

function isSymmetric(attributes: object): boolean {
  return Object.values(attributes).every(
    (value) => !Array.isArray(value) || value.length !== 2 || deepEqual(value[0], value[1]),
  );
}

/** Whether height and width share their tables; they do where `withSharedTable` has seen to it. */
function hasLikeAxes({ size: [height, width], geometry }: FeatureMap): boolean {
  const bothDepend = (height.symbol === undefined) === (width.symbol === undefined);
  return (
    bothDepend &&
    height.prefix === width.prefix &&
    height.cycle === width.cycle &&
    geometry[0] === geometry[1]
  );
}

/** Whether one symbol an axis is all there is: with several, the rule decides whose the result depends on. */
function haveOneSymbol(inputs: readonly FeatureMap[]): boolean {
  return ([0, 1] as const).every((axis) => {
    const symbols = new Set(inputs.map((input) => input.size[axis].symbol));
    symbols.delete(undefined);
    return symbols.size <= 1;
  });
}

function withSharedTable(size: SizeFunction, other: SizeFunction): SizeFunction {
  if (size.prefix === other.prefix && size.cycle === other.cycle) return size;
  return sameTable(size, other) ? { ...other, symbol: size.symbol } : size;
}

function sameSize(a: SizeFunction, b: SizeFunction): boolean {
  return a.symbol === b.symbol && sameTable(a, b);
}

function sameTable(a: SizeFunction, b: SizeFunction): boolean {
  return a.rise === b.rise && sameItems(a.cycle, b.cycle) && sameItems(a.prefix, b.prefix);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, place) => item === b[place]));
}

function sameGeometry(a: AxisGeometry, b: AxisGeometry): boolean {
  if (a.kind !== "grid" || b.kind !== "grid") return deepEqual(a, b);
  if (a.advance !== b.advance || a.fields.length !== b.fields.length) return false;
  return (
    deepEqual([a.stride, a.offset, a.pixels], [b.stride, b.offset, b.pixels]) &&
    a.fields.every((field, phase) => deepEqual(field, b.fields[phase]))
  );
}

/** Receptive fields, each weighted by the positions its hull was computed over. */
function fieldCost(geometry: AxisGeometry, attributes: object): number {
  if (geometry.kind !== "grid") return 0;
  const phases = geometry.fields.length;
  const kernel =
    "kernel" in attributes && Array.isArray(attributes.kernel) ? Math.max(...attributes.kernel) : 1;
  return phases * Math.ceil(Math.min(kernel, 2 * phases) / 8);
}
