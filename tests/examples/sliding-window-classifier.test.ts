/** The sliding-window classifier: it learns its patches by heart, and made convolutional it is the same classifier, slid. */
import { beforeAll, describe, expect, it } from "vitest";
import { inspectNetwork } from "../../compiler/analyses/inspect/inspect.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { MapBatch, WeightArray } from "../../runtime/arrays.ts";
import { renderScene } from "../../runtime/data/synthetic/render.ts";
import { drawScene } from "../../runtime/data/synthetic/scene.ts";
import type { Session } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Random } from "../../runtime/random.ts";
import { classesOf, feed, target } from "../engines/batches.ts";
import { adam, distance, openSession } from "../engines/sessions.ts";
import { compileExample } from "../support/compile-source.ts";

const example = "sliding-window-classifier.fcn";
const side = 95;
const middle = (side - 1) / 2;
/** Height and width of the scenes. */
const [height, width] = [127, 120];

interface Scene {
  /** [1, height, width, 1], values around zero. */
  readonly image: MapBatch;
  /** Of every pixel; 1 is the disc. */
  readonly labels: Uint8Array;
}

const scenes: readonly Scene[] = [0, 1, 2, 3].map((seed) => {
  const random = new Random(seed, "sliding window");
  const scene = renderScene(drawScene([height, width], ["disc"], random), random);
  const data = Float32Array.from({ length: height * width }, (_, i) => (scene.image[3 * i] ?? 0) / 64 - 2);
  return { image: { data, shape: [1, height, width, 1] }, labels: scene.labels };
});

/** The patches whose first pixels are those places, as a batch, and the labels of their middle pixels. */
function patchesOf({ image, labels }: Scene, places: readonly (readonly [top: number, left: number])[]) {
  const images = new Float32Array(places.length * side * side);
  for (const [n, [top, left]] of places.entries()) {
    for (let row = 0; row < side; row++) {
      const from = (top + row) * width + left;
      images.set(image.data.subarray(from, from + side), (n * side + row) * side);
    }
  }
  const classes = places.map(([top, left]) => labels[(top + middle) * width + left + middle] ?? -1);
  return {
    images: { data: images, shape: [places.length, side, side, 1] } as const,
    labels: { data: Int32Array.from(classes), shape: [places.length, 1, 1] } as const,
  };
}

const everyPlace = Array.from({ length: height - side + 1 }, (_, top) =>
  Array.from({ length: width - side + 1 }, (_, left) => [top, left] as const),
).flat();

async function predict(session: Session, image: MapBatch): Promise<MapBatch> {
  const map = (await session.predict(feed(image))).get("labels");
  if (map === undefined) throw new Error("no labels");
  return map;
}

/** The difference of both classes' logits: probabilities near 0 and 1 would hide differences. */
function logOdds({ data }: MapBatch): number[] {
  return Array.from({ length: data.length / 2 }, (_, i) => {
    const [ground = Number.NaN, disc = Number.NaN] = data.subarray(2 * i, 2 * i + 2);
    return Math.log(disc) - Math.log(ground);
  });
}

describe("the sliding-window classifier", () => {
  let weights: ReadonlyMap<string, WeightArray>;
  let found: Int32Array;
  /** Eight patches of each scene. */
  const chosen = scenes.map((scene, n) => {
    const random = new Random(n, "places");
    return patchesOf(scene, random.shuffled(everyPlace).slice(0, 8));
  });
  const learned = {
    images: {
      data: Float32Array.from(chosen.flatMap(({ images }) => [...images.data])),
      shape: [32, side, side, 1],
    },
    labels: { data: Int32Array.from(chosen.flatMap(({ labels }) => [...labels.data])), shape: [32, 1, 1] },
  } as const;

  beforeAll(async () => {
    const session = await openSession("wasm", compileExample(example, { width: "4" }).graph, {
      optimizer: adam({ learningRate: 3e-3 }),
    });
    const [inputs, targets] = [feed(learned.images), target(learned.labels)];
    for (let step = 0; step < 16; step++) await session.step(inputs, targets, 3e-3);
    found = classesOf(await session.evaluate(inputs, targets)).data;
    weights = await session.readWeights();
  }, 60_000);

  it("learns the patches of four scenes by heart", () => {
    const right = found.filter((label, i) => label === learned.labels.data[i]).length;
    const discs = learned.labels.data.filter((label) => label === 1).length;
    expect(discs).toBeGreaterThan(10);
    expect(discs).toBeLessThan(22);
    expect(right / 32).toBeGreaterThan(0.95);
  });

  it("made convolutional gives at every pixel what it gives on the patch there", async () => {
    const engine = await loadEngine("wasm");
    const open = async ({ graph }: CompiledNetwork) => {
      const session = await engine.open(graph, { seed: 2 });
      await session.writeWeights(weights);
      return session;
    };
    const classifier = await open(compileExample(example, { width: "4" }));
    const convolutional = await open(compileExample(example, { width: "4", convolutional: "true" }));
    const scene = scenes[1];
    if (scene === undefined) throw new Error("no scene");
    const map = await predict(convolutional, scene.image);
    expect(map.shape).toEqual([1, height - side + 1, width - side + 1, 2]);
    const slid: number[] = [];
    for (let first = 0; first < everyPlace.length; first += 100) {
      const patches = patchesOf(scene, everyPlace.slice(first, first + 100)).images;
      slid.push(...logOdds(await predict(classifier, patches)));
    }
    const odds = logOdds(map);
    // Logits of up to some 30, each from the same float32 products summed in another order (6e-8 of 30 a rounding).
    expect(distance(odds, slid)).toBeLessThan(1e-4);
    const discs = odds.filter((value) => value > 0).length;
    expect(discs).toBeGreaterThan(100);
    expect(discs).toBeLessThan(odds.length - 100);
    classifier.close();
    convolutional.close();
  }, 60_000);

  it("costs what its lines say, slid and convolutional", () => {
    const cost = (settings: Readonly<Record<string, string>>, size: number) => {
      const inspection = inspectNetwork(compileExample(example, settings), [size, size]);
      if ("message" in inspection) throw new Error(inspection.message);
      return inspection.layers.reduce((sum, { macs }) => sum + (macs ?? 0), 0);
    };
    const patch = cost({}, side);
    const whole = cost({ convolutional: "true" }, 512 + 2 * middle);
    const slid = patch * 512 ** 2;
    expect(
      [patch / 1e6, slid / 1e12, whole / 1e9, slid / whole].map((value) => value.toPrecision(3)),
    ).toEqual(["121", "31.8", "67.0", "475"]);
  });
});
