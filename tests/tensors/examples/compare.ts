/** A network on an engine beside the float64 evaluation of its programs. */
import { expect } from "vitest";
import type { Session } from "../../../runtime/engines/engine.ts";
import { referenceSession } from "../../support/reference-executor.ts";
import { disturbed, type NarrowExample, rounded } from "./narrowed.ts";

interface Arrays {
  readonly data: Float32Array;
}

/** ‖found − expected‖ / ‖expected‖ over all arrays. */
export function distance(found: ReadonlyMap<string, Arrays>, expected: ReadonlyMap<string, Arrays>): number {
  let [apart, whole] = [0, 0];
  for (const [name, { data }] of expected) {
    const other = found.get(name)?.data ?? new Float32Array();
    expect(other.length, name).toBe(data.length);
    for (const [i, value] of data.entries()) {
      apart += (value - (other[i] ?? Number.NaN)) ** 2;
      whole += value ** 2;
    }
  }
  return whole === 0 ? Math.sqrt(apart) : Math.sqrt(apart / whole);
}

/**
 * Of gradients, where no rectifier, maximum or batch statistic is at an edge. Where float32 changes such decisions, two float32
 * computations differ by as much as they do from float64.
 */
const gradientTolerance = 2e-5;

/** Compares predictions, losses, gradients, and with dropout the loss of a step. */
export async function compareWithReference(
  { network, options, inputs, targets }: NarrowExample,
  engine: Session,
): Promise<void> {
  const reference = referenceSession(network.graph, options);
  const weights = disturbed(await engine.readWeights());
  await engine.writeWeights(weights);
  await reference.writeWeights(weights);
  // activations of some hundred float32 layers
  expect(distance(await engine.predict(inputs), await reference.predict(inputs))).toBeLessThan(1e-4);

  const measured = await engine.evaluate(inputs, targets);
  const expected = await reference.evaluate(inputs, targets);
  expect([...measured.losses.keys()]).toEqual([...expected.losses.keys()]);
  for (const [output, loss] of expected.losses) {
    expect(Math.abs((measured.losses.get(output) ?? Number.NaN) / loss - 1), output).toBeLessThan(1e-5);
  }

  const gradients = await reference.gradients(inputs, targets);
  const found = distance(await engine.gradients(inputs, targets), gradients);
  // how far float64 itself moves when weights and inputs are rounded
  let sensitivity = 0;
  for (const seed of found < gradientTolerance ? [] : [1, 2, 3]) {
    await reference.writeWeights(rounded(weights, seed));
    const moved = await reference.gradients(rounded(inputs, seed), targets);
    sensitivity = Math.max(sensitivity, distance(moved, gradients));
  }
  expect(found).toBeLessThan(Math.max(gradientTolerance, Math.min(0.5, 20 * sensitivity)));

  if (network.graph.nodes.some(({ operation }) => operation === "dropout")) {
    await reference.writeWeights(weights);
    const stepped = await reference.step(inputs, targets, 0.01);
    const { loss } = await engine.step(inputs, targets, 0.01);
    expect(Math.abs(loss / stepped.loss - 1), "with the same dropout masks").toBeLessThan(5e-5);
  }
  reference.close();
}
