import { describe, expect, test } from "vitest";
import { diagramDot } from "../../../views/diagram/diagram-dot.ts";
import { type Drawing, type DrawnEdge, draw } from "./drawing.ts";
import { compileExample, compileText, subjects } from "./figures.ts";
import { residual } from "./networks.ts";

const options = { fold: false } as const;

async function drawn(
  network: Parameters<typeof diagramDot>[0],
  more: Partial<Parameters<typeof diagramDot>[1]> = {},
) {
  const dot = diagramDot(network, { ...options, ...more });
  if (typeof dot !== "string") throw new Error(dot.message);
  return { dot, drawing: await draw(dot) };
}

function words(edge: DrawnEdge): string {
  return (edge.attributes.label ?? "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function skips({ edges }: Drawing, word: string): readonly DrawnEdge[] {
  return edges.filter((edge) => words(edge).includes(word));
}

describe("ranks", () => {
  test("every map stands in the rank of its stride, finer ranks over coarser ones", async () => {
    for (const { name, network } of subjects()) {
      const { drawing } = await drawn(network);
      const heights = new Map<string, number[]>();
      const octaves = new Map<string, number>();
      for (const map of drawing.maps) {
        const node = network.graph.nodes[Number(map.name.slice(1))];
        const geometry = node?.map.geometry[0];
        const stride = geometry?.kind === "grid" ? geometry.stride : undefined;
        if (stride === undefined || map.rank === undefined) continue;
        const octave = Math.log2(stride.numerator / stride.denominator);
        expect(octaves.get(map.rank) ?? octave, `${name}: ${node?.name}`).toBe(octave);
        octaves.set(map.rank, octave);
        heights.set(map.rank, [...(heights.get(map.rank) ?? []), map.top]);
      }
      const ranks = [...octaves].sort(([, a], [, b]) => a - b).map(([rank]) => rank);
      for (const [at, rank] of ranks.entries()) {
        const finer = heights.get(ranks[at - 1] ?? "");
        if (finer !== undefined)
          expect(Math.max(...(heights.get(rank) ?? []))).toBeLessThan(Math.min(...finer));
      }
    }
  });

  test("the encoder of U-Net lies left of its decoder on every rank that has both", async () => {
    const network = compileExample("u-net");
    const { drawing } = await drawn(network);
    const ends = { encoder: new Map<string, number>(), decoder: new Map<string, number>() };
    for (const map of drawing.maps) {
      const role = network.graph.nodes[Number(map.name.slice(1))]?.origin.role;
      const rank = map.rank ?? "";
      if (role === "encoder")
        ends.encoder.set(rank, Math.max(ends.encoder.get(rank) ?? map.right, map.right));
      if (role === "decoder") ends.decoder.set(rank, Math.min(ends.decoder.get(rank) ?? map.left, map.left));
    }
    expect(ends.decoder.size).toBe(4);
    for (const [rank, left] of ends.decoder) expect(ends.encoder.get(rank)).toBeLessThan(left);
  });
});

describe("skips", () => {
  test("U-Net's four skips are single level lines, and say what they do", async () => {
    const { drawing } = await drawn(compileExample("u-net"));
    const found = skips(drawing, "concat");
    expect(found.length).toBe(4);
    for (const { points } of found) expect(new Set(points.map(([, y]) => y)).size).toBe(1);
  });

  test("cropped skips name the crop at the size asked for", async () => {
    const network = compileExample("u-net", { padding: "valid", crop: "centred" });
    const { drawing } = await drawn(network, { sizes: [572, 572] });
    expect(skips(drawing, "concat").map(words)).toEqual([
      "crop 4, concat",
      "crop 16, concat",
      "crop 40, concat",
      "crop 88, concat",
    ]);
  });

  test("FCN-8s names the published crops without a size, as they hold for every size", async () => {
    const { drawing } = await drawn(compileExample("fcn-8s"));
    const found = drawing.edges.map(words).filter((text) => text.includes("crop"));
    expect(found).toEqual(["crop 5 add", "crop 9 add", "crop 31 softmax"]);
  });
});

describe("unpool links", () => {
  test("SegNet's five are dashed, level, and in a colour of their own", async () => {
    const { drawing } = await drawn(compileExample("segnet"));
    const links = drawing.edges.filter(
      ({ from, attributes }) => from.startsWith("m") && attributes.style === "dashed",
    );
    expect(links.length).toBe(5);
    for (const { points } of links) expect(new Set(points.map(([, y]) => y)).size).toBe(1);
    const colours = new Set(links.map(({ attributes }) => attributes.color));
    const others = drawing.edges.filter((edge) => edge.attributes.style !== "dashed");
    expect(colours.size).toBe(1);
    for (const { attributes } of others) expect(colours).not.toContain(attributes.color);
  });
});

describe("words", () => {
  test("operations say kernel, stride, dilation, groups and padding where not the default", async () => {
    const network = compileText(`network N() {
  input image [4, H, W]
  conv(8, 5x3, stride = 2) batchnorm relu
  conv(8, 3x3, dilate = 4) dropout(0.5)
  conv(8, 3x3, groups = 8, padding = valid)
  conv(8, 1x1, groups = 2)
  maxpool(3, stride = 2, ceil)
  output map
}`);
    const { drawing } = await drawn(network);
    expect(drawing.edges.filter(({ from }) => from.startsWith("m")).map(words)).toEqual([
      "conv 5×3 stride 2 BN ReLU",
      "3×3 dilation 4 dropout 0.5",
      "3×3 depthwise valid",
      "1×1 groups 2",
      "maxpool 3×3 stride 2 ceil",
    ]);
  });

  test("normalisations, bins, pixel shuffles and dense layers have their words", async () => {
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
    const { drawing } = await drawn(network);
    expect(drawing.edges.filter(({ from }) => from.startsWith("m")).map(words)).toEqual([
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

  test("what acts in training only is set in italics", async () => {
    const { dot } = await drawn(compileExample("fcn-8s"));
    expect(dot).toContain("<I>dropout 0.5</I>");
    expect(dot).not.toContain("<I>ReLU</I>");
  });

  test("a frozen operation says so", async () => {
    const network = compileText(
      `network N() { input image [3, H, W] conv(3, 3x3, stride = 2) upsample(2, learned, kernel = 4, bias = false, init = bilinear, frozen) output map }`,
    );
    const { drawing } = await drawn(network);
    expect(drawing.edges.map(words)).toContain("transposed conv 4×4 stride 2 frozen");
  });

  test("maps carry channels, height and width: numbers at a size, formulas without", async () => {
    const network = compileExample("u-net", { padding: "valid", crop: "centred" });
    const texts = (drawing: Drawing) => drawing.texts.map(({ attributes }) => attributes.label);
    const sized = texts((await drawn(network, { sizes: [572, 572] })).drawing);
    expect(sized).toContain("388 × 388");
    expect(sized).toContain("1024");
    expect(texts((await drawn(network)).drawing)).toContain("W − 184");
  });

  test("the totals say parameters, cost, accepted sizes and field", async () => {
    const network = compileExample("u-net", { padding: "valid", crop: "centred" });
    const { drawing } = await drawn(network, { sizes: [572, 572] });
    const totals = drawing.texts.find(({ name }) => name === "totals")?.attributes.label;
    expect(totals).toMatch(/^31,030,658 parameters {2}· {2}\d+ GMACs at 572 × 572/);
    expect(totals).toContain("accepts H ≥ 188 with H mod 16 = 12, and the same for W");
    expect(totals).toContain("receptive field 188–204 px");
  });

  test("the legend explains the marks that are there, and no others", async () => {
    const meanings = async (name: string) =>
      (await drawn(compileExample(name))).drawing.texts
        .filter(({ name }) => name.startsWith("k"))
        .map(({ attributes }) => attributes.label?.replace("\\l", ""));
    const segnet = await meanings("segnet");
    expect(segnet).toContain("pooling indices");
    expect(segnet).not.toContain("skip");
    const uNet = await meanings("u-net");
    expect(uNet).toContain("skip");
    expect(uNet).not.toContain("batch normalisation");
  });
});

test("maps and arrows link to the line they come from", async () => {
  const network = compileExample("u-net");
  const { drawing } = await drawn(network, { sourceLink: (span) => `${span.file}#${span.start}` });
  for (const map of drawing.maps) {
    const span = network.graph.nodes[Number(map.name.slice(1))]?.origin.span;
    expect(map.attributes.URL).toMatch(/^examples\/u-net\.fcn#\d+$/);
    if (map.attributes.style === "filled") expect(map.attributes.URL).toBe(`${span?.file}#${span?.start}`);
  }
  const steps = drawing.edges.filter((edge) => words(edge) !== "" && words(edge) !== "concat");
  for (const { attributes } of steps) expect(attributes.URL).toMatch(/#\d+$/);
});

describe("folding", () => {
  test("draws the repeated convolutions of SegNet once, with their count", async () => {
    const network = compileExample("segnet");
    const plain = (await drawn(network)).drawing;
    const folded = (await drawn(network, { fold: true })).drawing;
    expect(folded.maps.length).toBeLessThan(plain.maps.length - 8);
    expect(folded.edges.map(words)).toContain("3×3 BN ReLU × 3");
  });

  test("draws equal residual blocks once, in a frame with their name and count", async () => {
    const { drawing } = await drawn(residual(4), { fold: true });
    const titles = drawing.texts.map(({ attributes }) => attributes.label);
    expect(titles).toContain("basic × 4\\l");
    expect(titles).toContain("basic × 3\\l");
    const plain = (await drawn(residual(4))).drawing;
    expect(plain.maps.length - drawing.maps.length).toBe(2 * (3 + 2));
  });

  test("keeps every link of a network whose pools are unpooled", async () => {
    const { drawing } = await drawn(compileExample("segnet"), { fold: true });
    expect(
      drawing.edges.filter(({ from, attributes }) => from.startsWith("m") && attributes.style === "dashed")
        .length,
    ).toBe(5);
  });
});

test("a size that the network does not accept is refused with the nearest that it does", () => {
  const refusal = diagramDot(compileExample("u-net"), { sizes: [250, 256], fold: false });
  expect(refusal).toMatchObject({ kind: "refused", symbol: "H", below: 240, above: 256 });
});
