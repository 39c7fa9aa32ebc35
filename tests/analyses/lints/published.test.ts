/** When padding and skips from coarser maps are warned of, told or left alone, in the examples and in other published designs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { compile } from "../../../compiler/compile.ts";
import { createFileHost } from "../../../tools/host/file-sources.ts";
import { packageRoot } from "../../../tools/host/package-root.ts";
import { compileText } from "../../support/compile-source.ts";

const codes: readonly string[] = ["lints/padding-share", "lints/coarse-skip"];
const folder = join(packageRoot(), "examples");

/** FCN pads its first layer by 100, HED by 35, and both crop it away; no other example says anything of either. */
const told: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  ["crf-rnn", "fcn-alexnet", "fcn-8s", "fcn-16s", "fcn-32s", "hed"].map((name) => [
    `${name}.fcn`,
    ["lints/padding-share information"],
  ]),
);

test("of the examples, those that pad by more than a window and crop later get that lint, and no other gets any", () => {
  const examples = readdirSync(folder).filter((name) => name.endsWith(".fcn"));
  const found = examples.map((name) => {
    const path = join(folder, name);
    const { diagnostics } = compile({ path, text: readFileSync(path, "utf8") }, createFileHost());
    const own = diagnostics.filter(({ code }) => codes.includes(code));
    return [name, own.map(({ code, severity }) => `${code} ${severity}`)] as const;
  });
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(examples.map((name) => [name, told[name] ?? []])),
  );
});

function found(body: string, crop?: number): readonly string[] {
  const training =
    crop === undefined
      ? ""
      : `train N {\n data folder("c", images = "*.png", labels = "*.png")\n augment crop(${crop}, ${crop})\n}`;
  const { diagnostics } = compileText(
    `network N(classes = 2) {\n input image [3, H, W]\n ${body}\n output y by softmax\n}\n${training}`,
  );
  const errors = diagnostics.filter(({ code, severity }) => severity === "error" && !code.includes("output"));
  expect(errors.map(({ message }) => message)).toEqual([]);
  return diagnostics
    .filter(({ code }) => codes.includes(code))
    .map(({ code, severity }) => `${code} ${severity}`);
}

const fine = "conv(4, 3x3, padding = same) as fine maxpool(2) conv(4, 3x3, padding = same) as coarse";
const decoded = "upsample(2, bilinear)";

type Design = readonly [design: string, expected: readonly string[], body: string, crop?: number];

const designs: readonly Design[] = [
  [
    "FCN trained on crops smaller than its padding (Long et al. 2015)",
    ["lints/padding-share information"],
    "conv(classes, 3x3, padding = 100) crop to image, aligned",
    32,
  ],
  [
    "padding wider than a window that nothing crops away",
    ["lints/padding-share warning"],
    "conv(classes, 3x3, padding = 5)",
  ],
  [
    "a dilation near the size of the feature map (Chen et al. 2017, section 3.3)",
    ["lints/padding-share warning"],
    "maxpool(8) conv(4, 3x3, dilate = 12) conv(classes, 1x1) upsample(8, bilinear)",
    64,
  ],
  [
    "an encoder that ends in one position (Isola et al. 2017)",
    ["lints/padding-share information"],
    "maxpool(8) conv(4, 3x3, padding = same) conv(classes, 1x1) upsample(8, bilinear)",
    8,
  ],
  [
    "a feature pyramid: the fine feature map takes the coarse one (Lin et al. 2017)",
    [],
    `${fine}\n from fine\n skip coarse by add { ${decoded} }\n conv(classes, 1x1)`,
  ],
  [
    "a hypercolumn: scales joined from fine to coarse (Hariharan et al. 2015)",
    [],
    `${fine} maxpool(2) conv(4, 3x3, padding = same) as coarser\n from coarse\n ${decoded}\n skip coarser by concat { upsample(4, bilinear) }\n conv(classes, 1x1)`,
  ],
  [
    "a residual connection at the resolution that was reached (He et al. 2016)",
    [],
    `${fine} ${decoded} as up conv(4, 3x3, padding = same)\n skip up by add\n conv(classes, 1x1)`,
  ],
  [
    "late fusion of two streams (Long et al. 2015, section 5)",
    ["lints/coarse-skip information"],
    `${fine}\n from image\n maxpool(2) conv(4, 3x3, padding = same) ${decoded}\n skip coarse by add { ${decoded} }\n conv(classes, 1x1)`,
  ],
  [
    "a decoder that joins all scales (Huang et al. 2020)",
    ["lints/coarse-skip information"],
    `${fine} ${decoded}\n skip fine by concat\n skip coarse by concat { ${decoded} }\n conv(classes, 1x1)`,
  ],
  [
    "the coarse feature map that it has just come from",
    ["lints/coarse-skip warning"],
    `${fine} ${decoded}\n skip coarse by add { ${decoded} }\n conv(classes, 1x1)`,
  ],
];

describe.each(designs.map(([design, expected, body, crop]) => ({ design, expected, body, crop })))(
  "$design",
  ({ expected, body, crop }) => {
    it(expected.length === 0 ? "is left alone" : `gives ${expected.join(", ")}`, () => {
      expect(found(body, crop)).toEqual(expected);
    });
  },
);
