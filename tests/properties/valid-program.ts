/** Random `.fcn` programs that hold no mistake: U-shaped networks with blocks, loops, forks, skips and several outputs. */
import fc from "fast-check";

/** Statements that keep channels and resolution, for maps of `c` channels; `depth` bounds what they nest. */
function steps(depth: number): fc.Arbitrary<string> {
  const plain = fc.constantFrom(
    "conv(c, 3x3)",
    "conv(c, 5x1, dilate = 2) batchnorm",
    "conv(c, 1x1, groups = c) relu",
    "relu",
    "leaky_relu(0.1)",
    "dropout(20%)",
    "maxpool(3, stride = 1, padding = 1)",
    "conv(c, 3x3, padding = valid) pad(1)",
    "layer(c)",
    "layer(c, kernel = 5x5)",
    "if wide { conv(c, 3x3) } else { relu }",
    "skip image by concat { conv(c, 1x1) } conv(c, 1x1)",
    "fork by add { path { maxpool(2) upsample(2, nearest) } path { } }",
    "expect [c, H, W]\n",
  );
  if (depth === 0) return plain;
  const body = fc.array(steps(depth - 1), { minLength: 1, maxLength: 3 }).map((list) => list.join(" "));
  return fc.oneof(
    { weight: 3, arbitrary: plain },
    body.map((inner) => `repeat 2 { ${inner} }`),
    body.map((inner) => `for k in [1, 2] { ${inner} conv(c, 3x3, dilate = k) }`),
    fc.tuple(body, body).map(([a, b]) => `fork by add { path { ${a} } path { ${b} } path { } }`),
    body.map(
      (inner) =>
        `fork by concat { for r in [1, 2] { path { ${inner} conv(c, 3x3, dilate = r) } } } conv(c, 1x1)`,
    ),
  );
}

export interface ValidProgram {
  readonly text: string;
  /** Values for its parameter `width`. */
  readonly width: number;
}

/** Below a pool, without what holds only at full size. */
const lowerSteps = steps(1).map((text) =>
  text.replaceAll(/expect \[c, H, W\]|skip image by concat \{ conv\(c, 1x1\) \} conv\(c, 1x1\)/gu, "relu"),
);

export const validProgram: fc.Arbitrary<ValidProgram> = fc
  .record({
    first: fc.array(steps(2), { maxLength: 4 }),
    below: fc.array(lowerSteps, { maxLength: 2 }),
    depth: fc.integer({ min: 1, max: 3 }),
    join: fc.constantFrom("add", "concat"),
    up: fc.constantFrom(
      "upsample(2, nearest)",
      "upsample(2, bilinear)",
      "upsample(2, learned, channels = c)",
    ),
    wide: fc.boolean(),
    side: fc.boolean(),
    width: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ first, below, depth, join, up, wide, side, width }) => ({
    width,
    text: [
      "// A random network.",
      "block layer(c, kernel: extent = 3x3) { conv(c, kernel) relu as end }",
      "",
      "/// Random.",
      `network Random(classes = [sky, road], width: count = 4, wide: flag = ${wide}) {`,
      "  input image [3, H, W]",
      "  let c = width",
      "  conv(c, 3x3)",
      ...first.map((statement) => `  ${statement}`),
      "  encoder down {",
      `    for i in 0 ..< ${depth} { layer(c) as level[i] maxpool(2) ${below.join(" ")} }`,
      "  }",
      side ? "  fork by add { path { conv(classes, 1x1) } } as small" : "",
      side ? "  output coarse by sigmoid from down" : "",
      "  decoder {",
      `    for i in reversed(0 ..< ${depth}) { ${up} skip down.level[i] by ${join} conv(c, 1x1) }`,
      "  }",
      "  conv(classes, 1x1)",
      "  output labels by softmax",
      "}",
    ].join("\n"),
  }));
