import { describe, expect, it } from "vitest";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import { elaborateTrain } from "../../compiler/learning/section/elaborate-train.ts";
import type { TrainFacts } from "../../compiler/learning/section/train-reader.ts";
import { parse } from "../../grammar/parse.ts";

const ends = {
  inputs: [
    {
      name: "image",
      size: [
        { symbol: "H", scale: 1, shift: 0 },
        { symbol: "W", scale: 1, shift: 0 },
      ] as const,
    },
  ],
  outputs: [{ name: "labels", channels: 2, activation: "softmax" as const }],
};
const twoClasses: TrainFacts = { classes: undefined, classCount: 2, ...ends };

function read(entries: string, facts: TrainFacts = twoClasses) {
  const text = `train N {\n${entries}\n}`;
  const { program, problems } = parse(text, "test.fcn");
  expect(problems).toEqual([]);
  const [train] = program.items;
  if (train?.kind !== "train") throw new Error("no train section");
  const { configuration, diagnostics } = elaborateTrain(train, facts);
  const said = diagnostics.map((each) => {
    const help = each.help === undefined ? "" : ` / ${each.help}`;
    return `${each.code} at ${text.slice(each.span.start, each.span.end)}: ${each.message}${help}`;
  });
  return { configuration, said };
}

/** The configuration of entries without mistakes. */
function good(entries: string, facts?: TrainFacts): TrainConfiguration {
  const { configuration, said } = read(entries, facts);
  expect(said).toEqual([]);
  return configuration;
}

function only(entries: string, facts?: TrainFacts): string {
  const { said } = read(entries, facts);
  expect(said).toHaveLength(1);
  return said[0] ?? "";
}

describe("a train section", () => {
  it("of nothing has every default", () => {
    expect(good("")).toEqual({
      network: "N",
      startFrom: undefined,
      data: undefined,
      masks: { values: undefined, ignore: [], classes: ["class 0", "class 1"] },
      augment: [],
      inputs: [{ name: "image", kind: "image", from: undefined, shrink: 1, noise: 0 }],
      outputs: [
        {
          name: "labels",
          target: { kind: "labels" },
          loss: [
            {
              factor: 1,
              term: { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" },
            },
          ],
        },
      ],
      optimizer: {
        kind: "adam",
        learningRate: 1e-3,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
      },
      schedule: [{ kind: "constant" }],
      epochs: 40,
      batch: 4,
      lastBatch: "join",
      seed: 1,
      keep: { best: "labels.mean_iou", bestClass: undefined, patience: undefined },
    });
  });

  it("reads every entry", () => {
    const configuration = good(`
  start     from FCN16s
  data      folder("data/membrane", images = "image/*.png", labels = "label/*.png", validate = 25%, validate_seed = 3)
  masks     [membrane = 0, cell = [254, 255]], ignore = 11
  augment   flip, flip_vertical, rotate(90), scale(0.8 .. 1.25), crop(256, 512), brightness(20%), contrast(0.1)
  loss      cross_entropy(weights = median_frequency, reduction = sum)
  optimizer sgd(0.1 / 2, momentum = 0.99, nesterov, weight_decay = 5e-4)
  schedule  poly(power = 2)
  epochs    12
  batch     3
  last_batch drop
  seed      7
  keep      best by loss,
            stop after 8 epochs without improvement
`);
    expect(configuration).toEqual({
      network: "N",
      startFrom: "FCN16s",
      data: {
        kind: "folder",
        path: "data/membrane",
        images: "image/*.png",
        labels: "label/*.png",
        objects: false,
        validation: { kind: "share", share: 0.25, seed: 3 },
      },
      masks: {
        values: [
          { className: "membrane", value: 0 },
          { className: "cell", value: 254 },
          { className: "cell", value: 255 },
        ],
        ignore: [11],
        classes: ["membrane", "cell"],
      },
      augment: [
        { kind: "flip", probability: 0.5 },
        { kind: "flip_vertical", probability: 0.5 },
        { kind: "rotate", degrees: 90, probability: 1 },
        { kind: "scale", factors: [0.8, 1.25], probability: 1 },
        { kind: "crop", size: [256, 512] },
        { kind: "brightness", change: 0.2, probability: 1 },
        { kind: "contrast", change: 0.1, probability: 1 },
      ],
      inputs: [{ name: "image", kind: "image", from: undefined, shrink: 1, noise: 0 }],
      outputs: [
        {
          name: "labels",
          target: { kind: "labels" },
          loss: [
            {
              factor: 1,
              term: {
                kind: "cross_entropy",
                weights: "median_frequency",
                labelSmoothing: 0,
                reduction: "sum",
              },
            },
          ],
        },
      ],
      optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.99, nesterov: true, weightDecay: 5e-4 },
      schedule: [{ kind: "poly", power: 2 }],
      epochs: 12,
      batch: 3,
      lastBatch: "drop",
      seed: 7,
      keep: { best: "loss", bestClass: undefined, patience: 8 },
    });
  });

  it("reads the other kinds of data", () => {
    expect(good('data list("train.txt", validate = "val.txt")').data).toEqual({
      kind: "list",
      path: "train.txt",
      validation: { kind: "list", path: "val.txt" },
    });
    expect(good('data list("train.txt", validate = 10%)').data).toMatchObject({
      validation: { kind: "share", share: 0.1, seed: 1 },
    });
    const globs = 'images = "a/*", labels = "b/*", validate_images = "c/*", validate_labels = "d/*"';
    expect(good(`data folder("x", ${globs})`).data).toMatchObject({
      validation: { kind: "globs", images: "c/*", labels: "d/*" },
    });
    expect(good('data folder("x", images = "a/*", labels = "b/*/*", objects)').data).toMatchObject({
      objects: true,
    });
    expect(good('data folder("x", images = "a/*", labels = "b/*")').data).toMatchObject({
      validation: { kind: "share", share: 0.2, seed: 1 },
    });
  });

  it("draws the split by a seed of its own, whatever that of the training", () => {
    const data = 'data folder("x", images = "a/*", labels = "b/*", validate = 20%, test = 10%)';
    const seeds = [1, 7].map((seed) => good(`${data}\n  seed ${seed}`));
    expect(seeds.map(({ seed }) => seed)).toEqual([1, 7]);
    expect(seeds[1]?.data).toEqual(seeds[0]?.data);
    expect(seeds[0]?.data).toMatchObject({ validation: { seed: 1 }, test: { seed: 1 } });
  });

  it("reads every augmentation that moves pixels or changes values, with its defaults", () => {
    expect(
      good(
        "augment shift(8x16), shear(10), perspective(0.1), elastic, crop(64, rare = 50%), hue(20), saturation(0.3), jpeg(40 .. 90), cutout(16)",
      ).augment,
    ).toEqual([
      { kind: "shift", most: [8, 16], probability: 1 },
      { kind: "shear", degrees: 10, probability: 1 },
      { kind: "perspective", distortion: 0.1, probability: 1 },
      { kind: "elastic", deviation: 10, grid: 3, probability: 1 },
      { kind: "crop", size: [64, 64], rare: 0.5 },
      { kind: "hue", degrees: 20, probability: 1 },
      { kind: "saturation", change: 0.3, probability: 1 },
      { kind: "jpeg", qualities: [40, 90], probability: 1 },
      { kind: "cutout", size: [16, 16], count: 1, probability: 1 },
    ]);
    expect(good("augment elastic(6, grid = 5), shift(0x4), cutout(3, count = 2)").augment).toMatchObject([
      { deviation: 6, grid: 5 },
      { most: [0, 4] },
      { count: 2 },
    ]);
  });

  it("reads test pairs as a share, as files and as a list of their own", () => {
    const folder = (more: string) => good(`data folder("x", images = "a/*", labels = "b/*", ${more})`).data;
    expect(folder("test = 10%, test_seed = 4")).toMatchObject({
      test: { kind: "share", share: 0.1, seed: 4 },
    });
    expect(folder('test_images = "c/*", test_labels = "d/*"')).toMatchObject({
      test: { kind: "globs", images: "c/*", labels: "d/*" },
    });
    expect(folder("test = 0")).toMatchObject({ test: undefined });
    expect(good('data list("train.txt", validate = 10%, test = "test.txt")').data).toMatchObject({
      test: { kind: "list", path: "test.txt" },
    });
  });

  it("reads how objects are distinguished", () => {
    const folder = (more: string) => good(`data folder("x", images = "a/*", labels = "b/*", ${more})`).data;
    expect(folder("instances, border = 2")).toMatchObject({ objects: false, instances: true, border: 2 });
    expect(folder("objects, border = 1")).toMatchObject({ objects: true, border: 1 });
    expect(folder("instances, slices")).toMatchObject({ instances: true, slices: true });
  });

  it("reads mask values as indices, colours, and values that count for nothing", () => {
    const facts = { classes: ["road", "lane marking"], classCount: 2, ...ends };
    expect(good("masks indices, ignore = 255", facts).masks).toEqual({
      values: undefined,
      ignore: [255],
      classes: ["road", "lane marking"],
    });
    expect(
      good('masks [road = "#80C080", "lane marking" = 3], ignore = ["#000000", 4]', facts).masks,
    ).toEqual({
      values: [
        { className: "road", value: "#80c080" },
        { className: "lane marking", value: 3 },
      ],
      ignore: ["#000000", 4],
      classes: ["road", "lane marking"],
    });
    expect(good("masks ignore = none").masks.ignore).toEqual([]);
    expect(good("masks [a = 0, b = 1, ignore = 7]").masks).toMatchObject({
      ignore: [7],
      classes: ["a", "b"],
    });
  });

  it("orders named class weights by the classes of the network", () => {
    const facts = { classes: ["a", "b"], classCount: 2, ...ends };
    const weightsOf = (entry: string) => good(entry, facts).outputs[0]?.loss[0]?.term;
    expect(weightsOf("loss cross_entropy(weights = [b = 4, a = 1])")).toMatchObject({ weights: [1, 4] });
    expect(weightsOf("loss cross_entropy(weights = [4, 1])")).toMatchObject({ weights: [4, 1] });
  });

  it("reads a crop of one number or a size, and a start from a file", () => {
    expect(good("augment crop(64)").augment).toEqual([{ kind: "crop", size: [64, 64] }]);
    expect(good("augment crop(64x32)").augment).toEqual([{ kind: "crop", size: [64, 32] }]);
    expect(good("augment none").augment).toEqual([]);
    expect(good('start from "out/a.safetensors"').startFrom).toBe("out/a.safetensors");
  });

  it("reads whose names the weights of a file have", () => {
    const written = 'start from "resnet50.safetensors" as torchvision';
    expect(good(written)).toMatchObject({ startFrom: "resnet50.safetensors", startAs: "torchvision" });
    expect(only('start from "a.safetensors" as timm')).toContain(
      "training/unknown-word at timm: there is no source of weights `timm`",
    );
    expect(only('start from "a.safetensors" as')).toContain("training/value-missing at as");
    expect(only('start from "a.safetensors" as torchvision now')).toContain("training/too-much at now");
    expect(only("start from FCN16s as torchvision")).toContain("training/wrong-value at FCN16s");
    const facts = { classes: ["a", "b"], classCount: 2, ...ends, torchvision: [] };
    expect(only(written, facts)).toContain("training/no-encoder at torchvision");
  });
});

describe("a mistake in a train section", () => {
  it.each([
    [
      "epoch 40",
      "training/unknown-key at epoch: a train section has no entry `epoch` / did you mean `epochs`?",
    ],
    [
      "epochs 40\nepochs 41",
      "training/said-twice at epochs: the entry `epochs` is given twice / remove one of the two",
    ],
    ["epochs", "training/value-missing at epochs: the entry `epochs` has no value / for example `epochs 40`"],
    [
      "epochs 40 batch 4",
      "training/too-much at batch: the entry `epochs` takes one value / for example `epochs 40`; each entry needs its own line",
    ],
    ["epochs 2.5", "training/wrong-value at 2.5: epochs must be a whole number ≥ 1, not the number 2.5"],
    ["batch 0", "training/wrong-value at 0: batch must be a whole number ≥ 1, not the number 0"],
    [
      "seed -1",
      "training/wrong-value at -1: seed must be a whole number from 0 to 2^53 - 1, not the number -1",
    ],
    [
      "optimizer adam(learning_rate = 0)",
      "values/wrong-kind at 0: `learning_rate` of adam must be a number greater than 0, not the number 0",
    ],
    [
      "optimizer adam(learning_rate = 1 / 0)",
      "values/not-finite at 1 / 0: this number is past the largest that can be computed with, 1.79e308",
    ],
    ["optimizer adm", "training/unknown-word at adm: there is no optimizer `adm` / did you mean `adam`?"],
    [
      "optimizer adam(learning_rat = 1)",
      'names/unknown-parameter at learning_rat: adam has no argument "learning_rat" / did you mean "learning_rate"?',
    ],
    [
      "optimizer adam(rate = 1e-3)",
      'names/unknown-parameter at rate: adam has no argument "rate" / did you mean "learning_rate"?',
    ],
    [
      "optimizer sgd(lr = 1e-3)",
      'names/unknown-parameter at lr: sgd has no argument "lr" / did you mean "learning_rate"?',
    ],
    [
      "optimizer adam(1, learning_rate = 2)",
      "names/too-many-arguments at 1: adam has no parameter for the number 1 / name the argument, as in name = value; its arguments: learning_rate, beta1, beta2, epsilon, weight_decay",
    ],
    [
      "optimizer adam(1, 2)",
      "names/too-many-arguments at 2: adam has no parameter for the number 2 / name the argument, as in name = value; its arguments: learning_rate, beta1, beta2, epsilon, weight_decay",
    ],
    [
      "optimizer sgd(momentum = 0, nesterov)",
      "training/wrong-value at 0: the momentum of sgd with nesterov must be greater than 0, not the number 0",
    ],
    [
      "loss cross_entropy + dise",
      "training/unknown-word at dise: there is no loss `dise` / did you mean `dice`?",
    ],
    [
      "loss cross_entropy + 0 * dice",
      "training/wrong-value at 0: the weight of a loss must be a number greater than 0, not the number 0",
    ],
    [
      "loss cross_entropy(weights = [1, 2, 3])",
      "training/weight-count at [1, 2, 3]: there are 3 class weights for 2 classes / give one weight per class, in the order of the classes, or use median_frequency",
    ],
    [
      "loss cross_entropy(weights = [1, -2])",
      "training/wrong-value at -2: a class weight must be a number ≥ 0, not the number -2",
    ],
    ["schedule stp", "training/unknown-word at stp: there is no schedule `stp` / did you mean `step`?"],
    [
      "schedule step",
      'names/argument-needed at step: step needs the argument "every": the epochs between two drops, or `at`, the epochs after which it drops',
    ],
    [
      "schedule step(at = [30, 20])",
      "values/wrong-kind at [30, 20]: `at` of step must be a list of whole numbers ≥ 1 in ascending order, such as [30, 60], not a list of 2 items",
    ],
    [
      "schedule warm_up(500, epochs = 2)",
      "training/wrong-value at 2: `epochs` of warm_up must be removed where `steps` is given, not the number 2",
    ],
    [
      "schedule warm_up(10), CosineAnnealingLR",
      "training/unknown-word at CosineAnnealingLR: there is no schedule `CosineAnnealingLR` / did you mean `cosine`?",
    ],
    [
      "gradient_clip_val 1",
      "training/unknown-key at gradient_clip_val: a train section has no entry `gradient_clip_val` / clip norm(1), or clip value(0.5)",
    ],
    [
      'freeze layers("a"), layers("a", from = 2)',
      'training/said-twice at layers("a", from = 2): "a" is given twice / remove one of the two',
    ],
    [
      "clip norm",
      'names/argument-needed at norm: norm needs the argument "most": the largest L2 norm of all gradients together / expected: a number greater than 0',
    ],
    ["schedule poly, poly", "training/said-twice at poly: `poly` is given twice / remove one of the two"],
    [
      "optimizer AdamW",
      "training/unknown-word at AdamW: there is no optimizer `AdamW` / did you mean `adamw`?",
    ],
    [
      "loss FocalLoss",
      "training/unknown-word at FocalLoss: there is no loss `FocalLoss` / did you mean `focal`?",
    ],
    [
      "loss focal(gama = 1)",
      'names/unknown-parameter at gama: focal has no argument "gama" / did you mean "gamma"?',
    ],
    [
      "loss tversky(alpha = 0, beta = 0)",
      "training/wrong-value at 0: `alpha` or `beta` of tversky must be greater than 0, not the number 0",
    ],
    [
      "loss cross_entropy(weights = enet) + dice(weights = median_frequency)",
      "training/wrong-value at dice(weights = median_frequency): the rule of the class weights of dice must be enet, as in the loss before it, not median_frequency",
    ],
    [
      "loss cross_entropy(label_smoothing = 1)",
      "values/wrong-kind at 1: `label_smoothing` of cross_entropy must be a number from 0 to less than 1, not the number 1",
    ],
    [
      "loss GeneralizedDice",
      "training/unknown-word at GeneralizedDice: there is no loss `GeneralizedDice` / did you mean `generalised_dice`?",
    ],
    [
      "loss LovaszSoftmax",
      "training/unknown-word at LovaszSoftmax: there is no loss `LovaszSoftmax` / did you mean `lovasz_softmax`?",
    ],
    [
      "loss ohem_cross_entropy(0.1, count = 4096)",
      "training/wrong-value at 4096: `count` of ohem_cross_entropy must be removed where a share is given, not the number 4096",
    ],
    [
      "augment GaussianBlur",
      "training/unknown-word at GaussianBlur: there is no augmentation `GaussianBlur` / did you mean `blur`?",
    ],
    [
      "augment flip(p = 0.1)",
      'names/unknown-parameter at p: flip has no argument "p" / did you mean "probability"?',
    ],
    [
      "augment noise(2)",
      "values/wrong-kind at 2: `deviation` of noise must be a number from 0 to 1, not the number 2",
    ],
    [
      "keep best by mean_iu",
      "training/unknown-word at mean_iu: there is no metric `mean_iu` / did you mean `mean_iou`?",
    ],
    [
      'keep best by mean_iou of "class 0"',
      "training/unknown-word at mean_iou: there is no metric `mean_iou` / known: iou, accuracy, dice, boundary_f, hausdorff95",
    ],
    [
      "keep best by iou of 3",
      "training/wrong-value at 3: the class of a metric must be the name of a class, not the number 3",
    ],
    [
      'keep best by labels.hausdorff of "class 0"',
      "training/unknown-word at hausdorff: there is no metric of a class of labels `hausdorff` / did you mean `hausdorff95`?",
    ],
    [
      "keep best by iou of cell",
      "training/unknown-word at cell: there is no class `cell` / known: class 0, class 1",
    ],
    [
      "keep stop after epochs",
      "training/wrong-value at stop: keep must be `best by mean_iou` or `stop after 8 epochs without improvement`, not the word `stop`",
    ],
    [
      "keep stop after 5 without gain",
      "training/wrong-value at stop after 5 without gain: keep must be `best by mean_iou` or `stop after 8 epochs without improvement`, not `stop after 5 without gain` / did you mean `stop after 5 epochs without improvement`?",
    ],
    ["augment flop", "training/unknown-word at flop: there is no augmentation `flop` / did you mean `flip`?"],
    ["augment flip, flip", "training/said-twice at flip: `flip` is given twice / remove one of the two"],
    [
      "augment rotate(270)",
      "values/wrong-kind at 270: `degrees` of rotate must be an angle in degrees, above 0 and up to 180, not the number 270",
    ],
    [
      "augment rotate",
      'names/argument-needed at rotate: rotate needs the argument "degrees": the largest angle to each side / expected: an angle in degrees, above 0 and up to 180',
    ],
    [
      "augment scale(0.5)",
      "values/wrong-kind at 0.5: `factors` of scale must be a range such as 0.5 .. 1.5, from a number greater than 0 to one that is not less, not the number 0.5",
    ],
    [
      "augment scale(2 .. 1)",
      "values/wrong-kind at 2 .. 1: `factors` of scale must be a range such as 0.5 .. 1.5, from a number greater than 0 to one that is not less, not the range 2 .. 1",
    ],
    [
      "masks [a = 0, b = 0]",
      "training/mask-value-twice at 0: the mask value 0 is already assigned to a / each value has one meaning; several values can belong to one class",
    ],
    [
      "masks [a = 0, b = 1], ignore = 1",
      "training/mask-value-twice at 1: the mask value 1 is already assigned to b / each value has one meaning; several values can belong to one class",
    ],
    [
      "masks [0, 255]",
      "training/mask-without-class at 0: this mask value has no class name / write the class of each value: masks [background = 0, cell = 255]",
    ],
    [
      "masks [a = 0]",
      "training/class-count at masks [a = 0]: the masks name 1 class, and the network has 2 / name 2 classes here, or change the number of classes in the network",
    ],
    [
      'masks [a = 0, b = "red"]',
      'training/wrong-value at "red": a mask value must be a grey level from 0 to 65535 or a colour such as "#808080", not the string "red"',
    ],
    [
      'data folder(images = "a", labels = "b")',
      'names/argument-needed at folder(images = "a", labels = "b"): folder needs the argument "path": the folder / expected: a string such as "data/membrane"',
    ],
    [
      'data folder("x", images = "a", labels = "b", validate = 20)',
      "values/wrong-kind at 20: `validate` of folder must be a fraction below 1 such as 20%, not the number 20",
    ],
    [
      'data folder("x", images = "a", labels = "b", validate_seed = 1.5)',
      "values/wrong-kind at 1.5: `validate_seed` of folder must be a whole number ≥ 0, not the number 1.5",
    ],
    [
      'data folder("x", images = "a", labels = "b", validate_images = "c", validate_labels = "d", validate_seed = 2)',
      "training/wrong-value at 2: validate_seed must be removed where validate_images and validate_labels are given, not the number 2",
    ],
    [
      'data folder("x", images = "a", labels = "b", validate = 60%, test = 40%)',
      "training/wrong-value at 40%: test must be so small that pairs are left for training beside those of validate, not 40%",
    ],
    [
      'data folder("x", images = "a", labels = "b", test_labels = "d")',
      'names/argument-needed at folder("x", images = "a", labels = "b", test_labels = "d"): folder needs the argument "test_images": the pattern of the test images',
    ],
    [
      "augment jpeg(0.5 .. 0.9)",
      "training/wrong-value at 0.5 .. 0.9: qualities must be whole numbers such as 40 .. 95, not the range 0.5 .. 0.9",
    ],
    [
      "augment perspective(0.3)",
      "values/wrong-kind at 0.3: `distortion` of perspective must be a share above 0 and below 25%, not the number 0.3",
    ],
    [
      'data list("train.txt", validate = "val.txt", validate_seed = 2)',
      "training/wrong-value at 2: validate_seed must be removed where validate is a list, not the number 2",
    ],
    [
      "start FCN",
      "training/wrong-value at FCN: start must be `from` followed by a network or a weights file, not the word `FCN`",
    ],
  ])("%s is explained where it stands", (entries, expected) => {
    if (entries === "masks [0, 255]") expect(read(entries).said).toContain(expected);
    else expect(only(entries)).toBe(expected);
  });

  it("names the classes of the network for a class it does not have, and warns of those without a value", () => {
    const facts = { classes: ["road", "sky"], classCount: 2, ...ends };
    expect(only("masks [rod = 0, sky = 1]", facts)).toBe(
      "training/unknown-word at rod: there is no class `rod` / did you mean `road`?",
    );
    expect(only("masks [sky = 1]", facts)).toBe(
      "training/class-without-value at masks [sky = 1]: no mask value is assigned to road / assign a value to each class; a class without one is never learned",
    );
  });

  it("reads what happens between gradients and update", () => {
    expect(good("clip value(0.5), norm(most = 5)").clip).toEqual([
      { kind: "value", most: 0.5 },
      { kind: "norm", most: 5 },
    ]);
    expect(good("average ema(0.99)").average).toEqual({ kind: "ema", decay: 0.99 });
    expect(good("average none")).toEqual(good(""));
    expect(
      good('groups weights("encoder", learning_rate = 1e-4), weights("*.bias", weight_decay = 0)').groups,
    ).toEqual([
      { kind: "weights", name: "encoder", learningRate: 1e-4, weightDecay: undefined },
      { kind: "weights", name: "*.bias", learningRate: undefined, weightDecay: 0 },
    ]);
    expect(good('freeze layers("encoder", until = 5), layers("head", from = 3)').freeze).toEqual([
      { kind: "layers", name: "encoder", from: 1, until: 5 },
      { kind: "layers", name: "head", from: 3, until: undefined },
    ]);
    for (const name of ["encoder", '"encoder"']) {
      expect(only(`freeze ${name}`)).toMatch(/ \/ write freeze layers\("encoder", until = 5\)$/);
      expect(only(`groups ${name}`)).toMatch(/ \/ write groups weights\("encoder", learning_rate = 1e-4\)$/);
    }
    expect(only("clip norm(0)")).toBe(
      "values/wrong-kind at 0: `most` of norm must be a number greater than 0, not the number 0",
    );
    expect(good("clip none")).toEqual(good(""));
    expect(good("accumulate 8").accumulate).toBe(8);
    expect(good("optimizer rmsprop(momentum = 0.9)").optimizer).toEqual({
      kind: "rmsprop",
      learningRate: 1e-3,
      alpha: 0.99,
      momentum: 0.9,
      centered: false,
      epsilon: 1e-8,
      weightDecay: 0,
    });
    expect(good("schedule one_cycle(0.25)").schedule).toEqual([
      { kind: "one_cycle", rise: 0.25, start: 0.04, end: 4e-6 },
    ]);
  });

  it("reads schedules that compose, in their order, and augmentations with probabilities", () => {
    expect(good("schedule warm_up(500), cosine(least = 1e-5)").schedule).toEqual([
      { kind: "warm_up", steps: 500, epochs: undefined, start: 0 },
      { kind: "cosine", least: 1e-5, period: undefined },
    ]);
    expect(good("schedule step(at = [30, 60])").schedule).toEqual([
      { kind: "step", every: undefined, at: [30, 60], factor: 0.1 },
    ]);
    expect(good("augment noise(0.1, probability = 20%), flip(probability = 0)").augment).toEqual([
      { kind: "noise", deviation: 0.1, probability: 0.2 },
      { kind: "flip", probability: 0 },
    ]);
    expect(good("optimizer adamw(3e-4)").optimizer).toMatchObject({
      kind: "adamw",
      learningRate: 3e-4,
      weightDecay: 0.01,
    });
    expect(good("loss focal(1.5) + tversky(beta = 0.9)").outputs[0]?.loss).toEqual([
      { factor: 1, term: { kind: "focal", gamma: 1.5, weights: undefined } },
      { factor: 1, term: { kind: "tversky", alpha: 0.3, beta: 0.9, weights: undefined } },
    ]);
    const named = "masks [membrane = 0, cell = 255]\n";
    expect(good("loss cross_entropy + 0.1 * total_variation").outputs[0]?.loss[1]).toEqual({
      factor: 0.1,
      term: { kind: "total_variation" },
    });
    const hard = "ohem_cross_entropy(0.1) + ohem_cross_entropy(count = 9) + lovasz_softmax";
    expect(good(`loss border_cross_entropy(5, background = 1) + ${hard}`).outputs[0]?.loss).toMatchObject([
      { term: { kind: "border_cross_entropy", strength: 5, sigma: 5, background: 1, reduction: "mean" } },
      { term: { kind: "ohem_cross_entropy", share: 0.1, count: undefined } },
      { term: { kind: "ohem_cross_entropy", share: undefined, count: 9 } },
      { term: { kind: "lovasz_softmax", weights: undefined } },
    ]);
    expect(good(`${named}keep best by dice of cell`).keep).toMatchObject({
      best: "labels.dice",
      bestClass: "cell",
    });
    expect(good(`${named}keep best by labels.hausdorff95 of cell`).keep).toMatchObject({
      best: "labels.hausdorff95",
      bestClass: "cell",
    });
    expect(good("keep best by calibration_error").keep).toMatchObject({
      best: "labels.calibration_error",
      bestClass: undefined,
    });
    const weighed = "dice(squared, weights = enet) + jaccard(weights = [1, 2]) + generalised_dice";
    expect(
      good(`loss cross_entropy(weights = enet, label_smoothing = 0.1) + ${weighed}`).outputs[0]?.loss,
    ).toEqual([
      { factor: 1, term: { kind: "cross_entropy", weights: "enet", labelSmoothing: 0.1, reduction: "mean" } },
      { factor: 1, term: { kind: "dice", squared: true, weights: "enet" } },
      { factor: 1, term: { kind: "jaccard", weights: [1, 2] } },
      { factor: 1, term: { kind: "generalised_dice" } },
    ]);
  });

  it("leaves the default in its place", () => {
    expect(read("epochs -3\nbatch 8").configuration).toMatchObject({ epochs: 40, batch: 8 });
  });
});

it("a pattern that no weight of the network matches is reported, with what there is", () => {
  const weights = ["encoder.conv1.weight", "encoder.batchnorm1.running_mean", "score.bias"];
  const facts = { ...twoClasses, weights };
  good(
    'freeze layers("encoder"), layers("*.running_*"), layers("encoder.conv1.weight"), layers("*.bias")',
    facts,
  );
  for (const pattern of ["encode", "encoder.conv", "bias", "*.biases"])
    expect(only(`freeze layers("${pattern}")`, facts), pattern).toContain("training/unknown-word");
  expect(only('groups weights("encodr", weight_decay = 0)', facts)).toBe(
    'training/unknown-word at weights("encodr", weight_decay = 0): there is no trained weight `encodr` / did you mean `encoder`?',
  );
});
