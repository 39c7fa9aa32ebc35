/** Sources that ask for more than they look, and sources of every ordinary kind at any size. */

function network(statements: string, parameters = "classes = 2"): string {
  return `network N(${parameters}) {\n  input image [1, H, W]\n  ${statements}\n  output r\n}\n`;
}

const times = (count: number, make: (index: number) => string, between = "\n  "): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(between);

const doubled = (levels: number, make: (inner: string) => string): string =>
  `let a0 = ${make("1")} ${times(levels, (level) => `let a${level + 1} = ${make(`a${level}`)}`, " ")}`;

/** Each between an input and an output; many ask for more than is computed. */
const statements: readonly string[] = [
  "for i in 0 ..< 1000000000 { relu }",
  "for i in 0 ..< 100000 { relu }",
  "repeat 99999 { relu }",
  "repeat 100000 { conv(1, 1x1) }",
  "repeat 300 { repeat 300 { relu } }",
  "repeat 1000 { repeat 1000 { repeat 1000 { } } }",
  "repeat 1000000000 { }",
  "for i in 0 ..< 100000 { for j in 0 ..< 100000 { } }",
  "for i in 0 ..< 100000 { let x = i }",
  "block a(n) { if n > 0 { a(n - 1) a(n - 1) } else { relu } } a(40)",
  "block a(n) { if n > 0 { a(n - 1) a(n - 1) } } a(40)",
  "block a(n) { a(n + 1) } a(0)",
  `block a() { relu } ${times(4, (n) => `block ${"bcde"[n]}() { ${`${"abcd"[n]}() `.repeat(10)}}`, " ")} ${"e() ".repeat(9)}`,
  "let x = [0 ..< 100000, 0 ..< 100000, 0 ..< 100000] let y = [x, x, x, x, x, x, x, x] let z = [y, y, y, y, y, y, y, y] if z == z { relu }",
  `${doubled(28, (inner) => `[${inner}, ${inner}]`)} if a28 == a28 { relu }`,
  `${doubled(28, (inner) => `[${inner}, ${inner}]`)} conv(8, 3x3, init = a28)`,
  `${doubled(28, (inner) => `f(${inner}, ${inner})`)} conv(8, 3x3, padding = a28)`,
  `${doubled(20, (inner) => `[${inner}, ${inner}]`)} block w(q = a20) { relu } w() let bad = a20 + 1`,
  `let a = "${"x".repeat(30)}" conv(8, 3x3, padding = a)`,
  "conv(1000001, 3x3)",
  "conv(1000000, 1000000x1000000)",
  "conv(1, 9007199254740991x1, padding = same)",
  "conv(1, 1000000x1000000, padding = same)",
  "conv(1, 3x3, dilate = 4503599627370496)",
  "conv(1, 3x3, stride = 4503599627370496)",
  "conv(1000000, 1x1) conv(1000000, 1x1) conv(1000000, 3x3)",
  "maxpool(2^60)",
  "maxpool(2^30)",
  "maxpool(65536)",
  "maxpool(65537)",
  "maxpool(1000003) upsample(1000003, nearest) skip image by add",
  "conv(1, 3x3, stride = 97) conv(1, 3x3, stride = 89) conv(1, 3x3, stride = 83)",
  "fork by concat { path { maxpool(97) upsample(97, nearest) } path { maxpool(89) upsample(89, nearest) } path { maxpool(83) upsample(83, nearest) } }",
  "fork by concat { path { maxpool(256) upsample(256, nearest) } path { maxpool(255) upsample(255, nearest) } }",
  "fork by concat { path { maxpool(211) upsample(211, nearest) } path { maxpool(307) upsample(307, nearest) } }",
  "maxpool(16) upsample(3, nearest) maxpool(16) upsample(3, nearest) maxpool(16) upsample(3, nearest) maxpool(16)",
  "repeat 16 { maxpool(2, stride = 2, ceil) } repeat 16 { upsample(2, learned, kernel = 3) } repeat 600 { conv(1, 3x3, padding = valid) }",
  "repeat 15 { maxpool(2) } repeat 15 { upsample(2, nearest) } repeat 130 { conv(3, 3x3, padding = valid) relu }",
  "repeat 99 { upsample(2, nearest) }",
  "repeat 40 { upsample(2, nearest) } repeat 40 { maxpool(2) }",
  "repeat 60 { upsample(2, learned, kernel = 3) }",
  "pad(9007199254740991)",
  "pad(1000000000) crop(1000000000)",
  "crop(9007199254740991)",
  "conv(2, 1x1) crf(image, window = 999999)",
  "conv(2, 1x1) crf(image, window = 9007199254740991x3, iterations = 9007199254740991)",
  "conv(2, 1x1) crf(image, iterations = 1000000000)",
  "conv(1000000, 1x1) crf(image)",
  "avgpool(bins = 1000000)",
  "avgpool(bins = 9007199254740991)",
  "maxpool(bins = 65536x65536) upsample(to = image, bilinear)",
  "repeat 5000 { fork by concat { path { } path { conv(1, 1x1) } } }",
  "conv(100000, 1x1) groupnorm(100000) repeat 2000 { conv(100000, 3x3) }",
  "lrn(9007199254740991)",
  "dropout(0.99999999999999999)",
  "repeat 3000 { conv(8, 3x3) relu batchnorm }",
  "repeat 90 { residual { conv(1, 3x3) relu conv(1, 3x3) } }",
  "for i in 0 ..< 2000 { conv(4, 3x3) as m[i] } for i in 0 ..< 1000 { skip m[i] by concat conv(4, 1x1) }",
  "let x = 10^308 * 10",
  "let x = 2^2^2^2^2^2",
  "conv(2^53 + 1, 1x1)",
  "conv(1, (2^53)x3)",
  "input j [1, 9007199254740992*H, W]",
  "input j [1, 1000000007*H, 998244353*W]",
  "input j [9007199254740993, H, W]",
  "input j [1, 99999999999999999999, 3] dense(10)",
  "input j [1, 1000000, 1000000] dense(1000000)",
  "expect [1, floor(floor(floor(floor(H/97)/89)/83)/79), W]",
  "expect [1, 9007199254740993*H, W]",
  "expect [1, floor((H*1000003)/1000003), W]",
];

export const badPrograms: readonly string[] = statements.map((each) => network(each));

interface HostileSource {
  /** Of its folder. */
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly bytes: string | Uint8Array }[];
  readonly words: readonly string[];
}

const uNet = `network U(classes = 2) {
  input image [3, H, W]
  conv(8, 3x3) relu as top
  maxpool(2)
  conv(16, 3x3) relu
  upsample(2, learned, channels = 8)
  skip top by concat
  conv(classes, 1x1)
  output labels by softmax
}

train U {
  data folder("d", images = "*.png", labels = "*.png")
}
`;
const onUNet = (...words: readonly string[]): HostileSource => ({
  name: words.join("-").replaceAll(/[^\w=]+/g, "-"),
  files: [{ path: "u.fcn", bytes: uNet }],
  words,
});

const only = (name: string, bytes: string | Uint8Array): HostileSource => ({
  name,
  files: [{ path: "n.fcn", bytes }],
  words: ["check", "n.fcn"],
});

const importing = (specifier: string): string => `import { b } from "${specifier}"\n${network("relu")}`;

export const hostileSources: readonly HostileSource[] = [
  ...["1e6", "1e8", "1e10", "1e300"].map((classes) =>
    onUNet("check", "u.fcn", "--set", `classes=${classes}`),
  ),
  onUNet("explain", "u.fcn", "--size", "1000000000x1000000000"),
  onUNet("explain", "u.fcn", "labels", "--size", "1000000000x1000000000"),
  onUNet("explain", "u.fcn", "labels", "top", "--size", "1000000000x1000000000"),
  onUNet("inspect", "u.fcn", "--size", "1000000000x1000000000"),
  onUNet("cost", "u.fcn", "--size", "1000000000x1000000000"),
  onUNet("diagram", "u.fcn", "--size", "1000000000x1000000000", "-o", "large.svg"),
  onUNet("diagram", "u.fcn", "--field", "labels", "--size", "100000x100000", "-o", "field.svg"),
  onUNet("field", "u.fcn", "--size", "100000x100000"),
  only("unknown names", network(times(20_000, (n) => `unknwon${n}`))),
  only(
    "unknown values",
    network(`${times(5_000, (n) => `let value${n} = 1`)}\n  ${times(20_000, (n) => `conv(valeu${n}, 3x3)`)}`),
  ),
  only("braces", "{".repeat(2_000_000)),
  only("open blocks", network(`${"repeat 1 { ".repeat(100_000)}relu`)),
  only("beyond the limit", "// more\n".repeat(300_000)),
  only("zeros", "\0".repeat(500_000)),
  only(
    "bytes",
    Uint8Array.from({ length: 500_000 }, (_, n) => (n * 2_654_435_761) >>> 24),
  ),
  only("one line of mistakes", network("rellu ".repeat(100_000))),
  only("one name", network("x".repeat(1_000_000))),
  only("text in quotes", network(`let a = "${"x".repeat(1_000_000)}" conv(a, 3x3)`)),
  only("open quotes", network('let a = "x\n'.repeat(50_000))),
  only("foreign characters", network("relu; ".repeat(100_000))),
  only("entries said twice", `${network("conv(2, 1x1)")}train N {\n${"epochs 3\n".repeat(80_000)}}\n`),
  only(
    "missing imports",
    `${times(15_000, (n) => `import { no as a${n} } from "std/blocks"`, "\n")}\n${network("relu")}`,
  ),
  {
    name: "a page",
    files: [
      {
        path: "README.md",
        bytes: "# A page\n\nIt's about networks; what's said isn't a program.\n".repeat(2_000),
      },
    ],
    words: ["check", "README.md"],
  },
  {
    name: "a page formatted",
    files: [
      {
        path: "README.md",
        bytes: "# A page\n\nIt's about networks; what's said isn't a program.\n".repeat(2_000),
      },
    ],
    words: ["format", "README.md"],
  },
  {
    name: "an import of a pipe",
    files: [
      { path: "n.fcn", bytes: importing("pipe") },
      { path: "pipe.fcn", bytes: "pipe" },
    ],
    words: ["check", "n.fcn"],
  },
  only("an import of a long name", importing("x".repeat(5_000))),
  only("an import of a device", importing("/dev/zero")),
  {
    name: "a chain of imports",
    files: [
      { path: "n.fcn", bytes: `import { b0 } from "c0"\n${network("b0()")}` },
      ...Array.from({ length: 1_500 }, (_, n) => ({
        path: `c${n}.fcn`,
        bytes: `${n < 1_499 ? `import { b${n + 1} } from "c${n + 1}"\n` : ""}block b${n}() { relu }\n`,
      })),
    ],
    words: ["check", "n.fcn"],
  },
  {
    name: "more boxes than are drawn",
    files: [
      {
        path: "n.fcn",
        bytes: network("repeat 3000 { conv(8, 3x3) relu maxpool(3, stride = 1, padding = 1) }"),
      },
    ],
    words: ["diagram", "n.fcn", "-o", "boxes.svg"],
  },
];

/** Repeats until the text has about so many bytes. */
function upTo(bytes: number, make: (index: number) => string, between = "\n  "): string {
  const parts: string[] = [];
  for (let length = 0; length < bytes; length += (parts.at(-1)?.length ?? 0) + between.length)
    parts.push(make(parts.length));
  return parts.join(between);
}

/** Ordinary programs of about so many bytes. */
export const largeSources: Readonly<Record<string, (bytes: number) => string>> = {
  layers: (bytes) =>
    network(upTo(bytes, (n) => `conv(8, 3x3, padding = same) batchnorm relu as layer_number_${n}`)),
  comments: (bytes) => network(`${upTo(bytes, (n) => `// comment ${n} about what follows`)}\n  relu`),
  "comments beside": (bytes) =>
    network(upTo(bytes, (n) => `expect stride 1 // comment ${n} about this line, and a few more words`)),
  nesting: (bytes) => network(upTo(bytes, () => `${"repeat 1 { ".repeat(150)}relu${" }".repeat(150)}`)),
  "long names": (bytes) => network(upTo(bytes, (n) => `relu as ${"name".repeat(100)}${n}`)),
  "long lines": (bytes) => network(upTo(bytes, () => "expect stride 1", " ")),
  errors: (bytes) => network(upTo(bytes, (n) => `relu() mexpool(${n})`)),
  "syntax errors": (bytes) => network(upTo(bytes, (n) => `conv(${n} 3x3)`)),
  blocks: (bytes) =>
    `${upTo(bytes, (n) => `/// Number ${n}.\nblock b${n}(n, k: extent = 3x3) {\n  conv(n, k) relu\n}`, "\n\n")}\n\n${network("b0(4)")}`,
  imports: (bytes) =>
    `${upTo(bytes, (n) => `import { separable_conv as imported_${n} } from "std/blocks"`, "\n")}\n\n${network("relu")}`,
  branches: (bytes) => network(upTo(bytes, (n) => `if ${n} < 2 { relu } else { sigmoid }`)),
  values: (bytes) =>
    network(`${upTo(bytes, (n) => `let v${n} = ${n === 0 ? 1 : `v${n - 1} + ${n}`}`)}\n  relu`),
  lists: (bytes) => network(`let a = [${upTo(bytes, (n) => `${n}`, ", ")}]\n  relu`),
  skips: (bytes) =>
    network(upTo(bytes, (n) => `conv(4, 3x3) as map_${n}  conv(4, 3x3)  skip map_${n} by add`)),
  networks: (bytes) =>
    upTo(
      bytes,
      (n) =>
        `network N${n} {\n  input image [1, H, W]\n  expect stride 1 // ${"words ".repeat(200)}\n  conv(4, 3x3) relu\n  output r\n}`,
      "\n\n",
    ),
  entries: (bytes) =>
    `${network("conv(2, 1x1)")}\ntrain N {\n  data folder("d", images = "*.png", labels = "*.png")\n${upTo(bytes, () => "  // a comment between entries", "\n")}\n  epochs 3\n}\n`,
};
