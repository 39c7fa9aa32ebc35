import { describe, expect, test } from "vitest";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { type DiagramOptions, drawNetwork } from "../../../views/diagram/draw-network.ts";
import { type Drawing, draw } from "./drawing.ts";
import { compileExample, compileText, subjects } from "./figures.ts";
import { residual } from "./networks.ts";

function drawn(network: CompiledNetwork, options: DiagramOptions = {}): Drawing {
  return draw(network, options);
}

function skips({ arrows }: Drawing, word: string): Drawing["arrows"] {
  return arrows.filter(({ words }) => words.includes(word));
}

const wordsOf = ({ arrows }: Drawing): readonly string[] => arrows.map(({ words }) => words);

describe("ranks", () => {
  test("every feature map is in the rank of its stride, finer ranks over coarser ones", () => {
    for (const { name, network } of subjects()) {
      const byOctave = new Map<number, { top: number; bottom: number }>();
      for (const { id, top, bottom } of drawn(network).boxes) {
        const geometry = network.graph.nodes[id]?.map.geometry[0];
        const stride = geometry?.kind === "grid" ? geometry.stride : undefined;
        if (stride === undefined) continue;
        const octave = Math.log2(stride.numerator / stride.denominator);
        const rank = byOctave.get(octave) ?? { top, bottom };
        byOctave.set(octave, { top: Math.min(rank.top, top), bottom: Math.max(rank.bottom, bottom) });
      }
      const ranks = [...byOctave].sort(([a], [b]) => a - b).map(([, rank]) => rank);
      for (const [at, { top }] of ranks.entries())
        expect(ranks[at - 1]?.bottom ?? -1, name).toBeLessThan(top);
    }
  });

  test("the encoder of U-Net is left of its decoder on every rank that has both", () => {
    const network = compileExample("u-net");
    const ends = { encoder: new Map<number, number>(), decoder: new Map<number, number>() };
    for (const map of drawn(network).boxes) {
      const role = network.graph.nodes[map.id]?.origin.role;
      const rank = Math.round(map.top + map.bottom);
      if (role === "encoder")
        ends.encoder.set(rank, Math.max(ends.encoder.get(rank) ?? map.right, map.right));
      if (role === "decoder") ends.decoder.set(rank, Math.min(ends.decoder.get(rank) ?? map.left, map.left));
    }
    expect(ends.decoder.size).toBe(4);
    for (const [rank, left] of ends.decoder) expect(ends.encoder.get(rank)).toBeLessThan(left);
  });
});

describe("skips", () => {
  test("U-Net's four skips are single level lines, and say what they do", () => {
    const drawing = drawn(compileExample("u-net"));
    const found = skips(drawing, "concat");
    expect(found.length).toBe(4);
    for (const { points } of found) expect(new Set(points.map(([, y]) => y)).size).toBe(1);
  });

  test("cropped skips name the crop at the size asked for", () => {
    const network = compileExample("u-net", { padding: "valid", crop: "centred" });
    const drawing = drawn(network, { sizes: [572, 572] });
    expect(skips(drawing, "concat").map(({ words }) => words)).toEqual([
      "crop 4 concat",
      "crop 16 concat",
      "crop 40 concat",
      "crop 88 concat",
    ]);
  });

  test("FCN-8s names the published crops without a size, as they hold for every size", () => {
    const drawing = drawn(compileExample("fcn-8s"));
    const found = wordsOf(drawing).filter((text) => text.includes("crop"));
    expect(found).toEqual(["crop 5, add", "crop 9, add", "crop 31 softmax"]);
  });
});

describe("unpool links", () => {
  test("SegNet's five are dashed, level, and in a colour of their own", () => {
    const drawing = drawn(compileExample("segnet"));
    const links = drawing.arrows.filter(({ shape }) => shape.dashed);
    expect(links.length).toBe(5);
    for (const { points } of links) expect(new Set(points.map(([, y]) => y)).size).toBe(1);
    const colours = new Set(links.map(({ shape }) => shape.color));
    expect(colours.size).toBe(1);
    for (const { shape } of drawing.arrows) if (!shape.dashed) expect(colours).not.toContain(shape.color);
  });
});

describe("words", () => {
  test("operations say kernel, stride, dilation, groups and padding where not the default", () => {
    const network = compileText(`network N() {
  input image [4, H, W]
  conv(8, 5x3, stride = 2) batchnorm relu
  conv(8, 3x3, dilate = 4) dropout(0.5)
  conv(8, 3x3, groups = 8, padding = valid)
  conv(8, 1x1, groups = 2)
  maxpool(3, stride = 2, ceil)
  output map
}`);
    const drawing = drawn(network);
    expect(wordsOf(drawing)).toEqual([
      "conv 5×3 stride 2 BN ReLU",
      "3×3 dilation 4 dropout 0.5",
      "3×3 depthwise valid",
      "1×1 groups 2",
      "maxpool 3×3 stride 2 ceil",
    ]);
  });

  test("normalisations, bins, pixel shuffles and dense layers have their words", () => {
    const network = compileText(`network N() {
  input image [4, 32, 32]
  conv(8, 3x3) lrn relu
  conv(8, 3x3) groupnorm(4) relu
  conv(8, 3x3) instancenorm relu
  maxpool(3, stride = 1, dilate = 2, padding = same)
  pixel_unshuffle(2) conv(8, 1x1) pixel_shuffle(2) conv(8, 1x1)
  avgpool(bins = 3) dense(16) relu
  output map
}`);
    const drawing = drawn(network);
    expect(wordsOf(drawing)).toEqual([
      "3×3 LRN ReLU",
      "3×3 GN 4 ReLU",
      "3×3 IN ReLU",
      "maxpool 3×3 stride 1 dilation 2 padding 2",
      "pixel unshuffle ÷2",
      "1×1",
      "pixel shuffle ×2",
      "1×1",
      "avgpool 3×3 bins",
      "dense ReLU",
    ]);
  });

  test("what acts in training only is set in italics", () => {
    const { texts } = drawn(compileExample("fcn-8s"));
    const italic = texts
      .filter(({ shape }) => shape.italic && shape.role === "words")
      .map(({ text }) => text);
    expect(new Set(italic)).toEqual(new Set(["dropout 0.5"]));
  });

  test("a frozen operation says so", () => {
    const network = compileText(
      `network N() { input image [3, H, W] conv(3, 3x3, stride = 2) upsample(2, learned, kernel = 4, bias = false, init = bilinear, frozen) output map }`,
    );
    const drawing = drawn(network);
    expect(wordsOf(drawing)).toContain("transposed conv 4×4 stride 2 frozen");
  });

  test("maps carry channels, height and width: numbers at a size, formulas without", () => {
    const network = compileExample("u-net", { padding: "valid", crop: "centred" });
    const texts = (drawing: Drawing) => drawing.texts.map(({ text }) => text);
    const sized = texts(drawn(network, { sizes: [572, 572] }));
    expect(sized).toContain("388 × 388");
    expect(sized).toContain("1024");
    expect(texts(drawn(network))).toContain("W − 184");
  });

  test("the totals say parameters, cost, accepted sizes and field", () => {
    const network = compileExample("u-net", { padding: "valid", crop: "centred" });
    const drawing = drawn(network, { sizes: [572, 572] });
    const totals = drawing.texts
      .filter(({ shape }) => shape.role === "totals")
      .map(({ text }) => text)
      .join(" ");
    expect(totals).toMatch(/^31,030,658 parameters {2}· {2}\d+ GMACs at 572 × 572/);
    expect(totals).toContain("accepts H ≥ 188 with H mod 16 = 12, and the same for W");
    expect(totals).toContain("receptive field 188–204 px");
  });

  test("the legend explains the marks that are there, and no others", () => {
    const meanings = (name: string) =>
      drawn(compileExample(name))
        .texts.filter(({ shape }) => shape.role === "legend")
        .map(({ text }) => text);
    const segnet = meanings("segnet");
    expect(segnet).toContain("pooling indices");
    expect(segnet).not.toContain("skip");
    const uNet = meanings("u-net");
    expect(uNet).toContain("skip");
    expect(uNet).not.toContain("batch normalisation");
    expect(meanings("panoptic-fpn")).toEqual(expect.arrayContaining(["GN", "group normalisation"]));
    expect(meanings("deep-supervision")).toEqual(expect.arrayContaining(["IN", "instance normalisation"]));
    expect(meanings("segnet-basic")).toEqual(expect.arrayContaining(["LRN", "local response normalisation"]));
  });
});

test("feature maps and arrows link to the line they come from", () => {
  const network = compileExample("u-net");
  const drawing = drawn(network, { sourceLink: (span) => `${span.file}#${span.start}` });
  for (const { id, shape } of drawing.boxes) {
    const { span, construct } = network.graph.nodes[id]?.origin ?? {};
    expect(shape.url).toMatch(/^examples\/u-net\.fcn#\d+$/);
    if (construct === undefined) expect(shape.url).toMatch(new RegExp(`^${span?.file}#`));
  }
  for (const { words, shape } of drawing.arrows)
    if (words !== "" && words !== "concat") expect(shape.url).toMatch(/#\d+$/);
});

describe("folding", () => {
  const boxed = (drawing: Drawing) =>
    drawing.texts.filter(({ shape }) => shape.role === "box").map(({ text }) => text);

  test("draws the repeated convolutions of SegNet once, with their count", () => {
    const network = compileExample("segnet");
    const folded = drawn(network, { fold: 1 });
    expect(folded.boxes.length).toBeLessThan(drawn(network).boxes.length - 8);
    expect(wordsOf(folded)).toContain("3×3 BN ReLU × 3");
  });

  test("draws equal residual blocks in a row as one box with their name and count", () => {
    const drawing = drawn(residual(4), { fold: 1 });
    expect(boxed(drawing)).toEqual(["basic", "× 4", "basic", "× 4"]);
  });

  test("closes the innermost blocks first, and all of them at last", () => {
    const network = compileExample("pspnet");
    expect(boxed(drawn(network, { fold: 1 }))).toEqual(expect.arrayContaining(["bottleneck", "× 23"]));
    const entirely = boxed(drawn(network, { fold: "all" }));
    expect(entirely).not.toContain("bottleneck");
    expect(entirely.join(" ")).toContain("resnet stage");
    expect(drawn(network, { fold: 2 }).boxes.length).toBe(drawn(network, { fold: "all" }).boxes.length);
  });

  test("leaves a block open, and those around it, that is to be open", () => {
    const network = compileExample("deeplab-v3-plus");
    const closed = boxed(drawn(network, { fold: "all" }));
    expect(closed).toContain("aspp");
    const opened = boxed(drawn(network, { fold: "all", open: ["aspp"] }));
    expect(opened).not.toContain("aspp");
    expect(opened.join(" ")).toContain("resnet stage");
    expect(boxed(drawn(network, { fold: "all", open: ["bottleneck"] })).join(" ")).not.toContain(
      "resnet stage",
    );
  });

  test("keeps a call open of which the rest reads more than its result: DeepLab's skip from stage[0] is there", () => {
    const drawing = drawn(compileExample("deeplab-v3-plus"), { fold: "all" });
    expect(drawing.texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["stage[0]", "stage[1]", "stage[2]"]),
    );
    expect(skips(drawing, "concat").length).toBe(1);
  });

  test("draws equal iterations in a row as one box", () => {
    const boxes = boxed(drawn(compileExample("retouching"), { fold: 1 })).join(" ");
    expect(boxes).toMatch(/residual × \d+/);
  });

  test("keeps every link of a network whose pools are unpooled", () => {
    const drawing = drawn(compileExample("segnet"), { fold: 1 });
    expect(drawing.arrows.filter(({ shape }) => shape.dashed).length).toBe(5);
  });
});

test("an output of the input's size is in the input's rank, though it sees the whole input", () => {
  const { boxes } = drawn(compileExample("fully-connected-encoder-decoder"));
  const [image, labels] = [boxes[0], boxes.at(-1)];
  expect(labels?.top).toBe(image?.top);
  expect(labels?.bottom).toBe(image?.bottom);
});

test("several inputs are below one another, at the left", () => {
  const { boxes, texts } = drawn(compileExample("rgbd-fusion"));
  const [image, depth] = boxes.filter(({ shape }) => shape.tooltip?.match(/^(image|depth):/));
  if (image === undefined || depth === undefined) throw new Error("two inputs");
  expect(depth.top).toBeGreaterThan(image.bottom);
  expect((depth.left + depth.right) / 2).toBeCloseTo((image.left + image.right) / 2);
  expect(Math.min(...boxes.map(({ left }) => left))).toBe(Math.min(image.left, depth.left));
  expect(texts.map(({ text }) => text)).toEqual(expect.arrayContaining(["image", "depth"]));
});

test("shared weights are named at the arrows, and in closed blocks", () => {
  const network = compileText(`network N() {
  input before [3, H, W]
  input after [3, H, W]
  block features() { conv(8, 3x3) relu conv(8, 3x3) relu }
  from before
  encoder a = features()
  from after
  encoder b = features(weights = a)
  skip a by add
  conv(2, 1x1)
  output change
}`);
  const said = wordsOf(drawn(network)).filter((words) => words.includes("shared weights"));
  expect(said.length).toBe(4);
  const inside = drawn(network, { fold: 1 }).texts.filter(({ shape }) => shape.role === "box");
  expect(inside.map(({ text }) => text).join(" ")).toContain("features (shared weights)");
});

test("what no output depends on is paler", () => {
  const network = compileText(`network N() {
  input image [3, H, W]
  conv(8, 3x3) as a
  conv(8, 3x3) as unread
  from a
  conv(2, 1x1)
  output map
}`);
  const fills = new Map(
    drawn(network)
      .boxes.filter(({ shape }) => shape.line !== undefined)
      .map(({ id, shape }) => [network.graph.nodes[id]?.origin.label, shape.line]),
  );
  expect(fills.get("unread")).not.toBe(fills.get("a"));
});

test("a size that the network does not accept is refused with the nearest that it does", () => {
  const refusal = drawNetwork(compileExample("u-net"), { sizes: [250, 256] });
  expect(refusal).toMatchObject({ kind: "refused", symbol: "H", below: 240, above: 256 });
});
