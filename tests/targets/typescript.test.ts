/** Emitted TypeScript: readable, strict, formatted; it predicts images of any size, and loads and saves weights. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { Random } from "../../runtime/random.ts";
import { decodeSafetensors, encodeSafetensors } from "../../runtime/weights/safetensors.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { sample } from "../../tools/verify/engines/samples.ts";
import { emittedModules } from "../../tools/verify/targets/check-typescript.ts";
import { batchAt, emittedModule, withDriver } from "../../tools/verify/targets/compare-typescript.ts";
import { exampleSubjects, networkOf } from "../../tools/verify/targets/examples.ts";
import { livelyWeights } from "../../tools/verify/targets/lively-weights.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { operationPrograms } from "../support/operation-networks.ts";

async function example(name: string): Promise<CompiledNetwork> {
  const subject = exampleSubjects.find((one) => one.example === name);
  if (subject === undefined) throw new Error(`there is no example ${name}`);
  return networkOf(subject);
}

describe("the module of U-Net", () => {
  let text: string;
  beforeAll(async () => {
    ({ text } = await emittedModule(await example("u-net.fcn")));
  });

  it("has the program's block as a function, its loops as loops, and the names that `as` gave", () => {
    expect(text).toContain("function double(pass: Pass, x: tf.Tensor4D, name: string): tf.Tensor4D {");
    expect(text).toContain(`
      // Encoder
      const level: tf.Tensor4D[] = [];
      let x = image;
      for (let i = 0; i < 4; i += 1) {
        x = double(pass, x, \`encoder.level[\${i}]\`);
        level.push(x);
        x = maxPool(x, { kernel: 2, stride: 2 });
      }
      x = double(pass, x, "encoder.double5");
`);
    expect(text).toContain("x = tf.concat([x, element(level, 3 - i)], 3);");
  });

  it("states the shapes, the accepted sizes, the parameters and the words of the source", () => {
    expect(text).toContain(" * U-Net (Ronneberger, Fischer & Brox 2015).");
    expect(text).toContain(" * image [1, H, W] → labels [2, H, W]");
    expect(text).toContain(" * image accepts H mod 16 = 0 and W mod 16 = 0.");
    expect(text).toContain("depth: 4,");
  });

  it("imports TensorFlow.js alone, and contains no helper that it does not need", () => {
    expect([...text.matchAll(/from "([^"]+)"/g)].map(([, from]) => from)).toEqual(["@tensorflow/tfjs"]);
    for (const helper of ["maxUnpool", "batchNorm", "alongAxes", "groupedConv"]) {
      expect(text).not.toContain(`function ${helper}(`);
    }
  });
});

it("what verify:targets compares is every example", () => {
  const files = readdirSync(join(packageRoot(), "examples")).filter((name) => name.endsWith(".fcn"));
  expect(exampleSubjects.map(({ example }) => example).toSorted()).toEqual(files.toSorted());
});

it("two examples are formatted and compile under strict options; a fully connected crf is refused", async () => {
  // Every example is checked by `npm run verify:targets -- --target typescript`.
  const some = sample.filter(({ example }) =>
    ["crf-rnn.fcn", "iizuka-colourisation.fcn", "segnet-basic.fcn"].includes(example),
  );
  expect(some).toHaveLength(3);
  const given = await Promise.all(
    some.map(async (subject) => ({ example: subject.example, network: await networkOf(subject) })),
  );
  expect(await emittedModules(given)).toMatchObject({
    mistakes: [],
    refused: new Map([["crf-rnn.fcn", ["targets/crf-without-window"]]]),
  });
}, 240_000);

it("every operation, and a network without weights, compile under strict options", async () => {
  const given = Object.entries(operationPrograms).map(([title, text]) => ({
    example: `${title.replace(/\W+/g, "-")}.fcn`,
    network: compileNetwork(
      `network Page {\ninput image [3, H, W]\nconv(3, 1x1)\n${text}\noutput result\n}\n`,
    ),
  }));
  const withoutWeights = compileNetwork(`network Larger {
    input image [3, H, W]
    upsample(2, bilinear)
    output result
  }`);
  const { mistakes } = await emittedModules([...given, { example: "larger.fcn", network: withoutWeights }]);
  expect(mistakes).toEqual([]);
}, 240_000);

describe("an emitted module", () => {
  const text = `network Small(classes = 2) {
    input image [3, H, W]
    conv(4, 3x3) batchnorm relu as level
    maxpool(4) conv(4, 3x3)
    upsample(4, nearest)
    skip level by add
    conv(classes, 1x1)
    output labels by softmax
  }`;
  const normalisation = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25] };
  const network = compileNetwork(text);
  let module: Awaited<ReturnType<typeof emittedModule>>;
  beforeAll(async () => {
    module = await emittedModule(network);
  });

  it("predicts what `fcn predict` does for an image of a size that is not accepted", async () => {
    const weights = livelyWeights(network.graph, 3);
    const metadata = new Map([["normalisation", JSON.stringify(normalisation)]]);
    const file = Buffer.concat(encodeSafetensors({ weights, metadata }));
    const random = new Random(3, "image");
    const [height, width] = [23, 30];
    const data = Uint8Array.from({ length: height * width * 3 }, () => random.integer(256));
    const engine = await loadEngine("cpu");
    const predictor = await Predictor.open(network.graph, engine, { weights, normalisation });
    const [expected] = await predictor.predict({ height, width, channels: 3, data, fullScale: 255 });
    predictor.close();
    if (expected?.kind !== "classes") throw new Error("no labels");
    const found = await withDriver(network, module, "cpu", async (driver) => {
      driver.load(file);
      const image = { data: Float32Array.from(data, (value) => value / 255), shape: [height, width, 3] };
      return driver.predict({ image });
    });
    expect(found.labels?.shape).toEqual([height, width]);
    expect([...(found.labels?.data ?? [])]).toEqual([...expected.labels.data]);
  }, 60_000);

  it("throws a RangeError that names the nearest accepted sizes", async () => {
    await withDriver(network, module, "cpu", async (driver) => {
      const image = { data: new Float32Array(18 * 16 * 3), shape: [1, 18, 16, 3] };
      await expect(driver.apply({ image })).rejects.toThrow(
        new RangeError("image does not accept the height 18; the nearest accepted: 16 and 20"),
      );
    });
  }, 60_000);

  it("saves the weights that it loaded, with what the file said of them", async () => {
    const weights = livelyWeights(network.graph, 4);
    const metadata = new Map([["normalisation", JSON.stringify(normalisation)]]);
    const saved = await withDriver(network, module, "cpu", async (driver) => {
      driver.load(Buffer.concat(encodeSafetensors({ weights, metadata })));
      return driver.save();
    });
    const read = decodeSafetensors(saved, "saved.safetensors");
    expect(new Map(read.weights)).toEqual(new Map(weights));
    expect(read.metadata).toEqual(metadata);
  }, 60_000);

  it("refuses weights of another network, naming the first that does not fit", async () => {
    const { graph } = compileNetwork(text.replaceAll("conv(4, 3x3)", "conv(5, 3x3)"));
    const file = Buffer.concat(encodeSafetensors({ weights: livelyWeights(graph, 1), metadata: new Map() }));
    await withDriver(network, module, "cpu", async (driver) => {
      expect(() => driver.load(file)).toThrow(
        /^level\.?\S*conv1\.weight has the shape \[5, 3, 3, 3\]; the network needs \[4, 3, 3, 3\]$|^conv1\.weight has the shape/,
      );
    });
  }, 60_000);

  it("has weights of its own until others are loaded", async () => {
    const { inputs } = batchAt(network, [16, 16], 1);
    const image = inputs.get("image");
    if (image === undefined) throw new Error("no input");
    const run = () => withDriver(network, module, "cpu", async (driver) => driver.apply({ image }));
    const [first, second] = [await run(), await run()];
    expect(first.labels?.data).toEqual(second.labels?.data);
    expect(new Set(first.labels?.data).size).toBeGreaterThan(10);
  }, 60_000);
});
