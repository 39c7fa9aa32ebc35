import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import { mayDiffer, settingMayDiffer, settingsOf } from "../../compiler/learning/plan-settings.ts";
import { planVersion } from "../../compiler/learning/plan-version.ts";
import { digestOfData } from "../../runtime/data/digest.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { isPlan, planDifferences, planOf } from "../../runtime/training/run-plan.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { scratch, tinyConfiguration, tinyNetwork, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

/** A program that says every entry, so that every setting has a value to be changed. */
const everything = compileNetwork(`network N(classes = [a, b]) {
  input image [3, H, W]
  input hint [1, H, W]
  skip image by concat
  conv(classes, 3x3) as scores
  output labels by softmax
}
train N {
  start     from Earlier
  data      folder("data", images = "image/*.png", labels = "label/*.png", validate = 25%, validate_seed = 3)
  masks     [a = 0, b = [254, 255]], ignore = 11
  augment   flip, flip_vertical, rotate(90), scale(0.8 .. 1.25), crop(64, 96), brightness(20%), contrast(0.1)
  inputs    hint = image("hint/*.png", noise = 0.1)
  objects   32x48
  loss      0.5 * cross_entropy(weights = [1, 2]) + dice
  optimizer sgd(0.1, momentum = 0.9, nesterov, weight_decay = 5e-4)
  schedule  poly(power = 2)
  epochs    12
  batch     3
  seed      7
  keep      best by loss, stop after 8 epochs without improvement
}`);

/** The configuration with each of its values changed, one at a time. */
function* changed(value: unknown, put: (value: unknown) => unknown): Generator<unknown> {
  if (typeof value === "number") yield put(value + 1);
  else if (typeof value === "string") yield put(`${value}x`);
  else if (typeof value === "boolean") yield put(!value);
  else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* changed(item, (other) => put(value.with(i, other)));
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value))
      yield* changed(item, (other) => put({ ...value, [key]: other }));
  }
}

describe("the plan of a run", () => {
  const { train } = everything;
  const data = { source: "", training: [], validation: [], masks: tinyConfiguration.masks };
  const planFor = (configuration: TrainConfiguration) => planOf(everything, { configuration, data });

  it("holds every value of the configuration, and a change of any is seen unless the table says that it may differ", async () => {
    if (train === undefined) throw new Error("the program has a train section");
    const before = await planFor(train);
    let seen = 0;
    let free = 0;
    for (const other of changed(train, (value) => value)) {
      const configuration = other as TrainConfiguration; // the configuration with one value changed
      const [was, is] = [settingsOf(train), settingsOf(configuration)];
      const paths = [...new Set([...was.keys(), ...is.keys()])].filter(
        (path) => was.get(path) !== is.get(path),
      );
      expect(paths).not.toEqual([]);
      const differences = planDifferences(before, await planFor(configuration));
      if (paths.every(settingMayDiffer)) {
        expect(differences, paths.join()).toEqual([]);
        free++;
      } else {
        expect(differences.join("\n")).toContain(paths.find((path) => !settingMayDiffer(path)));
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(35);
    expect(free).toBeGreaterThan(8);
  });

  it("holds a setting that is added later", () => {
    const settings = settingsOf({ ...tinyConfiguration, optimizer: { kind: "adam", gradientLimit: 5 } });
    expect(settings.get("optimizer.gradient_limit")).toBe("5");
    expect(settingMayDiffer("optimizer.gradient_limit")).toBe(false);
  });

  it("names what differs: what it was and what it is", async () => {
    if (train === undefined) throw new Error("the program has a train section");
    const differences = planDifferences(
      await planFor(train),
      await planFor({
        ...train,
        optimizer: { ...train.optimizer, learningRate: 50 },
        schedule: [{ kind: "constant" }],
        augment: train.augment.filter(({ kind }) => kind !== "flip" && kind !== "crop"),
      }),
    );
    expect(differences).toEqual([
      "augment.flip.probability was 0.5 and is now left out",
      "augment.crop.size was [64,96] and is now left out",
      'augment was ["flip","flip_vertical","rotate","scale","crop","brightness","contrast"] and is now ["flip_vertical","rotate","scale","brightness","contrast"]',
      "optimizer.learning_rate was 0.1 and is now 50",
      "schedule.poly.power was 2 and is now left out",
      'schedule was ["poly"] and is now ["constant"]',
    ]);
  });

  describe("of an earlier fcn with the same version", () => {
    const fixture = (name: string) =>
      readFileSync(join(packageRoot(), "tests", "training", "fixtures", name), "utf8");
    const before: unknown = JSON.parse(fixture("plan-3.json")); // as planOf gave it at commit f730002
    const now = (text: string) => {
      const network = compileNetwork(text);
      if (network.train === undefined) throw new Error("the program has a train section");
      return planOf(network, { configuration: network.train, data: { ...data, masks: network.train.masks } });
    };

    it("is that of the same run: settings that came later are as they were", async () => {
      if (!isPlan(before)) throw new Error("the fixture is a plan");
      expect(before.version, "a new version needs a fixture of its own").toBe(planVersion);
      expect(planDifferences(before, await now(fixture("plan-3.fcn")))).toEqual([]);
    });

    it("differs where such a setting is another", async () => {
      if (!isPlan(before)) throw new Error("the fixture is a plan");
      const changed = fixture("plan-3.fcn")
        .replace("weights = [1, 2]", "weights = [1, 2], label_smoothing = 0.1")
        .replace("+ dice", "+ dice(squared)");
      expect(planDifferences(before, await now(changed))).toEqual([
        "outputs.labels.loss.1.term.label_smoothing was 0 and is now 0.1",
        "outputs.labels.loss.2.term.squared was false and is now true",
      ]);
    });
  });

  it("sees layers that differ in what has no weights", async () => {
    const other = (rate: number) =>
      compileNetwork(`network N { input image [3, H, W] conv(2, 3x3) dropout(${rate}) relu output y }`);
    const at = (rate: number) => planOf(other(rate), { configuration: tinyConfiguration, data });
    expect(planDifferences(await at(0.2), await at(0.5))).toEqual([
      "the layer dropout1 was dropout rate=0.2 drops=values of conv1 and is now dropout rate=0.5 drops=values of conv1",
    ]);
  });

  it("has its table of what may differ in the specification of the command line", () => {
    const page = readFileSync(join(packageRoot(), "specs", "command-line.md"), "utf8");
    for (const path of Object.keys(mayDiffer)) expect(page).toContain(`\`${path}\``);
  });
});

describe("the digest of data", () => {
  const open = (path: string) =>
    openDataSet(undefined, tinyConfiguration.masks, { baseDirectory: ".", override: path });

  it("is of the contents in their order, not of the folder they are in", async () => {
    cpSync(join(folder, "data"), join(folder, "moved"), { recursive: true });
    const digest = await digestOfData(await open(join(folder, "moved")));
    expect(digest).toEqual(await digestOfData(await open(join(folder, "data"))));
    expect(Object.entries(digest).map(([what, { files }]) => [what, files])).toEqual([
      ["training images", 16],
      ["training labels", 16],
      ["validation images", 4],
      ["validation labels", 4],
    ]);
  });

  it.each([
    ["images", "train", "training images"],
    ["labels", "train", "training labels"],
    ["images", "val", "validation images"],
    ["labels", "val", "validation labels"],
  ])("sees one file of %s/%s that holds other bytes", async (kind, part, named) => {
    const path = join(folder, `changed ${kind} ${part}`);
    cpSync(join(folder, "data"), path, { recursive: true });
    const [name = ""] = readdirSync(join(path, kind, part));
    const file = join(path, kind, part, name);
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from([0])]));
    const [before, after] = [
      await digestOfData(await open(join(folder, "data"))),
      await digestOfData(await open(path)),
    ];
    expect(Object.keys(before).filter((what) => before[what]?.sha256 !== after[what]?.sha256)).toEqual([
      named,
    ]);
    rmSync(path, { recursive: true });
  });
});

describe("a run that is resumed as another experiment", () => {
  const optimizer = { ...tinyConfiguration.optimizer, learningRate: 5 };

  it("is refused, and continues where the changes are said to be intended", async () => {
    const notes: string[] = [];
    await trainTiny(folder, "experiment", { configuration: { ...tinyConfiguration, epochs: 1 } });
    const files = readFileSync(join(folder, "experiment", "checkpoint.safetensors"));
    const configuration = { ...tinyConfiguration, optimizer };
    await expect(trainTiny(folder, "experiment", { mode: "resume", configuration })).rejects.toThrow(
      /checkpoint\.safetensors is a checkpoint of another experiment: optimizer\.learning_rate was 0\.01 and is now 5$/,
    );
    expect(readFileSync(join(folder, "experiment", "checkpoint.safetensors"))).toEqual(files);
    const result = await trainTiny(folder, "experiment", {
      mode: "resume",
      configuration: { ...tinyConfiguration, optimizer: { ...optimizer, learningRate: 1e-3 } },
      allowChanges: true,
      observer: (event) => event.kind === "note" && notes.push(event.message),
    });
    expect(result).toMatchObject({ ended: "finished", epochs: 3 });
    expect(notes.join()).toContain("optimizer.learning_rate was 0.01 and is now 0.001");
  });

  it("is refused for other image contents, and a number of epochs more is the same run", async () => {
    await trainTiny(folder, "contents", { configuration: { ...tinyConfiguration, epochs: 1 } });
    const images = join(folder, "data", "images", "train");
    const [first = "", second = ""] = readdirSync(images).sort();
    const kept = readFileSync(join(images, first));
    writeFileSync(join(images, first), readFileSync(join(images, second)));
    await expect(trainTiny(folder, "contents", { mode: "resume" })).rejects.toThrow(
      /is a checkpoint of another experiment: the contents of the training images were 16 files \(SHA-256 [0-9a-f]{12}…\) and are now 16 files \(SHA-256 [0-9a-f]{12}…\)$/,
    );
    writeFileSync(join(images, first), kept);
    expect(await trainTiny(folder, "contents", { mode: "resume" })).toMatchObject({ epochs: 3 });
  });

  it("is refused where its state does not fit the changes, with the way to start from its weights", async () => {
    await trainTiny(folder, "batches", { configuration: { ...tinyConfiguration, epochs: 1 } }, tinyNetwork());
    const configuration = { ...tinyConfiguration, batch: 2 };
    await expect(
      trainTiny(folder, "batches", { mode: "resume", configuration, allowChanges: true }),
    ).rejects.toMatchObject({ help: expect.stringContaining("--start-from") });
  });
});
