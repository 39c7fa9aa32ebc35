import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { lossValues } from "../../compiler/tensors/losses/formulas.ts";
import { differentiate } from "../../compiler/tensors/passes/differentiate.ts";
import { float32, int32 } from "../../compiler/tensors/value.ts";

/** Cross entropy of one image of one row: values and gradients. @param logits [channels][positions] */
function crossEntropy(
  logits: readonly (readonly number[])[],
  labels: readonly number[],
  valid: readonly number[],
) {
  const [channels, width] = [logits.length, labels.length];
  const build = new ProgramBuilder("loss");
  const map = build.feed("input", "map", float32(1, channels, 1, width));
  const target = build.feed("target", "map", int32(1, 1, 1, width));
  const weights = build.feed("valid", "map", float32(1, 1, 1, width));
  const values = lossValues(
    { build, map, target, valid: weights },
    { kind: "cross_entropy", labelSmoothing: 0 },
  );
  const gradients = differentiate(build, [{ value: values, weights: build.fill(1, values.shape) }], [map]);
  build.output("loss", "loss", values);
  build.output("gradient", "map", gradients.get(map.id) ?? map);
  const { outputs } = evaluate(build.finish(), {
    feeds: new Map([
      [feedName("input", "map"), logits.flat()],
      [feedName("target", "map"), labels],
      [feedName("valid", "map"), valid],
    ]),
    state: new Map(),
  });
  const data = (name: string) => [...(outputs.get(name)?.data ?? [])];
  return { values: data(outputName("loss", "loss")), gradient: data(outputName("gradient", "map")) };
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

describe("cross entropy", () => {
  it("is −w log softmax of the label's logit, and its gradient w (p − t)", () => {
    const { values, gradient } = crossEntropy(
      [
        [0, 1],
        [Math.log(3), 2],
        [0, 3],
      ],
      [1, 0],
      [2, 0],
    );
    expect(values).toEqual(close([-2 * Math.log(3 / 5), 0]));
    expect(gradient).toEqual(close([2 / 5, 0, 2 * (3 / 5 - 1), 0, 2 / 5, 0]));
  });

  it("of one channel is logistic, with slope p − t at 0 too", () => {
    const { values, gradient } = crossEntropy([[0, 0, Math.log(3)]], [0, 1, 1], [1, 1, 1]);
    expect(values).toEqual(close([Math.log(2), Math.log(2), -Math.log(3 / 4)]));
    expect(gradient).toEqual(close([0.5, -0.5, 3 / 4 - 1]));
  });

  it("stays finite for logits whose exponentials do not", () => {
    for (const logits of [
      [[1000, -1000]],
      [
        [1000, -1000],
        [0, 0],
      ],
    ]) {
      const { values, gradient } = crossEntropy(logits, [0, 0], [1, 1]);
      expect(values).toEqual(close(logits.length === 1 ? [1000, 0] : [0, 1000]));
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });
});
