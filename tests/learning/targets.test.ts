import { describe, expect, it } from "vitest";
import type { Loss } from "../../compiler/learning/losses/loss.ts";
import { losses } from "../../compiler/learning/losses/registry.ts";
import { compileText } from "../support/compile-source.ts";

/** Every kind of output that a target may want. */
const network = `network N {
  input image [3, H, W]
  input thermal [1, H, W]
  skip image by concat
  conv(8, 3x3) relu as top
  conv(3, 1x1)
  output labels by softmax
  from top
  conv(1, 1x1)
  output depth
  from top
  conv(3, 1x1)
  output normals
  from top
  conv(1, 1x1)
  output edges by sigmoid
}
`;

const files = `data folder("d", images = "image/*.png", labels = "label/*.png")
`;

const targets = `targets labels = labels, normals = normals("normals/*.png"), edges = boundaries,
        depth = depth("depth/*.png", unit = 0.001, missing = 65535, log)
`;

function read(entries: string, networkText = network) {
  const text = `${networkText}train N {\n${entries}\n}\n`;
  const { networks, diagnostics } = compileText(text);
  const said = diagnostics.map(({ code, span, message, help }) => {
    const at = text.slice(span.start, span.end);
    return `${code} at ${at}: ${message}${help === undefined ? "" : ` / ${help}`}`;
  });
  return { train: networks[0]?.train, said };
}

function only(entries: string, networkText = network): string {
  const { said } = read(entries, networkText);
  expect(said).toHaveLength(1);
  return said[0] ?? "";
}

/** Losses of labels, in the order of the catalogue. */
const ofClasses = losses.filter(({ compares }: Loss) => compares.includes("classes")).map(({ name }) => name);

describe("targets", () => {
  it("say what each output learns, and the loss follows", () => {
    const { train, said } = read(files + targets);
    expect(said).toEqual([]);
    expect(train?.outputs).toEqual([
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
      {
        name: "depth",
        target: {
          kind: "depth",
          from: { files: "depth/*.png", validation: undefined },
          unit: 0.001,
          missing: 65535,
          log: true,
        },
        loss: [{ factor: 1, term: { kind: "scale_invariant", balance: 0.5 } }],
      },
      {
        name: "normals",
        target: { kind: "normals", from: { files: "normals/*.png", validation: undefined } },
        loss: [{ factor: 1, term: { kind: "cosine" } }],
      },
      {
        name: "edges",
        target: { kind: "boundaries", from: undefined },
        loss: [{ factor: 1, term: { kind: "balanced_cross_entropy", reduction: "mean" } }],
      },
    ]);
    expect(train?.masks.classes).toEqual(["class 0", "class 1", "class 2"]);
  });

  it("take a loss each, of several terms with factors", () => {
    const loss =
      "loss labels = cross_entropy + 0.5 * dice, depth = 2 * (scale_invariant(1) + huber(0.1)), normals = cosine, edges = dice";
    const { train, said } = read(`${files}${targets}${loss}`);
    expect(said).toEqual([]);
    expect(
      train?.outputs.map((output) => output.loss.map(({ factor, term }) => [factor, term.kind])),
    ).toEqual([
      [
        [1, "cross_entropy"],
        [0.5, "dice"],
      ],
      [
        [2, "scale_invariant"],
        [2, "huber"],
      ],
      [[1, "cosine"]],
      [[1, "dice"]],
    ]);
  });

  it("without a name are for every output that has none of its own", () => {
    const two = network
      .replace(/from top\n {2}conv\(1, 1x1\)\n {2}output depth\n/, "")
      .replace("output normals", "output more by softmax");
    const { train, said } = read(
      `${files}targets boundaries, labels = labels, more = labels\nloss dice, labels = cross_entropy`,
      two,
    );
    expect(said).toEqual([]);
    expect(train?.outputs.map(({ name, target, loss }) => [name, target.kind, loss[0]?.term.kind])).toEqual([
      ["labels", "labels", "cross_entropy"],
      ["more", "labels", "dice"],
      ["edges", "boundaries", "dice"],
    ]);
  });

  it("of values alone leave nothing to name as classes, and the loss to keep the best by", () => {
    const one = "network N {\n input image [3, H, W]\n conv(3, 3x3)\n output sharp\n}\n";
    const { train, said } = read(
      'data folder("d", images = "*.png")\ninputs image = image(shrink = 2, noise = 0.1)\ntargets image',
      one,
    );
    expect(said).toEqual([]);
    expect(train?.masks.classes).toEqual([]);
    expect(train?.keep.best).toBe("loss");
    expect(train?.inputs).toEqual([{ name: "image", kind: "image", from: undefined, shrink: 2, noise: 0.1 }]);
  });

  it("let the best be kept by a measure of one output", () => {
    expect(read(`${files}${targets}keep best by depth.rel`).train?.keep.best).toBe("depth.rel");
    expect(read(`${files}${targets}keep best by edges.loss`).train?.keep.best).toBe("edges.loss");
  });

  it("and inputs take files of their own", () => {
    const { train, said } = read(`${files}${targets}inputs thermal = image("heat/*.png")`);
    expect(said).toEqual([]);
    expect(train?.inputs[1]).toMatchObject({ name: "thermal", from: { files: "heat/*.png" } });
  });
});

describe("the colour bins as a target", () => {
  const colours = (channels: number, activation = " by softmax") =>
    `network N {\n input image [1, H, W]\n conv(${channels}, 3x3)\n output colours${activation}\n}\n`;
  const images = 'data folder("d", images = "*.png")\n';

  it("say how a distribution becomes a colour, and rare colours can weigh more", () => {
    const plain = read(`${images}targets colour_bins`, colours(313));
    expect(plain.said).toEqual([]);
    expect(plain.train?.outputs).toEqual([
      {
        name: "colours",
        target: { kind: "colour_bins", temperature: 0.38 },
        loss: [{ factor: 1, term: { kind: "soft_cross_entropy", rebalance: undefined } }],
      },
    ]);
    const entries = `${images}targets colour_bins(temperature = 0.5)\nloss soft_cross_entropy(rebalance = 1/2)`;
    const { train, said } = read(entries, colours(313));
    expect(said).toEqual([]);
    expect(train?.outputs[0]).toMatchObject({
      target: { temperature: 0.5 },
      loss: [{ term: { rebalance: 0.5 } }],
    });
  });

  it.each([
    [
      colours(300),
      "targets colour_bins",
      "it has 300 channels / there are 313 colour bins: use as many channels in the last convolution before the output",
    ],
    [
      colours(313, ""),
      "targets colour_bins",
      "it does not give a distribution over the bins / write `by softmax` after its name",
    ],
    [
      colours(313),
      "targets colour_bins(temperature = 0)",
      "`temperature` of colour_bins must be a number above 0 and up to 1, not the number 0",
    ],
    [
      colours(313),
      "targets colour_bins\nloss cross_entropy",
      "the output learns colour_bins / use a loss for colour_bins: soft_cross_entropy",
    ],
  ])("and its mistakes are explained", (program, entries, expected) => {
    expect(only(images + entries, program)).toContain(expected);
  });
});

describe("a mistake in targets or losses", () => {
  it.each([
    [
      "targets labels, dept = labels",
      "training/unknown-word at dept: there is no output `dept` / did you mean `depth`?",
    ],
    [
      'targets labels = labels, depth = depth("d.png"), normals = normals("n.png")',
      "training/output-without-target at targets: the output `edges` has no target / add one for it, or one without a name, which applies to every output without its own",
    ],
    [
      `${targets}loss labels = cross_entropy, depth = l1, edges = dice`,
      "training/output-without-loss at loss: the output `normals` has no loss / add one for it, or one without a name, which applies to every output without its own",
    ],
    [
      targets.replace("normals =", "edges =").replace("edges = boundaries", "normals = image"),
      'training/target-does-not-fit at normals("normals/*.png"): the output `edges` cannot learn normals: it has 1 channel / normals needs 3 channels: change the last convolution before the output',
    ],
    [
      `${targets}loss labels = l1, depth = l1, normals = l1, edges = dice`,
      `training/loss-does-not-fit at l1: the loss l1 does not fit the output \`labels\`: the output learns labels / use a loss for labels: ${ofClasses.join(", ")}`,
    ],
    [
      `${targets.replace(", log", "")}loss labels = dice, depth = scale_invariant, normals = l1, edges = dice`,
      "training/loss-does-not-fit at scale_invariant: the loss scale_invariant does not fit the output `depth`: the loss compares logarithms, and the output predicts plain depth / add `log` to the target: depth(…, log); the output then predicts the logarithm of depth",
    ],
    [
      `${targets}loss labels = balanced_cross_entropy, depth = l1, normals = l1, edges = dice`,
      "training/loss-does-not-fit at balanced_cross_entropy: the loss balanced_cross_entropy does not fit the output `labels`: the output is not one channel by sigmoid / use one output channel `by sigmoid`, or cross_entropy",
    ],
    [
      targets.replace('"depth/*.png", ', ""),
      'names/argument-needed at depth(unit = 0.001, missing = 65535, log): depth needs the argument "files": the pattern of its files, paired with the images by their stars / expected: a string such as "depth/*.png"',
    ],
    [
      `${targets}keep best by depth.mean_iou`,
      "training/unknown-word at mean_iou: there is no metric of depth `mean_iou` / known: rel, rms, log10, delta1, delta2, delta3, loss",
    ],
    [
      targets.replace('"depth/*.png"', '"depth/*.png", validate = "val/*.png"'),
      `training/files at ${targets.replace('"depth/*.png"', '"depth/*.png", validate = "val/*.png"').trim()}: cannot pair the files of \`depth\`: it has separate validation files, and the images have none / remove validate, so that the files are split like the images, or add validate_images to data`,
    ],
  ])("%s is explained where it stands", (entries, expected) => {
    expect(only(files + entries)).toBe(expected);
  });

  it("is a data entry without the labels that an output learns", () => {
    expect(only(files.replace(', labels = "label/*.png"', "") + targets)).toContain(
      "names/argument-needed at folder(",
    );
  });

  describe("that the members of a family share is said once, and names them", () => {
    const sides = (members: string, head: string, by = "") => `network N(classes = [a, b]) {
  input image [3, H, W]
  conv(8, 3x3) relu as top
  for i in ${members} {
    from top
    ${head}
    output side[i]${by}
  }
  from top
  conv(classes, 1x1)
  output labels by softmax
}
`;
    it.each([
      [
        "targets labels",
        sides("1 .. 3", "conv(1, 1x1)"),
        "training/target-does-not-fit at labels: the outputs `side[1]`, `side[2]` and `side[3]` cannot learn labels: each has one channel without a sigmoid / write `by sigmoid`: the channel is then the probability of class 1; or use one channel per class",
      ],
      [
        "epochs 1",
        sides("1 .. 9", "conv(1, 1x1)"),
        "training/target-does-not-fit at N: the outputs `side[1]`, `side[2]`, `side[3]`, `side[4]`, `side[5]`, `side[6]` and 3 more cannot learn labels: each has one channel without a sigmoid / write `by sigmoid`: the channel is then the probability of class 1; or use one channel per class",
      ],
      [
        "epochs 2",
        sides("1 .. 2", "conv(3, 1x1)", " by softmax"),
        "training/head-classes at N: the outputs `side[1]` and `side[2]` have 3 channels for 2 classes / use one channel per class, conv(classes, 1x1), or one channel `by sigmoid` for two classes, and declare the classes once, as a parameter",
      ],
      [
        "targets labels = labels",
        sides("1 .. 2", "conv(2, 1x1)", " by softmax"),
        "training/output-without-target at targets: the outputs `side[1]` and `side[2]` have no target / add one for them, or one without a name, which applies to every output without its own",
      ],
      [
        "loss labels = cross_entropy",
        sides("1 .. 2", "conv(2, 1x1)", " by softmax"),
        "training/output-without-loss at loss: the outputs `side[1]` and `side[2]` have no loss / add one for them, or one without a name, which applies to every output without its own",
      ],
    ])("%s", (entries, program, expected) => {
      expect(only(files + entries, program)).toBe(expected);
    });

    it("once for each reason where the members differ", () => {
      const { said } = read(
        `${files}targets labels`,
        sides("1 .. 3", "if i == 1 { conv(1, 1x1) } else { conv(3, 1x1) }", " by sigmoid"),
      );
      expect(said).toEqual([
        expect.stringContaining(
          "the outputs `side[2]` and `side[3]` cannot learn labels: each has 3 channels by sigmoid",
        ),
      ]);
    });
  });

  it("is an output that cannot tell classes apart, though nothing is said of targets", () => {
    const one = "network N {\n input image [3, H, W]\n conv(1, 3x3)\n output labels\n}\n";
    expect(only("epochs 1", one)).toContain(
      "training/target-does-not-fit at N: the output `labels` cannot learn labels: it has one channel",
    );
  });
});
