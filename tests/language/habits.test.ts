/** What people write first who come from PyTorch, Keras, TensorFlow or Caffe. */
import { describe, expect, it } from "vitest";
import { allHabits, type HabitKind } from "../../compiler/language/names/habits.ts";
import { words } from "../../compiler/ops/registry.ts";
import { fixText } from "../../tools/cli/commands/check/run-fix.ts";
import { compileText } from "../support/compile-source.ts";

const network = (body: string, train = "") =>
  `network N(classes = 2) {\n  input image [3, H, W]\n${body}\n}\n${train === "" ? "" : `train N {\n  data folder("d", images = "*.png", labels = "*.png")\n  ${train}\n}\n`}`;
const trained = (entry: string) => network("  conv(classes, 1x1)\n  output labels by softmax", entry);

/** A program in which a name of the kind is unknown. */
const programs: Readonly<Record<HabitKind, (name: string) => string>> = {
  operation: (name) => network(`  ${name}\n  output y`),
  argument: (name) => network(`  conv(8, 3x3, ${name} = 1)\n  output y`),
  outputActivation: (name) => network(`  conv(classes, 1x1)\n  output y by ${name}`),
  member: (name) =>
    network(
      `  encoder a { for i in 0 ..< 4 { conv(8, 3x3) as stage[i] } }\n  conv(a.${name}, 3x3)\n  output y`,
    ),
  value: (name) => network(`  avgpool(2, ${name})\n  output y`),
  join: (name) => network(`  conv(3, 3x3)\n  skip image by ${name}\n  output y`),
  entry: (name) => trained(`${name} 1`),
  loss: (name) => trained(`loss ${name}`),
  metric: (name) => trained(`keep best by ${name}`),
  optimizer: (name) => trained(`optimizer ${name}`),
  trainArgument: (name) => trained(`optimizer adam(${name} = 1)`),
  schedule: (name) => trained(`schedule ${name}`),
  augmentation: (name) => trained(`augment ${name}`),
};

const parameterOwners = [...words.values()];

describe("a name of another library", () => {
  for (const [kind, table] of Object.entries(allHabits) as [HabitKind, (typeof allHabits)[HabitKind]][]) {
    it(`points to what is meant: ${kind}`, () => {
      for (const [name, { here, instead }] of Object.entries(table)) {
        const help = compileText(programs[kind](name)).diagnostics.find(
          ({ span, severity }) =>
            severity === "error" && programs[kind](name).slice(span.start, span.end).includes(name),
        )?.help;
        expect(help, name).toBeDefined();
        if (instead !== undefined && here === undefined) expect(help, name).toBe(instead);
        // An argument is pointed to where the operation has it.
        if (here !== undefined && kind !== "argument" && kind !== "trainArgument")
          expect(help, name).toMatch(
            new RegExp(`did you mean .${here[0]?.replace(/[()[\]]/gu, "\\$&")}.\\?`),
          );
      }
    });
  }

  it("is written as an argument of the operations that have it", () => {
    for (const [name, { here = [] }] of Object.entries(allHabits.argument)) {
      for (const parameter of here) {
        const owner = parameterOwners.find(({ parameters }) =>
          parameters.some((each) => each.name === parameter),
        );
        if (owner === undefined) expect(parameter).toBe("classes");
        else {
          const [diagnostic] = compileText(network(`  ${owner.name}(${name} = 1)\n  output y`)).diagnostics;
          expect(diagnostic?.help).toContain(`did you mean "`);
        }
      }
    }
  });
});

const firstHabits: readonly (readonly [before: string, help: string, after?: string])[] = [
  [
    "  conv(3, 3x3) as a\n  from image * a\n  output y",
    "a statement joins feature maps: from one of them, then skip the other by multiply",
  ],
  ["  conv(3, 3x3) as a\n  from a - image\n  output y", "skip the other by subtract"],
  ["  conv(3, 3x3) as a\n  from 0.3 * a\n  output y", "affine(0.3) is a constant factor"],
  ["  conv(3, 3x3) as a\n  let m = max(a, image)\n  output y", "skip name by maximum"],
  ["  conv(8, 3x3) scale(0.3)\n  output y", "a constant factor is affine(0.3)"],
  ["  conv(8, 3x3) se(4)\n  output y", 'import { squeeze_excitation } from "std/blocks"'],
  ["  conv(8, 3x3)\n  current\n  output y", "operations are applied to the current feature map"],
  [
    "  conv(in_channels, 3x3)\n  output y",
    'did you mean "current.channels"?',
    "  conv(current.channels, 3x3)\n  output y",
  ],
  [
    "  conv(2 * in_channels, 3x3)\n  output y",
    'did you mean "current.channels"?',
    "  conv(2 * current.channels, 3x3)\n  output y",
  ],
  ["  conv(8, 3x3) as a\n  conv(a.height, 3x3)\n  output y", "upsample(to = x, bilinear) takes the size"],
  [
    "  conv(8, 3x3) as a\n  conv(a.out_channels, 3x3)\n  output y",
    'did you mean "channels"?',
    "  conv(8, 3x3) as a\n  conv(a.channels, 3x3)\n  output y",
  ],
  ["  conv(3, 3x3) as a\n  skip [a, image] by concat\n  output y", "skip a, b by concat joins several"],
  ["  repeat 2 { conv(3, 3x3) } as a\n  skip a[1] by add\n  output y", "`as name[i]` names"],
  [
    "  encoder e { conv(8, 3x3) as x conv(8, 3x3) as y }\n  from e[1]\n  output z",
    "its feature maps are e.x, e.y",
  ],
  [
    "  conv(3, 3x3) as x[0][1]\n  skip x[0, 1] by add\n  output y",
    "as node[i, j]",
    "  conv(3, 3x3) as x[0, 1]\n  skip x[0, 1] by add\n  output y",
  ],
  [
    "  transposed_conv(8, 3x3, stride = 2, output_padding = 1)\n  output y",
    "padding = 1, output_padding = 1",
  ],
  [
    "  encoder r { conv(3, 3x3) as res2 conv(3, 3x3) as res3 }\n  skip r.res[2] by add\n  output y",
    "the number is part of the name: r.res2; chosen by an index, [r.res2, r.res3][i]",
  ],
  [
    "  encoder e { for i in 0 ..< 4 { conv(3, 3x3) as stage[i] } conv(3, 3x3) as last }\n  skip e.res4 by add\n  output y",
    'did you mean "stage[2]"?',
    "  encoder e { for i in 0 ..< 4 { conv(3, 3x3) as stage[i] } conv(3, 3x3) as last }\n  skip e.stage[2] by add\n  output y",
  ],
  [
    "  encoder e { for i in 0 ..< 4 { conv(3, 3x3) as stage[i] } conv(3, 3x3) as last }\n  skip e.bottom by add\n  output y",
    "it has: stage[0] … stage[3], last",
  ],
  [
    "  for i in 0 ..< 2 { conv(3, 3x3) as x[i] }\n  repeat 2 { skip x[i] by add }\n  output y",
    "for i in 0 ..< n { … } instead of repeat n { … }",
  ],
  ["  repeat 3 { conv(8 * 2^i, 3x3) }\n  output y", "repeat does not number its iterations"],
  [
    "  for i in 0:3 { conv(8, 3x3) }\n  output y",
    "write the range as 0 ..< 3, which ends before 3",
    "  for i in 0 ..< 3 { conv(8, 3x3) }\n  output y",
  ],
  [
    "  conv(8, 3x3, stride = 2)\n  upsample(2, bicubic)\n  output y",
    "upsample has bilinear, nearest and learned",
  ],
  ["  downsample(2, bicubic)\n  output y", "downsample has area, bilinear and nearest"],
  [
    "  conv(8, 3x3) as a\n  avgpool(global) conv(4, 1x1)\n  skip a by multiply\n  output y",
    "give the 1 × 1 feature map as many channels first: conv(8, 1x1)",
  ],
  ["  pad(1, value = 3) conv(8, 3x3, padding = valid)\n  output y", "pad(1, constant, value = 1)"],
  ["  x = conv(8, 3x3) relu\n  output y", "conv(64, 3x3) as x", "  conv(8, 3x3) relu as x\n  output y"],
  ["  n = 8\n  conv(n, 3x3)\n  output y", "let n = …", "  let n = 8\n  conv(n, 3x3)\n  output y"],
  [
    "  conv(8, 3x3) -> relu\n  output y",
    "write no sign between operations",
    "  conv(8, 3x3)  relu\n  output y",
  ],
  [
    "  conv(8, 3x3) => relu\n  output y",
    "write no sign between operations",
    "  conv(8, 3x3)  relu\n  output y",
  ],
  [
    "  conv(8, 3x3) → relu\n  output y",
    "write no sign between operations",
    "  conv(8, 3x3)  relu\n  output y",
  ],
  ["  conv(8, [3, 3])\n  output y", 'did you mean "3x3"?', "  conv(8, 3x3)\n  output y"],
  ["  conv(8, (3, 3))\n  output y", "write `3x3`", "  conv(8, 3x3)\n  output y"],
  [
    '  conv(8, 3x3, padding = "same")\n  output y',
    "write the word without quotes",
    "  conv(8, 3x3, padding = same)\n  output y",
  ],
  [
    "  conv(8, 3x3, strides = 2)\n  output y",
    'did you mean "stride"?',
    "  conv(8, 3x3, stride = 2)\n  output y",
  ],
  [
    "  conv(8, 3x3, dilation = 2)\n  output y",
    'did you mean "dilate"?',
    "  conv(8, 3x3, dilate = 2)\n  output y",
  ],
  ["  conv(8, kernel_size = 3)\n  output y", 'did you mean "kernel"?', "  conv(8, kernel = 3)\n  output y"],
  [
    '  conv(8, 3x3, activation = "relu")\n  output y',
    "write the activation as an operation: conv(64, 3x3) relu",
  ],
  ["  conv(3, 3x3, in_channels = 3)\n  output y", "the input channels are inferred"],
  ["  reshape(8)\n  output y", "pixel_shuffle"],
  ["  global_avgpool\n  output y", 'did you mean "avgpool(global)"?', "  avgpool(global)\n  output y"],
  ["  MaxPooling2D(2) ReLU\n  output y", 'did you mean "maxpool"?', "  maxpool(2) relu\n  output y"],
  ["  Conv2d(3, 8, 3)\n  output y", "conv(channels, kernel)"],
  ["  nn.Conv2d(3, 8, 3)\n  output y", "conv(channels, kernel)"],
  ["  tf.keras.layers.Flatten()\n  output y", "needs no flattening"],
  ["  F.interpolate(x, scale_factor = 2)\n  output y", "upsample(2, bilinear)"],
  ["  encoder { conv(8, 3x3) } as x\n  output y", "encoder name { … }"],
  ["  for i in 0 ..< 2 { conv(8, 3x3) as side[i] }\n  output side[0]", "from side[0]  output side[0]"],
  ["  conv(if classes > 2 { 4 } else { 8 }, 3x3)\n  output y", "`if` is a statement, not a value"],
  [
    "  conv(classes, 1x1)\n  output labels softmax",
    "output labels by softmax",
    "  conv(classes, 1x1)\n  output labels by softmax",
  ],
];

describe("a first habit", () => {
  for (const [before, help, after] of firstHabits) {
    it(`is pointed to: ${before.trim().replaceAll("\n", " ")}`, () => {
      const [diagnostic] = compileText(network(before)).diagnostics;
      expect(diagnostic?.help).toContain(help);
      expect(fixText(network(before), "test.fcn", compileText).text).toBe(network(after ?? before));
    });
  }

  it("a range with a step is not pointed to one without it", () => {
    const [diagnostic] = compileText(network("  for i in 6:0:2 { conv(8, 3x3) }\n  output y")).diagnostics;
    expect(diagnostic).toMatchObject({ code: "syntax/unexpected", help: undefined });
  });

  it("of training is pointed to, and fixed where one name is another", () => {
    const before =
      "loss bce + dice_loss\n  optimizer Adam(lr = 1e-3)\n  augment horizontal_flip, RandomRotation(10)\n  batch_size 4\n  lr 0.1\n  early_stopping 8";
    const fixed = fixText(trained(before), "test.fcn", compileText);
    expect(fixed.text).toBe(
      trained(
        "loss cross_entropy + dice\n  optimizer adam(learning_rate = 1e-3)\n  augment flip, rotate(10)\n  batch 4\n  lr 0.1\n  early_stopping 8",
      ),
    );
    expect(compileText(fixed.text).diagnostics.map(({ help }) => help)).toEqual([
      "the learning rate belongs to the optimizer: optimizer adam(learning_rate = 1e-3)",
      "keep best by mean_iou, stop after 8 epochs without improvement",
    ]);
  });

  it("is one mistake, and not another of the word before the sign", () => {
    for (const body of ["  x = conv(8, 3x3)", "  nn.ReLU()"])
      expect(compileText(network(`${body}\n  conv(2, 1x1)\n  output y`)).diagnostics).toHaveLength(1);
  });

  it("does not make an activation of another line that of an output", () => {
    const [diagnostic] = compileText(network("  conv(classes, 1x1)\n  output y\n  softmax")).diagnostics;
    expect(diagnostic).toMatchObject({ code: "lints/unread", fixes: [] });
  });
});
