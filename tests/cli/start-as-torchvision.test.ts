import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { torchvisionParts } from "../../compiler/prelude/torchvision/weight-names.ts";
import { readCheckpoint } from "../../runtime/training/checkpoint.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { writeSafetensors } from "../../runtime/weights/safetensors.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { writeTiny } from "./tiny-run.ts";

const program = `import { resnet18 } from "std/encoders"
network Pre(classes = [background, disc]) {
  input image [3, H, W]
  encoder features = resnet18(width = 2)
  conv(classes, 1x1)
  upsample(to = image, bilinear)
  output labels by softmax
}

train Pre {
  start     from "pretrained/resnet18.safetensors" as torchvision
  data      folder("data", images = "images/train/*.png", labels = "labels/train/*.png", validate = 25%)
  optimizer sgd(1e-9)
  epochs    1
  batch     4
}
`;
const directory = workingDirectory();
const train = (...options: readonly string[]) =>
  fcn(directory, "train", "tiny.fcn", "--engine", "wasm", ...options);

beforeAll(async () => {
  await writeTiny(directory, program);
  const { graph } = compileNetwork(program);
  const values = initialiseWeights(graph, 99);
  const weights = new Map(
    torchvisionParts(graph).flatMap(({ names }) =>
      [...names].flatMap(([ours, theirs]) => {
        const value = values.get(ours);
        return value === undefined ? [] : [[theirs, value] as const];
      }),
    ),
  );
  mkdirSync(join(directory, "pretrained"));
  await writeSafetensors(join(directory, "pretrained", "resnet18.safetensors"), {
    weights,
    metadata: new Map(),
  });
});

it("loads the encoder, normalises as ImageNet, and records the file; predictions and a resumed run keep the normalisation", async () => {
  const { status, err } = await train("--out", "run");
  expect(status, err).toBe(0);
  expect(err).toContain(
    "100 weights of torchvision loaded from pretrained/resnet18.safetensors: resnet18 into features\n",
  );
  expect(err).toContain("normalised as ImageNet: mean 0.485, 0.456, 0.406");
  expect(err).toContain("2 weights of 1 layer of the program are initialised");
  const trained = await readWeights(join(directory, "run", "weights.safetensors"));
  expect(trained.metadata.normalisation.mean).toEqual([0.485, 0.456, 0.406]);
  const expected = initialiseWeights(compileNetwork(program).graph, 99).get(
    "features.stage[3].basic_residual2.conv2.weight",
  );
  const found = trained.weights.get("features.stage[3].basic_residual2.conv2.weight");
  expect(found?.data[0]).toBeCloseTo(expected?.data[0] ?? Number.NaN, 5);
  const record = JSON.parse(readFileSync(join(directory, "run", "run.json"), "utf8"));
  expect(record.start).toMatchObject({ file: "resnet18.safetensors", as: "torchvision" });
  expect(record.start.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(record.settings).toMatchObject({
    start_from: '"pretrained/resnet18.safetensors"',
    start_as: '"torchvision"',
  });
  const resumed = await train("--out", "run", "--resume", "--epochs", "2");
  expect(resumed.status, resumed.err).toBe(0);
  expect(resumed.err).not.toContain("loaded from");
  const later = await readCheckpoint(join(directory, "run", "checkpoint.safetensors"));
  expect(later.metadata.normalisation.mean).toEqual([0.485, 0.456, 0.406]);
  const again = JSON.parse(readFileSync(join(directory, "run", "run.json"), "utf8"));
  expect(again.start).toEqual(record.start);
});

it("takes the file and its names from the command line, and names what is missing", async () => {
  const bare = program.replace(/ {2}start .*\n/, "");
  writeFileSync(join(directory, "bare.fcn"), bare);
  const bareTrain = (...options: readonly string[]) =>
    fcn(directory, "train", "bare.fcn", "--engine", "wasm", "--out", "bare", ...options);
  const file = ["--start-from", "pretrained/resnet18.safetensors"];
  const forgotten = await bareTrain(...file);
  expect(forgotten.status).toBe(1);
  expect(forgotten.err).toContain(
    "the file has torchvision's names: start from it `as torchvision`, by --as torchvision",
  );
  const alone = await bareTrain("--as", "torchvision");
  expect(alone).toMatchObject({ status: 2, err: expect.stringContaining("the run loads no weights") });
  const unknown = await bareTrain(...file, "--as", "timm");
  expect(unknown).toMatchObject({ status: 2, err: expect.stringContaining("torchvision") });
  writeFileSync(join(directory, "map.txt"), "conv1.weight -> unused\n");
  const both = await bareTrain(...file, "--as", "torchvision", "--map", "map.txt");
  expect(both).toMatchObject({ status: 2, err: expect.stringContaining("use one of the two") });
  const { status, err } = await bareTrain(...file, "--as", "torchvision");
  expect(status, err).toBe(0);
  expect(err).toContain("100 weights of torchvision loaded");
  const own = await fcn(
    directory,
    ...[
      "train",
      "bare.fcn",
      "--out",
      "own",
      "--start-from",
      "bare/weights.safetensors",
      "--as",
      "torchvision",
    ],
  );
  expect(own.status).toBe(1);
  expect(own.err).toContain("holds weights of Pre by fcn's names, not by torchvision's");
});

it("takes a file by its absolute path", async () => {
  const file = join(directory, "pretrained", "resnet18.safetensors");
  writeFileSync(join(directory, "absolute.fcn"), program.replace("pretrained/resnet18.safetensors", file));
  const words = ["train", "absolute.fcn", "--engine", "wasm", "--out", "absolute"];
  const { status, err } = await fcn(directory, ...words);
  expect(status, err).toBe(0);
  expect(err).toContain(`100 weights of torchvision loaded from ${file}`);
});

it("leaves the run that it was to replace where the file does not fit", async () => {
  const before = readFileSync(join(directory, "bare", "metrics.jsonl"), "utf8");
  const wide = ["train", "bare.fcn", "--engine", "wasm", "--out", "bare", "--force", "--start-from"];
  writeFileSync(join(directory, "bare.fcn"), program.replace("width = 2", "width = 4"));
  const refused = await fcn(directory, ...wide, "pretrained/resnet18.safetensors", "--as", "torchvision");
  expect(refused.status).toBe(1);
  expect(refused.err).toContain("does not fit the encoder features, torchvision's resnet18:");
  expect(readFileSync(join(directory, "bare", "metrics.jsonl"), "utf8")).toBe(before);
});
