import { describe, expect, it } from "vitest";
import type { MapBatch } from "../../runtime/arrays.ts";
import type { ColourImage } from "../../runtime/crf/image-kernels.ts";
import { deepLabParameters } from "../../runtime/crf/parameters.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { refineProbabilities } from "../../runtime/refinement/refine-probabilities.ts";
import { guessedScene } from "../crf/scenes.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { discs, feed, randomMaps, target } from "./batches.ts";
import { adam, dataOf, everywhere, openSession } from "./sessions.ts";

const [width, height, classes] = [12, 10, 3];
const normalisation = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] };

/** As the data pipeline feeds it. */
function normalised({ levels }: ColourImage): Float32Array {
  return levels.map((level, i) => {
    const [mean = 0, deviation = 1] = [normalisation.mean[i % 3], normalisation.deviation[i % 3]];
    return (level / 255 - mean) / deviation;
  });
}

const field = (call: string, image = "H, W") =>
  compileNetwork(`network N(classes = 3) {
    input image [3, ${image}]
    input scores [3, H, W]
    ${call}
    output labels by softmax
  }`).graph;

async function refined(
  engine: EngineName,
  graph: Parameters<typeof openSession>[1],
  inputs: ReadonlyMap<string, MapBatch>,
): Promise<readonly number[]> {
  const session = await (await loadEngine(engine)).open(graph, {
    seed: 1,
    normalisations: new Map([["image", normalisation]]),
  });
  try {
    return [...((await session.predict(inputs)).get("labels")?.data ?? [])];
  } finally {
    session.close();
  }
}

describe.each([...everywhere, "native"] as const)("a crf in a network, on %s", (engine) => {
  const scenes = [1, 2].map((seed) => guessedScene(seed, width, height, classes));
  const batch = (arrays: readonly Float32Array[]): MapBatch => ({
    data: Float32Array.from(arrays.flatMap((array) => [...array])),
    shape: [arrays.length, height, width, 3],
  });
  const scores = batch(scenes.map(({ probabilities }) => probabilities.map(Math.log)));

  it("as it begins, is the field after the network: the same kernels, colours and iterations", async () => {
    const wide = { ...deepLabParameters, appearance_position: 9, appearance_colour: 12, iterations: 6 };
    const graph = field("crf(image, appearance_position = 9, appearance_colour = 12, iterations = 6)");
    const images = batch(scenes.map(({ image }) => normalised(image)));
    const found = await refined(
      engine,
      graph,
      new Map([
        ["image", images],
        ["scores", scores],
      ]),
    );
    const expected = scenes.flatMap(({ probabilities, image }) => [
      ...refineProbabilities({ data: probabilities, shape: [1, height, width, classes] }, image, wide).data,
    ]);
    // Single precision: normalised colours are off by some 1e-5 levels, and six iterations let differences grow.
    expected.forEach((p, i) => void expect(Math.abs((found[i] ?? Number.NaN) - p)).toBeLessThan(1e-3));
  });

  it("compares the colours of a pooled input, as of that image by itself", async () => {
    const pooled = field("from image avgpool(2) as small from scores crf(small)", "2*H, 2*W");
    const plain = field("crf(image)");
    const large = randomMaps(3, [2, 2 * height, 2 * width, 3]);
    const small: MapBatch = { data: new Float32Array(scores.data.length), shape: [2, height, width, 3] };
    for (let i = 0; i < small.data.length; i++) {
      const [c, x] = [i % 3, Math.floor(i / 3) % width];
      const row = Math.floor(i / (3 * width)); // of both images together
      const at = (dy: number, dx: number) =>
        large.data[((2 * row + dy) * 2 * width + 2 * x + dx) * 3 + c] ?? Number.NaN;
      small.data[i] = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
    }
    const [found, expected] = [
      await refined(engine, pooled, new Map([...feed(large), ["scores", scores]])),
      await refined(engine, plain, new Map([...feed(small), ["scores", scores]])),
    ];
    expected.forEach((p, i) => void expect(Math.abs((found[i] ?? Number.NaN) - p)).toBeLessThan(1e-3));
  });

  it("over windows, receives messages from as far as its geometry says, and no further", async () => {
    const [rows, columns] = [13, 15];
    const graph = field("crf(image, window = 3x5, iterations = 2, appearance_colour = 200)");
    const at = 6 * columns + 7;
    const maps = (change: "none" | "scores" | "image") => {
      const shape = [1, rows, columns, 3] as const;
      const values = { image: randomMaps(1, shape).data, scores: randomMaps(2, shape).data };
      if (change !== "none") values[change].fill(1.5, 3 * at, 3 * at + 1);
      return new Map([
        ["image", { data: values.image, shape }],
        ["scores", { data: values.scores, shape }],
      ]);
    };
    const still = await refined(engine, graph, maps("none"));
    const reached = async (change: "scores" | "image") => {
      const moved = await refined(engine, graph, maps(change));
      const cells = still.flatMap((value, i) => (value === moved[i] ? [] : [Math.floor(i / 3)]));
      const [y, x] = [cells.map((i) => Math.floor(i / columns)), cells.map((i) => i % columns)];
      return [Math.min(...y) - 6, Math.max(...y) - 6, Math.min(...x) - 7, Math.max(...x) - 7];
    };
    expect(await reached("scores")).toEqual([-2, 2, -4, 4]);
    expect(await reached("image")).toEqual([-3, 3, -6, 6]);
  });

  it("is trained through: its weights move, the network before it learns, and no tensor stays", async () => {
    const graph = compileNetwork(`network N(classes = 2) {
      input image [1, H, W]
      conv(4, 3x3) relu as features
      conv(classes, 1x1) as scores
      crf(image, iterations = 3, appearance_position = 6, appearance_colour = 40) as field
      output labels by softmax
    }`).graph;
    const session = await openSession(engine, graph, { optimizer: adam() });
    const before = await session.readWeights();
    const losses: number[] = [];
    let held: number | undefined;
    for (let step = 0; step < 12; step++) {
      const { images, labels } = discs(step % 3, 2, 12);
      losses.push((await session.step(feed(images), target(labels), 0.02)).loss);
      held ??= session.allocations();
      expect(session.allocations()).toBe(held);
    }
    expect(Math.max(...losses.slice(-3))).toBeLessThan(Math.min(...losses.slice(0, 3)));
    const after = await session.readWeights();
    for (const name of [
      "conv1.weight",
      "scores.weight",
      "field.appearance",
      "field.smoothness",
      "field.compatibility",
    ]) {
      expect(dataOf(after, name), name).not.toEqual(dataOf(before, name));
    }
    // Written back into a new session, they give the same prediction.
    const { images } = discs(0, 1, 12);
    const again = await openSession(engine, graph, { seed: 9 });
    await again.writeWeights(after);
    expect((await again.predict(feed(images))).get("labels")).toEqual(
      (await session.predict(feed(images))).get("labels"),
    );
  });

  it("frozen, passes gradients to the network and keeps its weights", async () => {
    const graph = compileNetwork(`network N(classes = 2) {
      input image [1, H, W]
      conv(classes, 3x3) as scores
      crf(image, iterations = 2, frozen) as field
      output labels by softmax
    }`).graph;
    const session = await openSession(engine, graph);
    const before = await session.readWeights();
    const { images, labels } = discs(1, 1, 8);
    await session.step(feed(images), target(labels), 0.1);
    const after = await session.readWeights();
    expect(dataOf(after, "scores.weight")).not.toEqual(dataOf(before, "scores.weight"));
    for (const name of ["field.appearance", "field.smoothness", "field.compatibility"])
      expect(dataOf(after, name)).toEqual(dataOf(before, name));
  });
});
