import { describe, expect, it } from "vitest";
import { catalogue } from "../../compiler/diagnostics/catalogue.ts";
import { tryFixes } from "../../compiler/fixes/try-fixes.ts";
import { compileBlock } from "../../tools/documentation/compile-block.ts";
import { diagnosticPages } from "../../tools/documentation/diagnostics-index.ts";
import { isProgram, readSpecPage } from "../../tools/documentation/spec-page.ts";
import { applyFix } from "../support/apply-fix.ts";
import { compileText } from "../support/compile-source.ts";

/** The smallest programs for the codes whose pages show a mistake that has no fix, or one in another file. */
const examples: readonly (readonly [code: string, text: string])[] = [
  ["syntax/unexpected", "network N {\n  input image [3, H W]\n  output y\n}\n"],
  ["syntax/unknown-character", "network N {\n  input image [3, H, W]\n  relu;\n  output y\n}\n"],
  ["names/unknown", "network N {\n  input image [3, H, W]\n  rellu\n  output y\n}\n"],
  [
    "names/unknown-parameter",
    "network N {\n  input image [3, H, W]\n  conv(2, 3x3, strid = 2)\n  output y\n}\n",
  ],
  [
    "names/no-member",
    "network N {\n  input image [3, H, W]\n  encoder e { relu as pool4  relu }\n  skip e.pool by add\n  output y\n}\n",
  ],
  [
    "names/not-in-file",
    'import { vgg61 } from "std/encoders"\n\nnetwork N {\n  input image [3, H, W]\n  vgg16()\n  output y\n}\n',
  ],
  [
    "values/wrong-kind",
    "network N {\n  input image [3, H, W]\n  conv(2, 3x3, padding = vald)\n  output y\n}\n",
  ],
  [
    "structure/unknown-join",
    "network N {\n  input image [3, H, W]\n  relu\n  skip image by ad\n  output y\n}\n",
  ],
  ["structure/unknown-activation", "network N {\n  input image [3, H, W]\n  output y by sofmax\n}\n"],
  [
    "structure/residual-needs-shortcut",
    "network N {\n  input image [3, H, W]\n  residual { conv(8, 3x3) }\n  output y\n}\n",
  ],
  ["expectations/unknown-fact", "network N {\n  input image [3, H, W]\n  expect strid 1\n  output y\n}\n"],
  [
    "training/unknown-key",
    "network N(classes = 2) {\n  input image [3, H, W]\n  conv(classes, 1x1)\n  output y by softmax\n}\n\ntrain N {\n  epocs 4\n}\n",
  ],
  [
    "training/unknown-word",
    "network N(classes = 2) {\n  input image [3, H, W]\n  conv(classes, 1x1)\n  output y by softmax\n}\n\ntrain N {\n  loss cross_entrpy\n}\n",
  ],
  [
    "allow/unknown-code",
    "network N {\n  input image [3, H, W]\n  maxpool(2)\n  upsample(2, learned, init = zeros)  // allow(lints/zero-transposd) trained before\n  output y\n}\n",
  ],
  [
    "lints/bias-before-normalisation",
    "network N {\n  input image [3, H, W]\n  conv(2, 3x3) batchnorm\n  output y\n}\n",
  ],
  ["lints/dense-fixes-size", "network N {\n  input image [3, 4, 4]\n  dense(2)\n  output y\n}\n"],
  [
    "lints/misaligned",
    "network N {\n  input image [3, H, W]\n  relu as fine  pad(bottom = 2, right = 2)\n  skip fine by concat, crop = centred\n  output y\n}\n",
  ],
  [
    "lints/twice-activated",
    "network N {\n  input image [3, H, W]\n  conv(2, 1x1) softmax\n  output y by softmax\n}\n",
  ],
  [
    "lints/zero-transposed",
    "network N {\n  input image [3, H, W]\n  maxpool(2) upsample(2, learned, init = zeros)\n  output y\n}\n",
  ],
];

describe.each(examples)("the fix of %s", (code, text) => {
  it("removes it, and leaves no error or warning", () => {
    const compilation = compileText(text);
    const found = tryFixes(
      compilation,
      compilation.diagnostics.filter((each) => each.code === code),
    );
    expect(found.flatMap(({ fixes }) => fixes)).not.toEqual([]);
    for (const { fixes } of found)
      for (const fix of fixes) {
        const { diagnostics } = compileText(applyFix(text, fix));
        const left = diagnostics.filter(
          ({ severity, code: other }) => severity !== "information" || other === code,
        );
        // A map finer or coarser than its input is not what these programs are about.
        expect(
          left.filter((each) => each.code !== "geometry/output-coarser").map(({ message }) => message),
        ).toEqual([]);
      }
  });
});

it("every code that offers a fix on its page has an example here", () => {
  const shown = diagnosticPages().flatMap(({ path }) => {
    const blocks = readSpecPage(path);
    return blocks
      .filter(isProgram)
      .flatMap((block) => tryFixes(compileBlock(block, blocks)))
      .flatMap(({ code, fixes }) => (fixes.length > 0 ? [code] : []));
  });
  const known = examples.map(([code]) => code);
  expect([...new Set(shown)].filter((code) => !known.includes(code))).toEqual([]);
  expect(known.filter((code) => !Object.hasOwn(catalogue, code))).toEqual([]);
});
