/** `fcn emit`: what it writes, and what it refuses to. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { modelType } from "../../compiler/onnx/schema.ts";
import { targets } from "../../compiler/targets/registry.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { sourceHash } from "../../runtime/training/source-hash.ts";
import { writeWeights } from "../../runtime/training/weights-file.ts";
import { livelyWeights } from "../../tools/verify/targets/lively-weights.ts";
import { compileText } from "../support/compile-source.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";

const program = `/// Two inputs.
network Pair(classes = [ground, cell], width = 4) {
  input image [3, H, W]
  input depth [1, H, W]
  skip image by concat
  conv(width, 3x3) batchnorm relu
  maxpool(2)
  conv(classes, 3x3)
  upsample(2, bilinear)
  crf(image, window = 3, iterations = 2, appearance_colour = 40)
  output labels by softmax
}
`;

const image = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25] };
const depth = { mean: [0.1], deviation: [0.5] };
const settings = new Map([["width", "3"]]);

const directory = workingDirectory();
beforeAll(async () => {
  writeFileSync(join(directory, "pair.fcn"), program);
  const { networks, files } = compileText(program, { settings });
  const [network] = networks;
  if (network === undefined) throw new Error("the test's network does not compile");
  await writeWeights(join(directory, "trained.safetensors"), livelyWeights(network.graph, 7), {
    network: "Pair",
    parameters: new Map([
      ["classes", "[ground, cell]"],
      ["width", "3"],
    ]),
    source: sourceHash(files),
    classes: ["ground", "cell"],
    normalisation: image,
    otherNormalisations: { depth },
    targets: { labels: { kind: "labels" } },
    classWeights: undefined,
    binWeights: {},
    step: 120,
    epoch: 5,
    version: "0.1.0",
  });
});

const read = (name: string): Buffer => readFileSync(join(directory, name));

/** As the format's messages, with numbers for its 64-bit ones. */
function decoded(name: string) {
  const model = modelType.toObject(modelType.decode(read(name)), { longs: Number });
  const properties: readonly { readonly key: string; readonly value: string }[] = model.metadata_props;
  return { model, metadata: new Map(properties.map(({ key, value }) => [key, value])) };
}

describe("fcn emit --to onnx", () => {
  it("writes NETWORK.onnx and says that the weights are initial ones", async () => {
    const { status, out, err } = await fcn(directory, "emit", "pair.fcn", "--to", "onnx");
    expect(err).toContain("the weights are initial values (seed 1)");
    expect(out).toBe("Pair.onnx\n");
    expect(status).toBe(0);
    const { model, metadata } = decoded("Pair.onnx");
    expect(model.ir_version).toBe(8);
    expect(model.opset_import).toEqual([{ domain: "", version: 17 }]);
    expect(model.graph.doc_string).toBe("Two inputs.");
    expect(metadata.get("fcn.weights")).toBe("initial, not trained (seed 1)");
    expect(JSON.parse(metadata.get("fcn.classes") ?? "")).toEqual(["ground", "cell"]);
    expect(metadata.get("fcn.source")).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(metadata.get("fcn.accepted_sizes") ?? "").image.height).toEqual({
      period: 2,
      residues: [0],
      from: 2,
      also: [],
    });
  });

  it("keeps the names of layers and weights, the lines of the program and the formulas of sizes", () => {
    const { graph } = decoded("Pair.onnx").model;
    const conv = graph.node.find((node: { readonly op_type: string }) => node.op_type === "Conv");
    expect(conv).toMatchObject({
      name: "conv1",
      output: ["conv1"],
      doc_string: "pair.fcn:6: conv(width, 3x3)",
    });
    expect(conv.input[1]).toBe("conv1.weight");
    const pooled = graph.value_info.find(({ name }: { readonly name: string }) => name === "maxpool1");
    expect(pooled.type.tensor_type.shape.dim).toEqual([
      { dim_param: "N" },
      { dim_value: 4 },
      { dim_param: "H/2" },
      { dim_param: "W/2" },
    ]);
  });

  it("replaces nothing unasked, and with --force does", async () => {
    writeFileSync(join(directory, "kept.onnx"), "mine");
    const words = ["emit", "pair.fcn", "--to", "onnx", "-o", "kept.onnx"];
    const refused = await fcn(directory, ...words);
    expect(refused.status).toBe(1);
    expect(refused.err).toBe(
      "error: kept.onnx already exists\nhelp: choose another name with -o, or overwrite it with --force\n",
    );
    expect(read("kept.onnx").toString()).toBe("mine");
    const forced = await fcn(directory, ...words, "--force");
    expect(forced.status).toBe(0);
    expect(read("kept.onnx").equals(read("Pair.onnx"))).toBe(true);
  });

  it("goes into a folder, and leaves nothing behind where it cannot", async () => {
    mkdirSync(join(directory, "models"));
    expect((await fcn(directory, "emit", "pair.fcn", "--to", "onnx", "-o", "models")).out).toBe(
      "models/Pair.onnx\n",
    );
    const missing = await fcn(directory, "emit", "pair.fcn", "--to", "onnx", "-o", "nowhere/a.onnx");
    expect(missing.status).toBe(1);
    expect(missing.err).toMatch(/^error: nowhere\/a\.onnx cannot be written: /);
    expect(existsSync(join(directory, "nowhere"))).toBe(false);
    expect(readdirSync(directory).filter((name) => name.includes(".part"))).toEqual([]);
  });

  it("writes the same bytes from another folder", async () => {
    mkdirSync(join(directory, "elsewhere"));
    writeFileSync(join(directory, "elsewhere", "pair.fcn"), program);
    await fcn(directory, "emit", "elsewhere/pair.fcn", "--to", "onnx", "-o", "elsewhere/same.onnx");
    expect(read("elsewhere/same.onnx").equals(read("Pair.onnx"))).toBe(true);
  });

  it("takes trained weights with their parameters, and with --preprocess images as they are", async () => {
    const weights = ["--weights", "trained.safetensors"];
    const { status, err } = await fcn(
      directory,
      ...["emit", "pair.fcn", "--to", "onnx", ...weights, "--preprocess", "-o", "trained.onnx"],
    );
    expect(err).toBe("input image, depth: values from 0 to 1; the model normalises them\n");
    expect(status).toBe(0);
    const { metadata } = decoded("trained.onnx");
    expect(metadata.get("fcn.weights")).toMatch(/^trained for 5 epochs, 120 steps; program [0-9a-f]{64}$/);
    expect(JSON.parse(metadata.get("fcn.normalisation") ?? "")).toEqual({
      included: true,
      inputs: { image, depth },
    });
    expect(JSON.parse(metadata.get("fcn.parameters") ?? "").width).toBe("3");

    const [network] = compileText(program, { settings }).networks;
    if (network === undefined) throw new Error("the test's network does not compile");
    const normalisations = new Map(Object.entries({ image, depth }));
    const session = await (await loadEngine("cpu")).open(network.graph, { seed: 1, normalisations });
    await session.writeWeights(livelyWeights(network.graph, 7));
    const [height, width] = [6, 8];
    const planes = (channels: number) =>
      Float32Array.from({ length: channels * height * width }, (_, i) => ((i * 37) % 101) / 100);
    const feeds = {
      image: new Tensor("float32", planes(3), [1, 3, height, width]),
      depth: new Tensor("float32", planes(1), [1, 1, height, width]),
    };
    const normalised = (name: "image" | "depth") => {
      const { mean, deviation } = { image, depth }[name];
      const channels = mean.length;
      const all = planes(channels);
      const data = Float32Array.from({ length: all.length }, (_, i) => {
        const [position, channel] = [Math.floor(i / channels), i % channels];
        return (
          ((all[channel * height * width + position] ?? 0) - (mean[channel] ?? 0)) / (deviation[channel] ?? 1)
        );
      });
      return [name, { data, shape: [1, height, width, channels] as const }] as const;
    };
    const predicted = await session.predict(new Map([normalised("image"), normalised("depth")]));
    session.close();
    const onnx = await InferenceSession.create(read("trained.onnx"), { logSeverityLevel: 3 });
    const { labels } = await onnx.run(feeds);
    await onnx.release();
    const expected = predicted.get("labels")?.data ?? new Float32Array();
    const values = labels?.data as Float32Array; // the output is float
    for (let position = 0; position < height * width; position += 1)
      for (let channel = 0; channel < 2; channel += 1)
        expect(values[channel * height * width + position]).toBeCloseTo(
          expected[2 * position + channel] ?? Number.NaN,
          5,
        );
  });

  it("without --preprocess says what the inputs are", async () => {
    const { err } = await fcn(
      directory,
      ...["emit", "pair.fcn", "--to", "onnx", "--weights", "trained.safetensors", "-o", "plain.onnx"],
    );
    expect(err).toBe(
      "input image, depth: values normalised as in training; with --preprocess, the model takes values from 0 to 1 and normalises them itself\n",
    );
    expect(decoded("plain.onnx").model.graph.input[0].doc_string).toMatch(
      /^normalised values: \(value - mean\)/,
    );
  });

  it("writes a module for TensorFlow.js, and with --runnable a project around it", async () => {
    writeFileSync(
      join(directory, "dots.fcn"),
      `network Dots(classes = 2) {
  input image [3, H, W]
  conv(classes, 3x3)
  output labels by softmax
}
`,
    );
    const { status, out } = await fcn(directory, "emit", "dots.fcn", "--to", "typescript", "-o", "dots.ts");
    expect([status, out]).toEqual([0, "dots.ts\n"]);
    const runnable = ["emit", "dots.fcn", "--to", "typescript", "--runnable", "-o", "dots"];
    const project = await fcn(directory, ...runnable);
    expect([project.status, project.err]).toEqual([
      0,
      "next: cd dots && npm install && npx tsx train.ts DATA (a folder with images/ and labels/)\n",
    ]);
    const files = [
      "Dots.ts",
      "augment.ts",
      "images.ts",
      "package.json",
      "predict.ts",
      "train.ts",
      "tsconfig.json",
    ];
    expect(readdirSync(join(directory, "dots")).toSorted()).toEqual(files);
    expect((await fcn(directory, ...runnable)).status).toBe(1);
  });

  it("says why there are no programs around a network, and which targets have any", async () => {
    const pair = await fcn(directory, "emit", "pair.fcn", "--to", "typescript", "--runnable");
    expect(pair.err).toContain("Pair has 2 inputs, and the programs read one folder of images");
    const onnx = await fcn(directory, "emit", "pair.fcn", "--to", "onnx", "--runnable");
    expect(onnx.err).toContain("--runnable is not for onnx");
    expect(onnx.err).toContain("--to typescript");
    const weights = ["--weights", "trained.safetensors", "--preprocess"];
    const normalised = await fcn(directory, "emit", "pair.fcn", "--to", "typescript", ...weights);
    expect(normalised.err).toContain(
      "--preprocess is for models that hold weights, and typescript writes a program",
    );
  });

  it("shows at its line what ONNX cannot express, and writes nothing", async () => {
    writeFileSync(
      join(directory, "dense-field.fcn"),
      program.replace("window = 3, ", "").replaceAll("Pair", "Dense"),
    );
    const { status, out, err } = await fcn(directory, "emit", "dense-field.fcn", "--to", "onnx");
    expect(status).toBe(1);
    expect(out).toBe("");
    expect(err).toContain("error[targets/crf-without-window]: ");
    expect(err).toContain("--> dense-field.fcn:10:3");
    expect(existsSync(join(directory, "Dense.onnx"))).toBe(false);
  });

  it("writes a graph model into a folder, of the network's name where none is given, and replaces none", async () => {
    const files = (folder: string) => `${folder}/model.json\n${folder}/group1-shard1of1.bin\n`;
    const plain = ["emit", "dots.fcn", "--to", "tfjs-model"];
    expect((await fcn(directory, ...plain)).out).toBe(files("Dots"));
    const again = await fcn(directory, ...plain);
    expect([again.status, again.err]).toEqual([1, expect.stringContaining("Dots/model.json")]);
    expect((await fcn(directory, ...plain, "-o", "served")).out).toBe(files("served"));
    const refused = await fcn(directory, "emit", "pair.fcn", "--to", "tfjs-model", "-o", "none");
    expect(refused.err).toContain("error[targets/crf]: tfjs-model cannot express a crf");
    expect(existsSync(join(directory, "none"))).toBe(false);
  });

  it("names every target in its help", async () => {
    const { out } = await fcn(directory, "emit", "--help");
    for (const { name } of targets)
      expect(out).toMatch(new RegExp(`--to <target>[^]*\\b${name}\\b[^]*--list`));
  });

  it.each([
    [["emit", "--list"], 0, /^onnx {8}an ONNX model/],
    [["emit", "pair.fcn"], 2, /no target is given\nhelp: choose one of onnx, .*: --to onnx/],
    [["emit", "pair.fcn", "--to", "onx"], 2, /there is no target "onx"\nhelp: did you mean onnx\?/],
    [["emit", "--to", "onnx"], 2, /emit needs a program/],
    [["emit", "pair.fcn", "--to", "onnx", "--preprocess"], 2, /--preprocess needs the normalisation/],
    [["emit", "pair.fcn", "--to", "onnx", "--mean", "0.5"], 2, /--mean describes a weights file/],
  ])("%j", async (words, status, text) => {
    const result = await fcn(directory, ...words);
    expect(result.out + result.err).toMatch(text);
    expect(result.status).toBe(status);
  });
});
