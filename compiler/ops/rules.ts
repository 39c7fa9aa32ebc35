/** The parts of an operation's meaning that many share. */
import type { Refusal } from "../diagnostics/problem.ts";
import { refuse } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import { rational } from "../geometry/rational.ts";
import { divisors, gcd } from "../sizes/integers.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import type { Initialisation, Operation, Scale, Traits, WeightSpecification } from "./operation.ts";
import { readsItself } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { unchanged } from "./windowed.ts";

/** The nth input of an operation. @throws Error when there is none: a fault of the caller. */
export function inputAt<T>(inputs: readonly T[], place: number): T {
  const input = inputs[place];
  if (input === undefined) throw new Error(`an operation was given no input ${place}`);
  return input;
}

export const spatial: Traits = { pointwise: false, training: false };
export const cellwise: Traits = { pointwise: true, training: false };

export const noWeights = (): readonly WeightSpecification[] => [];
export const noMultiplyAdds = (): number => 0;
export const sameChannels = (_: unknown, inputs: readonly number[]): number => inputAt(inputs, 0);
export const sameSize = (_: unknown, inputs: readonly SizeFunction[]): SizeFunction => inputAt(inputs, 0);
export const sameGeometry = (_: unknown, inputs: readonly AxisGeometry[]): AxisGeometry => inputAt(inputs, 0);

/** The resolution of the first input that has one. */
export const sameScale = (): Scale => [rational(1), rational(1)];

/** Of an operation that is not written under the one before it in figures. */
export function nameAsLabel(name: string): () => string {
  return () => name;
}

/** An operation on every position separately that keeps channels, size and grid. */
export function cellwiseOperation<A>(
  own: Pick<Operation<A>, "name" | "summary" | "kind" | "label" | "schema" | "say">,
): Operation<A> {
  return {
    ...own,
    inputs: oneMap,
    traits: cellwise,
    channels: sameChannels,
    size: sameSize,
    geometry: sameGeometry,
    scale: sameScale,
    reads: readsItself,
    weights: noWeights,
    multiplyAdds: noMultiplyAdds,
    dilated: unchanged,
    moment: "passes",
  };
}

/** Weights of one number per channel. */
export function perChannel(
  name: string,
  channels: number,
  value: number,
  trainable: boolean,
): WeightSpecification {
  return { name, shape: [channels], initialisation: constant(value), trainable, counted: true };
}

export function constant(value: number): Initialisation {
  return { kind: "constant", value };
}

/** Whether an initialisation that takes channels to channels can be had; `undefined` when it can. */
export function checkInitialisation(
  init: Initialisation,
  input: number,
  output: number,
  groups: number,
  [height, width]: readonly [number, number],
): Refusal | undefined {
  if (init.kind !== "bilinear" && init.kind !== "identity") return undefined;
  if (init.kind === "identity" && init.maps !== undefined) {
    const { maps } = init;
    if (input % maps !== 0 || output % maps !== 0 || maps % groups !== 0) {
      const facts = { maps, input, output, groups, possible: mapCounts(input, output, groups) };
      return refuse("operations/identity-maps-do-not-divide", facts, "init");
    }
  } else if (input !== output) {
    const facts = { initialisation: init.kind, input, output };
    return refuse("operations/initialisation-needs-equal-channels", facts, "init");
  }
  if (init.kind === "identity" && (height % 2 === 0 || width % 2 === 0)) {
    return refuse("operations/identity-needs-odd-kernel", { height, width }, "init");
  }
  return undefined;
}

/** The numbers of maps among which channels on both sides can be shared out, each map within one group. */
function mapCounts(input: number, output: number, groups: number): readonly number[] {
  return divisors(gcd(input, output)).filter((maps) => maps % groups === 0);
}
