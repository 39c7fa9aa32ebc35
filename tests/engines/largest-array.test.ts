import { beforeAll, describe, expect, it } from "vitest";
import type { LastBatch } from "../../compiler/learning/configuration.ts";
import {
  type Engine,
  EngineRefusal,
  type ExpectedBatch,
  type SessionOptions,
} from "../../runtime/engines/engine.ts";
import { refuseLargeMaps } from "../../runtime/engines/largest-array.ts";
import { tfjsEngine } from "../../runtime/engines/tfjs/engine.ts";
import { startWasm } from "../../runtime/engines/tfjs/wasm.ts";
import { expectedBatches } from "../../runtime/training/expected-batches.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** At 8×8: 8·8·6·4 bytes of its widest map an image, 6·3·3·3·4 of its largest weight. */
const { graph } = compileNetwork(`network One(classes = 2) {
  input image [3, H, W]
  conv(6, 3x3) as wide relu
  conv(classes, 1x1)
  output labels by softmax
}`);
const [mapBytes, weightBytes] = [8 * 8 * 6 * 4, 6 * 3 * 3 * 3 * 4];

/** The wasm engine with a small limit. */
function limited(bytes: number): Engine {
  return tfjsEngine("wasm", async () => ({
    ...(await startWasm()),
    largestArray: { bytes, source: "a limit of this test" },
  }));
}

const eight = (images: number): ExpectedBatch => ({ images, sizes: new Map([["image", [8, 8]]]) });
const open = (bytes: number, expects: SessionOptions["expects"]) =>
  limited(bytes).open(graph, { seed: 1, ...(expects === undefined ? {} : { expects }) });

async function refusalOf(running: Promise<unknown>): Promise<EngineRefusal> {
  const error = await running.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineRefusal);
  return error as EngineRefusal; // seen the line before
}

describe("an engine that holds no more than so many bytes in one array", () => {
  let refused: EngineRefusal;
  beforeAll(async () => {
    refused = await refusalOf(open(3 * mapBytes, [eight(1), eight(4)]));
  });

  it("refuses a batch that is announced, with the map, its bytes and the limit", () => {
    expect(refused.message).toBe(
      "the feature map of wide, [6, 8, 8] for each of 4 images, needs 6 kB, and wasm on CPU holds at most 4.5 kB in one array (a limit of this test)",
    );
  });

  it("knows the line, and how many images would do", () => {
    const { span, ...facts } = refused.facts;
    expect(facts).toEqual({ engine: "wasm", node: "wide", bytes: 4 * mapBytes, fittingBatch: 3 });
    expect(span?.file).toBe("test.fcn");
  });

  it("takes what it can hold", async () => {
    const session = await open(4 * mapBytes, [eight(4)]);
    session.close();
  });

  it("refuses a batch that was not announced when it comes", async () => {
    const session = await open(3 * mapBytes, undefined);
    const images = (count: number) => {
      const shape = [count, 8, 8, 3] as const;
      return new Map([["image", { shape, data: new Float32Array(count * 8 * 8 * 3) }]]);
    };
    await session.predict(images(3));
    expect((await refusalOf(session.predict(images(4)))).facts.node).toBe("wide");
    session.close();
  });

  it("refuses a weight, for which no batch is small enough", async () => {
    const { message, facts } = await refusalOf(open(weightBytes - 1, undefined));
    expect(message).toMatch(/^the weight wide\.weight, \[6, 3, 3, 3\], needs 648 bytes, and wasm/);
    expect(facts.fittingBatch).toBeUndefined();
  });

  it("has no limit where memory alone is one", () => {
    const shaped = { kind: "shaped", graph, sizes: new Map(), cuts: new Map() } as const;
    const shapes = graph.nodes.map(() => [1e6, 1e6, 1e6] as const);
    const engine = { name: "tensorflow", device: "CPU" };
    expect(() => refuseLargeMaps(engine, { ...shaped, shapes }, 1)).not.toThrow();
  });
});

describe("the batches that a training run expects", () => {
  const report = {
    trainingSizes: [[20, 30, 5] as const, [10, 10, 1] as const],
    validationSizes: [[40, 40, 2] as const],
  };
  const expected = (
    crop: readonly [number, number] | undefined,
    batch = 4,
    lastBatch: LastBatch = "join",
  ) => {
    const augment = crop === undefined ? [] : [{ kind: "crop", size: crop } as const];
    const configuration = { augment, batch, inputs: [], lastBatch };
    const { trained, validated } = expectedBatches(graph, report, configuration);
    return [...trained, ...validated].map(({ images, sizes }) => [images, sizes.get("image")]);
  };

  it("are batches of crops, and every image alone for validation", () => {
    expect(expected([8, 16])).toEqual([
      [4, [8, 16]],
      [2, [8, 16]],
      [1, [40, 40]],
    ]);
  });

  it("are batches of training images where no crop is cut, the last one of each size as the section says", () => {
    const single = [1, [10, 10]];
    const validated = [1, [40, 40]];
    expect(expected(undefined)).toEqual([[5, [20, 30]], single, validated]);
    expect(expected(undefined, 4, "keep")).toEqual([[4, [20, 30]], [1, [20, 30]], single, validated]);
    expect(expected(undefined, 4, "drop")).toEqual([[4, [20, 30]], validated]);
    expect(() => expected(undefined, 6, "drop")).toThrow("`last_batch drop` leaves no training batch");
  });

  it("hold no more images than there are to train", () => {
    expect(expected([8, 16], 100)[0]).toEqual([6, [8, 16]]);
  });
});
