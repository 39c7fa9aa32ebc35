/** A network on engines beside the float64 evaluation of its programs. */
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

/** Compares predictions, losses, gradients, and with dropout the loss of a step, of every session. It is computed once for all. */
export async function compareWithReference(
  { network, options, inputs, targets }: NarrowExample,
  engines: ReadonlyMap<string, Session>,
): Promise<void> {
  const reference = referenceSession(network.graph, options);
  const weights = disturbed(await reference.readWeights());
  await reference.writeWeights(weights);
  const predicted = await reference.predict(inputs);
  const evaluated = await reference.evaluate(inputs, targets);
  const gradients = await reference.gradients(inputs, targets);
  /** How far float64 itself moves when weights and inputs are rounded. */
  let sensitivity: number | undefined;
  for (const [name, engine] of engines) {
    await engine.writeWeights(weights);
    // activations of some hundred float32 layers
    expect(distance(await engine.predict(inputs), predicted), name).toBeLessThan(1e-4);
    const { losses } = await engine.evaluate(inputs, targets);
    expect([...losses.keys()], name).toEqual([...evaluated.losses.keys()]);
    for (const [output, loss] of evaluated.losses) {
      expect(Math.abs((losses.get(output) ?? Number.NaN) / loss - 1), `${output} on ${name}`).toBeLessThan(
        1e-5,
      );
    }
    const found = distance(await engine.gradients(inputs, targets), gradients);
    if (found < gradientTolerance) continue;
    if (sensitivity === undefined) {
      const moved: number[] = [];
      for (const seed of [1, 2, 3]) {
        await reference.writeWeights(rounded(weights, seed));
        moved.push(distance(await reference.gradients(rounded(inputs, seed), targets), gradients));
      }
      sensitivity = Math.max(...moved);
    }
    expect(found, name).toBeLessThan(Math.max(gradientTolerance, Math.min(0.5, 20 * sensitivity)));
  }
  if (network.graph.nodes.some(({ operation }) => operation === "dropout")) {
    await reference.writeWeights(weights);
    const { loss } = await reference.step(inputs, targets, 0.01);
    for (const [name, engine] of engines) {
      const stepped = await engine.step(inputs, targets, 0.01);
      expect(Math.abs(stepped.loss / loss - 1), `${name}, with the same dropout masks`).toBeLessThan(5e-5);
    }
  }
  reference.close();
}
