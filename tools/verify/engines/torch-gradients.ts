/** The gradients of an example in PyTorch, in float32 and in float64. */
import type { WeightArray } from "../../../runtime/arrays.ts";
import { askTorch } from "../../pytorch/request.ts";
import { gradientErrors } from "./distance.ts";
import type { NarrowExample } from "./narrow-examples.ts";

export type TorchGradients =
  | {
      readonly kind: "compared";
      readonly version: string;
      /** Of each step, by weight: how far float32 is from the float64 evaluation of our programs. */
      readonly errors: readonly ReadonlyMap<string, number>[];
      /** The same of PyTorch's float64: the largest, and where. */
      readonly exact: { readonly error: number; readonly at: string };
    }
  /** It lacks an operation or a loss, or is not installed. */
  | { readonly kind: "missing"; readonly reason: string };

/** What gradients.py prints. */
type Printed =
  | { readonly version: string; readonly losses: readonly number[]; readonly parameters: number }
  | { readonly version: string; readonly unsupported: string };

type Weights = ReadonlyMap<string, WeightArray>;

/**
 * @param befores the weights before each step
 * @param expected the gradients there in float64
 */
export async function torchGradients(
  { network: { graph }, options, inputs, targets }: NarrowExample,
  befores: readonly Weights[],
  expected: readonly Weights[],
): Promise<TorchGradients> {
  const named = (prefix: string, weights: Weights | undefined) =>
    [...(weights ?? [])].map(([name, array]) => [`${prefix}/${name}`, array] as const);
  const arrays = new Map([
    ...named("weights", befores[0]),
    ...befores.flatMap((weights, step) => named(`step ${step}`, weights)),
  ]);
  const request = { graph, training: options.training, inputs, targets, arrays };
  const { printed, values } = await askTorch("gradients.py", {
    ...request,
    numbers: { steps: befores.length },
  });
  const answer = printed as Printed;
  if ("unsupported" in answer) return { kind: "missing", reason: `PyTorch lacks ${answer.unsupported}` };
  let place = 0;
  const next = (like: Weights): Weights =>
    new Map(
      [...like].map(([name, { shape, data }]) => {
        place += data.length;
        return [name, { shape, data: values.subarray(place - data.length, place) }];
      }),
    );
  const errors: ReadonlyMap<string, number>[] = [];
  let exact = { error: 0, at: "" };
  for (const [step, like] of expected.entries()) {
    errors.push(gradientErrors(next(like), like));
    for (const [name, error] of gradientErrors(next(like), like))
      if (!(error <= exact.error)) exact = { error, at: `${name} at step ${step + 1}` };
  }
  if (place !== values.length) throw new Error(`PyTorch gave ${values.length} numbers, not ${place}`);
  return { kind: "compared", version: answer.version, errors, exact };
}
