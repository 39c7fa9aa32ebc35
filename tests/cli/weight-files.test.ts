import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../runtime/weights/safetensors.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, trainTiny, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
let image: string;
const inDirectory = (...names: readonly string[]) => join(directory, ...names);
beforeAll(async () => {
  await writeTiny(directory);
  await trainTiny(directory);
  const images = join("data", "images", "train");
  image = join(images, readdirSync(inDirectory(images)).sort()[0] ?? "");
});

/** A copy of a file of the run in which the first value of the first tensor whose name begins so is NaN; gives the tensor's name. */
async function withNaN(from: string, to: string, begin: string): Promise<string> {
  const content = await readSafetensors(inDirectory(from));
  const [name, weight] = [...content.weights].find(([known]) => known.startsWith(begin)) ?? [];
  if (name === undefined || weight === undefined) throw new Error(`${from} has no ${begin}`);
  weight.data[0] = Number.NaN;
  await writeSafetensors(inDirectory(to), content);
  return name;
}

describe("weights with a value that is not finite", () => {
  it("are refused by name in predict, evaluate and --start-from, and by `start from`", async () => {
    await withNaN("run/weights.safetensors", "nan.safetensors", "conv1.weight");
    const starts = tinyProgram.replace("train Tiny {", 'train Tiny {\n  start from "nan.safetensors"');
    writeFileSync(inDirectory("starts.fcn"), starts);
    for (const words of [
      ["predict", "tiny.fcn", image, "--weights", "nan.safetensors", "--out", "labelled"],
      ["evaluate", "tiny.fcn", "--weights", "nan.safetensors"],
      ["train", "tiny.fcn", "--start-from", "nan.safetensors", "--out", "started"],
      ["train", "starts.fcn", "--out", "started"],
    ]) {
      const { status, err } = await fcn(directory, ...words);
      expect(err).toMatch(
        /error: nan\.safetensors: 1 of \d+ tensors hold values that are not finite in float32: "conv1\.weight" \(NaN\)/,
      );
      expect(status).toBe(1);
    }
  });

  it.each(["weights/", "optimizer/"])("are refused by name on --resume, in %s", async (begin) => {
    cpSync(inDirectory("run"), inDirectory("diverged"), { recursive: true });
    const file = "diverged/checkpoint.safetensors";
    const name = await withNaN("run/checkpoint.safetensors", file, begin);
    const words = ["train", "tiny.fcn", "--epochs", "3", "--out", "diverged", "--resume"];
    const { status, err } = await fcn(directory, ...words);
    expect(err).toContain(`tensors hold values that are not finite in float32: "${name}" (NaN)`);
    expect(status).toBe(1);
  });
});

it("finite weights whose values overflow are refused by predict and evaluate, naming the image and, of several, the weights", async () => {
  const content = await readSafetensors(inDirectory("run/weights.safetensors"));
  content.weights.get("conv1.weight")?.data.fill(3e38);
  await writeSafetensors(inDirectory("huge.safetensors"), content);
  const folder = join("data", "images", "val");
  const [one = ""] = readdirSync(inDirectory(folder)).sort();
  const wrong = /the output "labels" of Tiny is not finite \([\d,]+ of 2,048 values\)/;
  for (const options of [[], ["--tta", "hflip"], ["--weights", "run/weights.safetensors"]]) {
    const words = ["--weights", "huge.safetensors", ...options];
    const [by] = options[0] === "--weights" ? ["with the weights huge.safetensors"] : [];
    const predicted = await fcn(directory, "predict", "tiny.fcn", folder, ...words, "--out", "overflow");
    expect(predicted.err).toMatch(wrong);
    expect(predicted.err).toContain(by ?? " values)\n");
    expect(predicted.err).toContain(`error: ${join(folder, one)}: the output`);
    expect(predicted.status).toBe(1);
    expect(readdirSync(inDirectory("overflow"))).toEqual([]);
    const evaluated = await fcn(directory, "evaluate", "tiny.fcn", ...words);
    if (options.length === 0) expect(evaluated.err).toMatch(/error: the loss of \d+ is not finite: the/);
    else {
      expect(evaluated.err).toMatch(wrong);
      expect(evaluated.err).toMatch(/error: \d+: the output/);
      expect(evaluated.err).toContain(by ?? " values)\n");
    }
    expect(evaluated).toMatchObject({ status: 1, out: "" });
  }
});

describe("weights from elsewhere", () => {
  /** As another framework writes them: its name, or nothing, as metadata. */
  async function foreign(to: string, rename: (name: string) => string = (name) => name): Promise<void> {
    const { weights } = await readSafetensors(inDirectory("run/weights.safetensors"));
    await writeSafetensors(inDirectory(to), {
      weights: new Map([...weights].map(([name, weight]) => [rename(name), weight])),
      metadata: new Map([["format", "pt"]]),
    });
  }

  it("predict as they are, and what is assumed is said, with the options that say it otherwise", async () => {
    await foreign("foreign.safetensors");
    const words = ["predict", "tiny.fcn", image, "--weights", "foreign.safetensors", "--out", "foreign"];
    const plain = await fcn(directory, ...words);
    expect(plain.err).toContain(
      [
        "foreign.safetensors does not describe how its weights were trained; fcn assumes:",
        '  values of the input "image" from 0 to 1, not normalised; change this by --mean and --std',
        "  the classes background, disc in this order; change this by --classes",
      ].join("\n"),
    );
    expect(plain.status).toBe(0);
    const said = await fcn(directory, ...words, "--mean", "0.5", "--std", "0.2,0.2,0.2", "--classes", "a,b");
    expect(said.err).not.toContain("assumed");
    expect(said.status).toBe(0);
  });

  it("give the metrics of the run that trained them once their normalisation is said", async () => {
    await foreign("foreign.safetensors");
    const { metadata } = await readSafetensors(inDirectory("run/weights.safetensors"));
    const { mean, deviation } = JSON.parse(metadata.get("normalisation") ?? "");
    const evaluate = ["evaluate", "tiny.fcn", "--json", "--weights"];
    const own = await fcn(directory, ...evaluate, "run/weights.safetensors");
    const options = ["--mean", mean.join(), "--std", deviation.join()];
    const said = await fcn(directory, ...evaluate, "foreign.safetensors", ...options);
    const wrong = await fcn(directory, ...evaluate, "foreign.safetensors", "--mean", "5", "--std", "0.01");
    expect(JSON.parse(said.out).classes).toEqual(JSON.parse(own.out).classes);
    expect(JSON.parse(wrong.out).classes).not.toEqual(JSON.parse(own.out).classes);
  });

  it("are renamed by --map for predict and --start-from", async () => {
    await foreign("renamed.safetensors", (name) => name.replace(/^conv1\./, "features.0."));
    writeFileSync(inDirectory("names.txt"), "features.0.* -> conv1.*\n");
    const words = ["predict", "tiny.fcn", image, "--weights", "renamed.safetensors", "--out", "renamed"];
    const without = await fcn(directory, ...words);
    expect(without.err).toContain(
      [
        "error: renamed.safetensors does not fit Tiny:",
        "  conv1.weight [2, 3, 3, 3] is missing from the file",
        "  conv1.bias [2] is missing from the file",
        '  "features.0.weight" [2, 3, 3, 3] is not in the network',
        '  "features.0.bias" [2] is not in the network',
        "help: if these are the same weights under other names, rename them: --map FILE",
      ].join("\n"),
    );
    expect(without.status).toBe(1);
    expect(await fcn(directory, ...words, "--map", "names.txt")).toMatchObject({ status: 0 });
    const start = [
      "--start-from",
      "renamed.safetensors",
      "--map",
      "names.txt",
      "--epochs",
      "1",
      "--out",
      "on",
    ];
    const started = await fcn(directory, "train", "tiny.fcn", ...start);
    expect(started.err).toContain("\n12 weights loaded from renamed.safetensors\n");
    writeFileSync(inDirectory("wrong.txt"), "# names\nfeatures.0.* -> conv9.*\n");
    const wrong = await fcn(directory, ...words, "--map", "wrong.txt");
    expect(wrong.err).toContain('error: wrong.txt:2: no weight of Tiny begins with "conv9."');
    expect(wrong.status).toBe(1);
  });
});

it("weights of another network are reported with their names and shapes, not as a mistake of the program's masks", async () => {
  const masked = tinyProgram.replace("train Tiny {", "train Tiny {\n  masks [background = 0, disc = 1]");
  writeFileSync(inDirectory("masked.fcn"), masked);
  const { weights, metadata } = await readSafetensors(inDirectory("run/weights.safetensors"));
  const other = new Map([...metadata, ["network", "Other"], ["parameters", '{"classes":"[a, b, c]"}']]);
  other.set("classes", '["a","b","c"]');
  const wider = { shape: [3, 4, 1, 1], data: new Float32Array(12) };
  await writeSafetensors(inDirectory("other.safetensors"), {
    weights: new Map([
      ...weights,
      ["conv3.weight", wider],
      ["conv3.bias", { shape: [3], data: new Float32Array(3) }],
    ]),
    metadata: other,
  });
  for (const words of [
    ["predict", "masked.fcn", image, "--out", "o"],
    ["evaluate", "masked.fcn"],
  ]) {
    const { status, err } = await fcn(directory, ...words, "--weights", "other.safetensors");
    expect(err).toContain("error: other.safetensors does not fit Tiny:\n");
    expect(err).toContain("  conv3.weight has shape [3, 4, 1, 1] in the file, [2, 4, 1, 1] in the network\n");
    expect(err).toContain('help: the file holds weights of "Other" trained with --set "classes=[a, b, c]"');
    expect(err).not.toContain("there is no class");
    expect(status).toBe(1);
  }
});
