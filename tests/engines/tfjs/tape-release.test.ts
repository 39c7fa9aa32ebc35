import { beforeAll, describe, expect, it } from "vitest";
import { loadTensorFlow } from "../../../runtime/engines/tfjs/load.ts";
import type { Tensor, TensorFlow } from "../../../runtime/engines/tfjs/lowering.ts";
import { releaseAsWalked } from "../../../runtime/engines/tfjs/tape-release.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
  await tf.setBackend("cpu");
});

/**
 * Gradient of a chain of squares and of additions that share and hand on their upstream gradient, and the tensors alive when
 * the first operation of the chain is reached on the way back.
 */
function walk(release: boolean): { gradient: number[]; alive: number; left: number } {
  const before = tf.memory().numTensors;
  const x = tf.variable(tf.tensor1d([0.1, -0.2, 0.3]));
  let alive = 0;
  const first = tf.customGrad((map) => ({
    value: (map as Tensor).mul(2),
    gradFunc: (upstream) => {
      alive = tf.memory().numTensors;
      return upstream.mul(2);
    },
  }));
  /** a + b, whose gradient is the very tensor it is given, twice. */
  const sum = tf.customGrad((a, b) => ({
    value: (a as Tensor).add(b as Tensor),
    gradFunc: (upstream) => [upstream, upstream],
  }));
  const { value, grads } = tf.variableGrads(() => {
    let map = first(x);
    for (let i = 0; i < 10; i++) map = sum(map.square().mul(0.1), map.sin());
    const loss = map.sum().asScalar();
    if (release) releaseAsWalked(tf);
    return loss;
  }, [x]);
  const gradient = [...(grads[x.name]?.dataSync() ?? [])];
  tf.dispose([value, ...Object.values(grads), x]);
  return { gradient, alive, left: tf.memory().numTensors - before };
}

describe("releaseAsWalked", () => {
  it("leaves gradients bit for bit as they are, also where operations hand gradients on", () => {
    expect(walk(true).gradient).toEqual(walk(false).gradient);
    expect(walk(true).gradient.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  });

  it("frees what the operations walked before held", () => {
    const [kept, released] = [walk(false), walk(true)];
    expect(released.alive).toBeLessThan(kept.alive / 2);
    expect(released.left).toBe(kept.left);
  });
});
