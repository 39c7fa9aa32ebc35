/** Predictions with dropout on, and how uncertain averaged predictions are. */
import { describe, expect, it } from "vitest";
import type { MapBatch, WeightArray } from "../../runtime/arrays.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { Raster } from "../../runtime/images/raster.ts";
import { single } from "../../runtime/prediction/averaging/averaging.ts";
import { classValues } from "../../runtime/prediction/averaging/class-values.ts";
import { entropyOf, informationOf } from "../../runtime/prediction/averaging/uncertainty.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { Random } from "../../runtime/random.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { compileNetwork } from "../support/compile-network.ts";

const normalisation = { mean: [0], deviation: [1] };
const network = (body: string) => compileNetwork(`network N {\n  input image [1, H, W]\n  ${body}\n}`).graph;

function noise(height: number, width: number): Raster {
  const random = new Random(7);
  const data = Float32Array.from({ length: height * width }, () => 0.1 + 0.9 * random.uniform());
  return { width, height, channels: 1, fullScale: 1, data };
}

const ln2 = Math.log(2);

describe("Monte Carlo dropout", () => {
  it("averages predictions with masks of their own, the same from one seed", async () => {
    const graph = network("conv(1, 1x1, bias = false) dropout(0.5)\n  output y");
    const weights = new Map<string, WeightArray>(
      [...initialiseWeights(graph, 1)].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map(() => 1) },
      ]),
    );
    const image = noise(12, 10);
    const predict = async (seed: number, count: number) => {
      const passes = { count, seed };
      const predictor = await Predictor.open(
        graph,
        await loadEngine("wasm"),
        { weights, normalisation },
        { ...single, passes },
      );
      const first = await predictor.positionMaps(new Map([["image", image]]));
      const second = await predictor.positionMaps(new Map([["image", image]]));
      predictor.close();
      expect(second).toEqual(first); // whatever was predicted before
      return first[0]?.data ?? new Float32Array();
    };
    // of 4 passes each keeps a value, doubled, or drops it
    const found = await predict(1, 4);
    const kept = Array.from(found, (value, i) => (4 * value) / (2 * (image.data[i] ?? 0)));
    for (const count of kept) expect(count).toBeCloseTo(Math.round(count), 5);
    expect(new Set(kept.map(Math.round)).size).toBeGreaterThan(3);
    expect(await predict(2, 4)).not.toEqual(found);
  });

  it("gives the same on every engine", async () => {
    const graph = network(
      "conv(6, 3x3) relu dropout(0.4)\n  conv(3, 3x3) dropout(0.3, spatial = true)\n  output y by softmax",
    );
    const inputs = new Map([
      ["image", { data: noise(9, 8).data as Float32Array, shape: [1, 9, 8, 1] as const }],
    ]);
    const values: Float32Array[] = [];
    for (const name of ["wasm", "cpu"] as const) {
      const session = await (await loadEngine(name)).open(graph, { seed: 5 });
      const [on, again, off] = [
        await session.predict(inputs, { dropoutSeed: 3 }),
        await session.predict(inputs, { dropoutSeed: 3 }),
        await session.predict(inputs),
      ].map((maps) => maps.get("y")?.data ?? new Float32Array());
      session.close();
      expect(again).toEqual(on);
      expect(off).not.toEqual(on);
      values.push(on ?? new Float32Array());
    }
    const [wasm, cpu] = values;
    const far = Math.max(...Array.from(wasm ?? [], (value, i) => Math.abs(value - (cpu?.[i] ?? Number.NaN))));
    expect(far).toBeLessThan(1e-5);
  });
});

describe("uncertainty", () => {
  /** Probabilities of two classes at one pixel, from the members' biases. */
  async function uncertainty(biases: readonly (readonly [number, number])[], activation = "softmax") {
    const channels = activation === "softmax" ? 2 : 1;
    const graph = network(`conv(${channels}, 1x1)\n  output y by ${activation}`);
    const members = biases.map((bias) => ({
      normalisation,
      weights: new Map<string, WeightArray>(
        [...initialiseWeights(graph, 1)].map(([name, { shape, data }]) => [
          name,
          { shape, data: data.map((_, i) => (name.endsWith("bias") ? (bias[i] ?? 0) : 0)) },
        ]),
      ),
    }));
    const [first, ...others] = members;
    if (first === undefined) throw new Error("no member");
    const engine = await loadEngine("wasm");
    const predictor = await Predictor.open(graph, engine, [first, ...others], { ...single, entropy: true });
    const [map] = await predictor.positionMaps(new Map([["image", noise(2, 3)]]));
    const [prediction] = await predictor.predict(noise(2, 3));
    predictor.close();
    if (prediction?.kind !== "classes") throw new Error("not of classes");
    expect(prediction.probabilities().shape).toEqual([1, 2, 3, channels]);
    const rows = classValues(map as MapBatch, true); // there is one output
    expect(rows.probabilities.shape).toEqual([1, 2, 3, 2]);
    return [entropyOf(rows)[0] ?? Number.NaN, informationOf(rows)[0] ?? Number.NaN] as const;
  }

  it("is the entropy of the mean, and the mutual information where the predictions differ", async () => {
    const [opposite, disagreement] = await uncertainty([
      [40, 0],
      [0, 40],
    ]);
    expect(opposite).toBeCloseTo(ln2, 6);
    expect(disagreement).toBeCloseTo(ln2, 6);
    const [undecided, agreement] = await uncertainty([
      [3, 3],
      [0, 0],
    ]);
    expect(undecided).toBeCloseTo(ln2, 6);
    expect(agreement).toBeCloseTo(0, 6);
    // p = 0.8 and 0.4: H(0.6) and the mean of H(0.8) and H(0.4), by hand
    const logit = (p: number) => Math.log(p / (1 - p));
    const binary = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    const [entropy, information] = await uncertainty([
      [0, logit(0.8)],
      [0, logit(0.4)],
    ]);
    expect(entropy).toBeCloseTo(binary(0.6), 5);
    expect(information).toBeCloseTo(binary(0.6) - (binary(0.8) + binary(0.4)) / 2, 5);
    const [one, part] = await uncertainty(
      [
        [logit(0.8), 0],
        [logit(0.4), 0],
      ],
      "sigmoid",
    );
    expect([one, part]).toEqual([expect.closeTo(entropy, 5), expect.closeTo(information, 5)]);
  });
});
