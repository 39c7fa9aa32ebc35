/** What an emitted module reads like: names, comments, sections, loops. No module runs here. */
import { describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { identifier } from "../../compiler/targets/typescript/body/names.ts";
import { declarations, declaredNames } from "../../compiler/targets/typescript/module/declared-names.ts";
import { emittedModule } from "../../tools/verify/targets/compare-typescript.ts";
import { exampleSubjects, networkOf } from "../../tools/verify/targets/examples.ts";
import { compileText } from "../support/compile-source.ts";

/** Among them every kind of target. */
const several = ["eigen-multitask.fcn", "hed.fcn", "u-net-batchnorm.fcn", "zhang-colourisation.fcn"];

function compiled(text: string): CompiledNetwork {
  const [network] = compileText(text).networks;
  if (network === undefined) throw new Error("the test's network does not compile");
  return network;
}

async function emitted(text: string): Promise<string> {
  return (await emittedModule(compiled(text))).text;
}

async function example(name: string): Promise<string> {
  const subject = exampleSubjects.find((one) => one.example === name);
  if (subject === undefined) throw new Error(`there is no example ${name}`);
  return (await emittedModule(await networkOf(subject))).text;
}

describe("names", () => {
  it("are declared once: no block takes that of a function, a type or a constant of any module", async () => {
    const declared = declaredNames();
    expect(declared.filter((name, i) => declared.indexOf(name) !== i)).toEqual([]);
    const functions = declared.filter((name) => /^[a-z]/.test(name) && identifier(name) === name);
    expect(functions).toEqual(expect.arrayContaining(["alongAxes", "standardised", "element", "conv"]));
    const words = functions
      .map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
      .filter(
        (name) =>
          compileText(`network A { input image [3, H, W] block ${name}() { relu } ${name}() output map }`)
            .diagnostics.length === 0,
      );
    expect(words.length).toBeGreaterThan(30);
    const text = await emitted(`network A {
      input image [3, H, W]
      ${words.map((name, i) => `block ${name}() { conv(${i + 2}, 3x3) }`).join("\n")}
      ${words.map((name) => `${name}()`).join(" ")}
      output map
    }`);
    const found = declarations(text);
    expect(found.filter((name, i) => found.indexOf(name) !== i)).toEqual([]);
    expect(found).toContain("alongAxes2");
  });

  it("of examples: what a module declares beside its class, blocks and losses is known to be taken", async () => {
    const known = new Set(declaredNames());
    for (const subject of exampleSubjects.filter(({ example }) => several.includes(example))) {
      const network = await networkOf(subject);
      const blocks = network.graph.nodes.flatMap(({ origin }) =>
        origin.scope.map(({ name }) => identifier(name)),
      );
      const { text } = await emittedModule(network);
      const found = declarations(text);
      expect(
        found.filter((name, i) => found.indexOf(name) !== i),
        subject.example,
      ).toEqual([]);
      const odd = found.filter(
        (name) => !known.has(name) && !blocks.includes(name) && !blocks.includes(name.replace(/\d+$/, "")),
      );
      expect(
        odd.filter(
          (name) =>
            !/(?:E|e)ntropy|[dD]ice|jaccard|^l[12]|cosine|huber|focal|tversky|scaleInvariant/.test(name),
        ),
        subject.example,
      ).toEqual([expect.stringMatching(/^[A-Z]/)]);
    }
  }, 240_000);

  it("of a network that is called as a type of the module is another", async () => {
    const text = await emitted(
      "network Adam { input image [3, H, W] conv(2, 3x3) output labels by softmax }",
    );
    expect(text).toContain("export class AdamNetwork {");
    expect(text).toContain("export class Adam extends tf.Optimizer {");
  });
});

describe("comments", () => {
  it("are the words of the source, of the network and of its blocks", async () => {
    const text = await emitted(`
      /// A network for cells. Not */ its end.
      network Cells {
        input image [3, H, W]
        /// Two convolutions.
        ///
        /// Each keeps the size.
        block twice(channels) { conv(channels, 3x3) relu conv(channels, 3x3) relu }
        block once(channels) { conv(channels, 3x3) relu }
        twice(4)
        once(4)
        output labels by softmax
      }`);
    expect(text).toContain("/**\n * A network for cells. Not * / its end.\n");
    expect(text).toContain("/**\n * Two convolutions.\n *\n * Each keeps the size.\n */\nfunction twice(");
    expect(text).toContain("/** Block `once` of the program. */\nfunction once(");
  });

  it("mark encoder, decoder and what is between and after them", async () => {
    const text = await emitted(`network A {
      input image [3, H, W]
      encoder { conv(4, 3x3) as level maxpool(2) }
      conv(8, 3x3)
      decoder { upsample(2, nearest) skip level by concat conv(4, 3x3) }
      conv(2, 1x1)
      output labels by softmax
    }`);
    const titles = [...text.matchAll(/^ +\/\/ (Encoder|Decoder|Between encoder and decoder|Output)$/gm)];
    expect(titles.map(([, title]) => title)).toEqual([
      "Encoder",
      "Between encoder and decoder",
      "Decoder",
      "Output",
    ]);
  });
});

it("feature maps have the names that `as` gave, outputs those of the outputs, and what an unpool needs that of its pool", async () => {
  const text = await emitted(`network A(classes = 3) {
    input image [3, H, W]
    repeat 2 { conv(4, 3x3) relu }
    maxpool(2, ceil) as pool
    conv(4, 3x3)
    unpool(pool)
    conv(classes, 3x3)
    output labels by softmax
  }`);
  expect(text).toContain("const beforePool = x;");
  expect(text).toContain("const pool = maxPool(beforePool, { kernel: 2, stride: 2, ceil: true });");
  expect(text).toContain('const labelsLogits = conv(pass, x, "conv4", { padding: 1 });');
  expect(text).toContain("const labels = tf.softmax(labelsLogits);\n      return { labels, labelsLogits };");
});

it("classes have their names and the colours that `fcn predict` draws them in", async () => {
  const text = await emitted(`network A(classes = [ground, road, tree]) {
    input image [3, H, W]
    conv(classes, 3x3)
    output labels by softmax
  }`);
  expect(text).toContain('export const classNames = ["ground", "road", "tree"] as const;');
  expect(text).toMatch(
    /export const classColours = \[\n {2}\[22, 24, 34\],\n {2}\[\d+, \d+, \d+\],\n {2}\[\d+, \d+, \d+\],\n\] as const;/,
  );
});

describe("calls of a block that differ in numbers alone share one function", () => {
  it("whose parameters have the usual values as defaults", async () => {
    const text = await emitted(`network A {
      input image [3, H, W]
      block unit(channels, stride = 1, dilation = 1) {
        conv(channels, 3x3, stride = stride, dilate = dilation) batchnorm relu
      }
      unit(4) unit(6, stride = 2) unit(8, dilation = 2)
      conv(2, 1x1)
      output labels by softmax
    }`);
    expect(text).toContain("{ stride = 1, dilation = 1 }");
    expect(text).toContain("{ stride, padding: dilation, dilation }");
    expect(text).toContain('unit(pass, image, "unit1");');
    expect(text).toContain('unit(pass, x, "unit2", { stride: 2 });');
    expect(text).toContain('unit(pass, x, "unit3", { dilation: 2 });');
    expect(text).not.toContain("function unit2(");
  });

  it("and hand their own parameters to the blocks that they call; a loop's length is one", async () => {
    const text = await emitted(`network A {
      input image [3, H, W]
      block layer(channels, rate) { conv(channels, 3x3, dilate = rate) relu }
      block stage(count, channels, rate = 1) { repeat count { layer(channels, rate) } }
      stage(2, 4) stage(3, 6) stage(3, 6, rate = 2)
      conv(2, 1x1)
      output labels by softmax
    }`);
    expect(text).toContain("{ count, dilation = 1 }: { readonly count: number; readonly dilation?: number }");
    expect(text).toContain("for (let i = 0; i < count; i += 1) {");
    expect(text).toContain(`x = layer(pass, x, \`\${name}.layer\${i + 1}\`, { dilation });`);
    expect(text).toContain('stage(pass, x, "stage3", { count: 3, dilation: 2 });');
    expect(declarations(text)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(stage|layer)\d/)]),
    );
  });

  it("but iterations that differ in numbers are no loop", async () => {
    const text = await emitted(`network A {
      input image [3, H, W]
      for i in 1 .. 3 { conv(4, 3x3, dilate = i * i + 1) relu }
      conv(2, 1x1)
      output labels by softmax
    }`);
    expect(text).toContain('x = conv(pass, x, "conv3", { padding: 10, dilation: 10 });');
    for (const dilation of [2, 5, 10])
      expect(text).toContain(`{ padding: ${dilation}, dilation: ${dilation} }`);
  });
});

describe("loops", () => {
  it("of the decoder read a list that begins with a feature map from before the loop of the encoder", async () => {
    const text = await example("residual-u-net.fcn");
    expect(text).toContain("const level: tf.Tensor4D[] = [level0];");
    expect(text).toContain(`
      for (let i = 0; i < 3; i += 1) {
        x = upsampleNearest(x, 2);
        x = tf.concat([x, element(level, 2 - i)], 3);
        x = unit(pass, x, \`decoder.unit\${i + 1}\`);
      }
`);
    expect(text).not.toContain("function unit2(");
  });

  it("are as long as iterations are alike: what the last one does otherwise is written after them", async () => {
    const text = await example("fc-densenet.fcn");
    expect(text).toContain("for (let i = 0; i < 4; i += 1) {\n        x = transposedConv(");
    expect(text).toContain(`x = newMaps(pass, x, \`decoder.step[\${4 - i}]\`);`);
    expect(text).toContain("x = tf.concat([x, element(level, 0)], 3);\n      x = denseBlock(");
  });
});
