import { describe, expect, it } from "vitest";
import { coloursOfBatch, coloursOfRaster } from "../../runtime/crf/colour-image.ts";
import { crfParameters, deepLabParameters } from "../../runtime/crf/parameters.ts";
import { normaliseImage } from "../../runtime/data/normalise-image.ts";
import { checkRefinable } from "../../runtime/refinement/check-refinable.ts";
import { refineProbabilities } from "../../runtime/refinement/refine-probabilities.ts";
import { UserError } from "../../runtime/user-error.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { bruteForceMeanField } from "./brute-force.ts";
import { guessedScene } from "./scenes.ts";

describe("refining the probabilities of an image", () => {
  const { image, probabilities, rows } = guessedScene(3, 12, 10, 2);
  // Kernels wide enough that no pixel stands between two answers; then the lattice is within 0.1 of exact sums.
  const wide = {
    ...deepLabParameters,
    appearance_position: 5,
    appearance_colour: 20,
    smoothness_position: 3,
  };

  it("is mean-field inference with −log p as unary term", () => {
    const refined = refineProbabilities({ data: probabilities, shape: [1, 10, 12, 2] }, image, wide);
    expect(refined.shape).toEqual([1, 10, 12, 2]);
    const expected = bruteForceMeanField(rows, image, wide).flat();
    expected.forEach((p, i) => void expect(Math.abs((refined.data[i] ?? Number.NaN) - p)).toBeLessThan(0.1));
  });

  it("takes a sigmoid as the second of two classes", () => {
    const second = probabilities.filter((_, i) => i % 2 === 1);
    const softmax = refineProbabilities({ data: probabilities, shape: [1, 10, 12, 2] }, image, wide);
    const sigmoid = refineProbabilities({ data: second, shape: [1, 10, 12, 1] }, image, wide);
    expect(sigmoid.shape).toEqual([1, 10, 12, 1]);
    sigmoid.data.forEach((p, i) => void expect(p).toBeCloseTo(softmax.data[2 * i + 1] ?? Number.NaN, 4));
  });

  it("compares grey images by their one channel", () => {
    const levels = image.levels.filter((_, i) => i % 3 === 0);
    const grey = { width: 12, height: 10, channels: 1, levels };
    const refined = refineProbabilities({ data: probabilities, shape: [1, 10, 12, 2] }, grey, wide);
    const expected = bruteForceMeanField(rows, grey, wide).flat();
    expected.forEach((p, i) => void expect(Math.abs((refined.data[i] ?? Number.NaN) - p)).toBeLessThan(0.1));
  });

  it("refuses probabilities that are no numbers, and an image of another size", () => {
    const broken = probabilities.slice();
    broken[5] = Number.NaN;
    expect(() => refineProbabilities({ data: broken, shape: [1, 10, 12, 2] }, image, wide)).toThrow(
      "the network gave NaN as probability number 5",
    );
    expect(() => refineProbabilities({ data: probabilities, shape: [1, 12, 10, 2] }, image, wide)).toThrow(
      RangeError,
    );
  });
});

describe("the colours that are compared", () => {
  it("are grey levels of 255, whatever the file's depth, and the same from a batch", () => {
    const data = Uint16Array.from([0, 65535, 32768, 257, 514, 1285]);
    const raster = { width: 2, height: 1, channels: 3, fullScale: 65535, data } as const;
    const colours = coloursOfRaster(raster);
    expect([...colours.levels]).toEqual([0, 255, 32768 / 257, 1, 2, 5].map(Math.fround));
    const normalisation = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] };
    const { data: one, shape } = normaliseImage(raster, normalisation);
    const two = { data: Float32Array.from([...one.map((x) => -x), ...one]), shape: [2, ...shape.slice(1)] };
    const again = coloursOfBatch(two as typeof two & { shape: typeof shape }, normalisation, 1); // of the same four axes
    expect(again).toMatchObject({ width: 2, height: 1, channels: 3 });
    // Normalised samples are single precision: 1e-7 of 255 levels, twice.
    again.levels.forEach((level, i) => void expect(level).toBeCloseTo(colours.levels[i] ?? Number.NaN, 3));
  });
});

describe("what can be refined", () => {
  const network = (output: string, classes = 3) =>
    compileNetwork(`network N(classes = ${classes}) {
      input image [3, H, W]
      conv(classes, 1x1)
      ${output}
    }`).graph;

  it("is a softmax, or a sigmoid of one channel", () => {
    for (const graph of [network("output labels by softmax"), network("output labels by sigmoid", 1)]) {
      expect(() => checkRefinable(graph, graph.outputs)).not.toThrow();
    }
  });

  it("is no output without an activation, and no sigmoid of several classes, which do not exclude each other", () => {
    for (const graph of [network("output labels"), network("output labels by sigmoid")]) {
      expect(() => checkRefinable(graph, graph.outputs)).toThrow(
        'output "labels" of N does not give class probabilities',
      );
    }
  });
});

describe("the parameters of the field", () => {
  it("are DeepLab's where nothing else is said", () => {
    expect(crfParameters(new Map())).toEqual(deepLabParameters);
    expect(
      crfParameters(
        new Map([
          ["appearance_colour", "13"],
          ["iterations", "5"],
        ]),
      ),
    ).toEqual({
      ...deepLabParameters,
      appearance_colour: 13,
      iterations: 5,
    });
  });

  it.each([
    ["colour", "3", 'no parameter "colour"'],
    ["toString", "3", 'no parameter "toString"'],
    ["appearance_weight", "-1", "expected a number from 0 to 1000"],
    ["appearance_weight", "strong", "expected a number from 0 to 1000"],
    ["appearance_position", "0", "expected pixels, from 0.1 to 10000"],
    ["appearance_colour", "NaN", "expected grey levels of 255, from 0.1 to 10000"],
    ["smoothness_position", "Infinity", "expected pixels, from 0.1 to 10000"],
    ["iterations", "2.5", "expected a whole number from 0 to 1000"],
    ["iterations", "", "expected a whole number from 0 to 1000"],
  ])("refuse %s = %s", (name, value, message) => {
    const read = () => crfParameters(new Map([[name, value]]));
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
  });
});
