/** Graph models: what their files hold, and examples that give what the engine gives on every backend. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tfjsModel } from "../../compiler/targets/tfjs-model/tfjs-model.ts";
import {
  compareGraphModel,
  expectedOutputs,
  graphModelOf,
} from "../../tools/verify/targets/compare-graph-model.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { exampleSubjects, networkOf, sizesOf } from "../../tools/verify/targets/examples.ts";
import {
  type GraphModelRunner,
  type ModelFiles,
  openGraphModelRunner,
} from "../../tools/verify/targets/graph-model-runner.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText } from "../support/compile-source.ts";

/** Up to 100 layers in float32, each rounding its sums in another order; the largest seen is 8e-6. */
const tolerance = 5e-5;

/** Skips, unpooling, dilation, bins, resampling to a size, several outputs; `npm run verify:targets` runs all. */
const some = ["u-net.fcn", "segnet.fcn", "deeplab-v3-plus.fcn", "pspnet.fcn", "hed.fcn", "rgbd-fusion.fcn"];

interface GraphModelJson {
  readonly signature: { readonly inputs: object; readonly outputs: object };
  readonly userDefinedMetadata: {
    readonly structuredOutputKeys?: readonly string[];
    readonly fcn: Readonly<Record<string, unknown>>;
  };
  readonly modelTopology: { readonly node: readonly GraphNodeJson[] };
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly dtype: string;
    }[];
  }[];
}

interface GraphNodeJson {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
}

function jsonOf(files: ModelFiles): GraphModelJson {
  return JSON.parse(new TextDecoder().decode(files.get("model.json"))) as GraphModelJson; // as the target writes it
}

const network = () =>
  compileNetwork(`network Pair(classes = [ground, cell]) {
    input image [3, H, W]
    conv(4, 3x3) batchnorm relu
    maxpool(2)
    conv(classes, 3x3) as scores
    output labels by softmax
    from scores
    output scores
  }`);

describe("model.json", () => {
  it("has the inputs and outputs by name, with the sizes that are not known as -1", () => {
    const { signature, userDefinedMetadata } = jsonOf(graphModelOf(livelySubject(network())));
    const shape = (...sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });
    expect(signature).toEqual({
      inputs: { image: { name: "image:0", dtype: "DT_FLOAT", tensorShape: shape(-1, -1, -1, 3) } },
      outputs: {
        labels: { name: "labels:0", dtype: "DT_FLOAT", tensorShape: shape(-1, -1, -1, 2) },
        scores: { name: "scores:0", dtype: "DT_FLOAT", tensorShape: shape(-1, -1, -1, 2) },
      },
    });
    expect(userDefinedMetadata.structuredOutputKeys).toEqual(["labels", "scores"]);
  });

  it("says what the network is, and which sizes it accepts as fcn check does", () => {
    const normalisation = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25] };
    const subject = livelySubject(network(), {
      normalisations: new Map([["image", normalisation]]),
      preprocess: true,
    });
    expect(jsonOf(graphModelOf(subject)).userDefinedMetadata.fcn).toMatchObject({
      network: "Pair",
      weights: "initial, not trained (seed 1)",
      classes: ["ground", "cell"],
      accepts: { H: "every H ≥ 2", W: "every W ≥ 2" },
      normalisation: { included: true, inputs: { image: normalisation } },
    });
  });

  it("has a convolution, its batch normalisation and its rectifier as one node", () => {
    const { node } = jsonOf(graphModelOf(livelySubject(network()))).modelTopology;
    expect(node.flatMap(({ op }) => (op === "Const" ? [] : [op]))).toEqual([
      "Placeholder",
      "_FusedConv2D",
      "MaxPool",
      "_FusedConv2D",
      "Softmax",
    ]);
  });

  it("refers to nodes that are there, has no node twice, and no constant that nothing reads", () => {
    for (const text of [
      "conv(4, 3x3) batchnorm",
      "maxpool(3, stride = 2) as pool conv(3, 1x1) unpool(pool)",
    ]) {
      const subject = livelySubject(
        compileNetwork(`network Page {\ninput image [3, H, W]\n${text}\noutput result\n}\n`),
      );
      const { modelTopology, weightsManifest } = jsonOf(graphModelOf(subject));
      const names = modelTopology.node.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const read = new Set(
        modelTopology.node.flatMap(({ input = [] }) => input.map((value) => value.replace(/:\d+$/, ""))),
      );
      expect([...read].filter((name) => !names.includes(name))).toEqual([]);
      const constants = weightsManifest.flatMap(({ weights }) => weights.map(({ name }) => name));
      expect(constants.filter((name) => !read.has(name))).toEqual([]);
    }
  });
});

it("weights are in shards of 4 MB, cut wherever one is full, and every byte is in one", () => {
  const [wide] = compileText(
    "network Wide {\ninput image [3, H, W]\nconv(200, 3x3) conv(800, 3x3) conv(2, 1x1)\noutput scores\n}\n",
  ).networks;
  if (wide === undefined) throw new Error("the test's network does not compile");
  const files = graphModelOf(livelySubject(wide));
  const [group] = jsonOf(files).weightsManifest;
  const sizes = (group?.paths ?? []).map((path) => files.get(path)?.length);
  const bytes = (group?.weights ?? []).map(({ shape }) => 4 * shape.reduce((a, b) => a * b, 1));
  const total = bytes.reduce((a, b) => a + b, 0);
  expect(group?.paths).toEqual(["group1-shard1of2.bin", "group1-shard2of2.bin"]);
  expect(sizes).toEqual([2 ** 22, total - 2 ** 22]);
});

it("equal programs and weights give equal bytes", () => {
  const [first, second] = [graphModelOf(livelySubject(network())), graphModelOf(livelySubject(network()))];
  expect([...first].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])).toEqual(
    [...second].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]),
  );
});

it("a crf is refused at its line", async () => {
  const subject = exampleSubjects.find(({ example }) => example === "crf-rnn.fcn");
  if (subject === undefined) throw new Error("there is no crf-rnn.fcn");
  const emission = tfjsModel.emit(livelySubject(await networkOf(subject)));
  if (emission.kind !== "refused") throw new Error("crf-rnn.fcn was emitted");
  expect(emission.diagnostics.map(({ code }) => code)).toEqual(["targets/crf"]);
});

describe("an example as a graph model gives what the engine gives, at two sizes", () => {
  const runners = new Map<string, GraphModelRunner>();
  beforeAll(async () => {
    for (const backend of ["cpu", "wasm"] as const) runners.set(backend, await openGraphModelRunner(backend));
  });
  afterAll(async () => {
    for (const runner of runners.values()) await runner.close();
  });

  for (const subject of exampleSubjects.filter(({ example }) => some.includes(example))) {
    it(subject.example, async () => {
      const lively = livelySubject(await networkOf(subject));
      const expected = await expectedOutputs(lively, sizesOf(subject));
      for (const [backend, runner] of runners) {
        for (const { difference, spread, size, output } of await compareGraphModel(
          graphModelOf(lively),
          expected,
          runner,
        )) {
          expect(spread, `${output} at ${size}: shows something`).toBeGreaterThan(0.01);
          expect(difference, `${output} at ${size} on ${backend}`).toBeLessThan(tolerance);
        }
      }
    }, 60_000);
  }

  it("normalised by the model, from values 0 to 1", async () => {
    const normalisation = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25] };
    const subject = livelySubject(network(), {
      normalisations: new Map([["image", normalisation]]),
      preprocess: true,
    });
    const expected = await expectedOutputs(subject, [{ size: [12, 17], batch: 2 }]);
    for (const runner of runners.values()) {
      const found = await compareGraphModel(graphModelOf(subject), expected, runner);
      for (const { difference } of found) expect(difference).toBeLessThan(tolerance);
    }
  });

  it("an output is a copy where it is an input's, another's or has an input's name", async () => {
    const subject = livelySubject(
      compileNetwork(`network Page {
        input image [3, H, W]
        conv(3, 1x1) dropout(0.5)
        output first
        output second
        from image
        output image
      }`),
    );
    const expected = await expectedOutputs(subject, [{ size: [4, 6], batch: 1 }]);
    for (const runner of runners.values()) {
      const found = await compareGraphModel(graphModelOf(subject), expected, runner);
      expect(found.map(({ output }) => output)).toEqual(["first", "second", "image"]);
      for (const { difference } of found) expect(difference).toBeLessThan(tolerance);
    }
  });
});
