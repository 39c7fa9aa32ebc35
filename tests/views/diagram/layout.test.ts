/** The geometry of every figure, and of those of random networks: nothing is on anything else, and no two arrows share a line. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { Random } from "../../../runtime/random.ts";
import { randomProgram } from "../../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../../tools/verify/random-networks/subject.ts";
import { type DiagramOptions, drawNetwork } from "../../../views/diagram/draw-network.ts";
import { crossings } from "../../../views/diagram/layout/crossings.ts";
import { type Drawing, draw } from "./drawing.ts";
import { compileExample, examples, type Subject, subjects } from "./figures.ts";
import { faultsOf } from "./geometry.ts";
import { randomNetwork } from "./random-networks.ts";

const inch = 72;
/** One column, two columns, a slide. */
const pages = { column: 3.25 * inch, page: 6.875 * inch, slide: 13.33 * inch };

function ways({ size }: Subject): Readonly<Record<string, DiagramOptions>> {
  return {
    formulas: {},
    sized: { sizes: size },
    folded: { sizes: size, fold: 1 },
    "folded entirely": { fold: "all" },
    blocks: { sizes: size, blocks: true },
    "without sizes": { showSizes: false, legend: false, title: "" },
    slide: { width: pages.slide, fold: "all" },
  };
}

describe.each(subjects().map((subject) => [subject.name, subject] as const))(
  "the figure of %s",
  (_, subject) => {
    const drawn = new Map<string, Drawing | undefined>();
    /** Drawn once for both tests. */
    const drawing = (way: string, options: DiagramOptions): Drawing | undefined => {
      if (!drawn.has(way)) drawn.set(way, drawnIfWide(subject.network, options));
      return drawn.get(way);
    };

    test("has nothing on anything else, and no arrows that share a line", () => {
      for (const [way, options] of Object.entries(ways(subject))) {
        const figure = drawing(way, options);
        if (figure === undefined) continue;
        expect(figure.boxes.length, way).toBeGreaterThan(2);
        expect(faultsOf(figure), way).toEqual([]);
      }
    });

    test("is the same every time", () => {
      for (const [way, options] of Object.entries(ways(subject)))
        expect(drawnIfWide(subject.network, options)?.scene).toEqual(drawing(way, options)?.scene);
    });
  },
);

/** `undefined` where the page is too narrow. */
function drawnIfWide(network: CompiledNetwork, options: DiagramOptions): Drawing | undefined {
  try {
    return draw(network, options);
  } catch (error) {
    if (options.width !== undefined && String(error).includes("needs a page")) return undefined;
    throw error;
  }
}

const narrow: DiagramOptions = { width: 1 };

/** Of the page that is just wide enough. */
function narrowest(network: CompiledNetwork): DiagramOptions {
  const refused = drawNetwork(network, narrow);
  return "kind" in refused && refused.kind === "too-wide" ? { width: refused.width } : {};
}

test("random networks have nothing on anything else, and no arrows that share a line", () => {
  fc.assert(
    fc.property(
      randomNetwork,
      fc.constantFrom<DiagramOptions>({}, { fold: 1 }, { fold: "all" }, narrow),
      (network, way) => {
        expect(faultsOf(draw(network, way === narrow ? narrowest(network) : way))).toEqual([]);
      },
    ),
    { numRuns: 150, seed: 13 },
  );
}, 120_000);

test("nor have random programs of every operation that moves a grid", () => {
  let drawn = 0;
  for (let index = 0; drawn < 25; index++) {
    const subject = subjectOf(randomProgram(new Random(20_261_122, `figure ${index}`)));
    const [network] = subject.compilation.networks;
    if (network === undefined) continue;
    drawn += 1;
    expect(faultsOf(draw(network)), subject.source.text).toEqual([]);
  }
}, 120_000);

/** Rows of gates, of a dense grid, or of two streams: 4.4 to 5.7 in wide at the least. */
const tooWideForAColumn = ["attention-u-net", "lr-aspp", "siamese-change", "u-net-plus-plus"];

/** Of the examples. */
const few = Math.floor(examples.length / 10);
const named = ["u-net", "segnet", "fcn-8s", "hed", "deeplab-v3-plus", "pspnet", "fc-densenet"];

describe.each([
  ["one column", pages.column],
  ["two columns", pages.page],
])("on a page of %s", (_, width) => {
  const drawn = new Map<string, Drawing | undefined>();
  /** Drawn once for both tests; `undefined` where the page is too narrow. */
  const onPage = (name: string): Drawing | undefined => {
    if (!drawn.has(name)) drawn.set(name, drawnIfWide(compileExample(name), { width }));
    return drawn.get(name);
  };

  test.each(named)(
    "%s fits with no text under 6 pt, with every feature map of its own name and every skip",
    (name) => {
      const network = compileExample(name);
      const { graph } = network;
      const drawing = onPage(name);
      if (drawing === undefined) throw new Error("it does not fit");
      const { scene, texts, arrows } = drawing;
      expect(scene.width).toBeLessThanOrEqual(width + 0.01);
      expect(Math.min(...texts.map(({ shape }) => shape.size))).toBeGreaterThanOrEqual(6);
      expect(faultsOf(drawing)).toEqual([]);
      // A long name is in two lines, one after the other.
      const captions = texts.map(({ text }) => text).join("");
      const results = graph.nodes.filter(({ id, origin }) => {
        const calls = JSON.stringify(origin.scope.filter(({ kind }) => kind === "block"));
        const readers = graph.nodes.filter(({ inputs }) => inputs.includes(id));
        return (
          calls === "[]" ||
          readers.some(
            (reader) =>
              JSON.stringify(reader.origin.scope.filter(({ kind }) => kind === "block").slice(0, 1)) !==
              JSON.stringify(origin.scope.filter(({ kind }) => kind === "block").slice(0, 1)),
          )
        );
      });
      const names = results
        .filter(({ origin, operation }) => origin.label !== undefined && operation !== "input")
        .flatMap(({ id, origin }) => (isOutput(network, id) ? [] : [origin.label ?? ""]));
      for (const one of new Set(names)) expect(captions, one).toContain(one);
      if (width === pages.page && ["u-net", "segnet", "fcn-8s", "hed"].includes(name))
        // Of two names for what is one feature map in the figure, the later is shown.
        for (const { id, origin } of graph.nodes)
          if (origin.label !== undefined && origin.label !== "fc7" && !isOutput(network, id))
            expect(captions).toContain(origin.label);
      // At the network's own level: those inside a block are in its box.
      const skips = graph.nodes.filter(
        ({ origin }) => origin.construct === "skip" && origin.scope.every(({ kind }) => kind !== "block"),
      );
      const thin = Math.min(...arrows.map(({ shape }) => shape.width));
      const drawn = arrows.filter(({ shape }) => shape.width > 1.2 * thin);
      expect(drawn.length).toBeGreaterThanOrEqual(skips.length);
      const links = graph.nodes.filter(({ operation }) => operation === "unpool");
      expect(arrows.filter(({ shape }) => shape.dashed).length).toBe(links.length);
    },
  );

  test("so does every example, but for four on one column", () => {
    const refused = examples.filter((name) => {
      const drawing = onPage(name);
      if (drawing !== undefined) expect(faultsOf(drawing), name).toEqual([]);
      return drawing === undefined;
    });
    expect(refused).toEqual(width === pages.page ? [] : tooWideForAColumn);
  }, 120_000);
});

test("a page that is too narrow is refused with the width that is needed, which suffices, and the fullest row", () => {
  const network = compileExample("segnet");
  const refused = drawNetwork(network, { width: 100 });
  if (!("kind" in refused) || refused.kind !== "too-wide") throw new Error("it fits");
  expect(refused.message).toMatch(/^SegNet needs a page [\d.]+ in wide; 1.39 in was asked for$/);
  expect(refused.crowded.title).toBe("1");
  expect(draw(network, { width: refused.width }).scene.width).toBeCloseTo(refused.width, 5);
});

test("type grows with the room that there is on a page", () => {
  const least = (width: number) =>
    Math.min(...draw(compileExample("super-resolution"), { width }).texts.map(({ shape }) => shape.size));
  expect(least(pages.page)).toBeGreaterThan(8);
  expect(least(pages.slide)).toBeGreaterThan(16);
});

test("on a slide examples are at most 9/16 as high as wide, but for few", () => {
  const high = examples.filter((name) => {
    const drawing = draw(compileExample(name), { width: pages.slide, title: "A title" });
    expect(drawing.scene.width).toBeCloseTo(pages.slide);
    expect(faultsOf(drawing), name).toEqual([]);
    return drawing.scene.height > (pages.slide * 9) / 16;
  });
  expect(high.length, high.join(", ")).toBeLessThanOrEqual(few);
}, 120_000);

test("the paths of several inputs do not cross where they need not", () => {
  const fusion = draw(compileExample("rgbd-fusion"));
  expect(crossings(fusion.arrows)).toBe(0);
  expect(faultsOf(fusion)).toEqual([]);
});

test("crossings are counted once for each pair of stretches, and not where arrows only touch", () => {
  const arrows = [
    {
      points: [
        [0, 0],
        [10, 0],
      ],
    },
    {
      points: [
        [5, -5],
        [5, 5],
      ],
    },
    {
      points: [
        [7, -5],
        [7, 0],
      ],
    },
    {
      points: [
        [2, 3],
        [2, -3],
        [4, -3],
        [4, 3],
      ],
    },
  ] as const;
  expect(crossings(arrows)).toBe(3);
});

/** An output's own name is the one that is shown. */
function isOutput({ graph }: CompiledNetwork, id: number): boolean {
  return graph.outputs.some(({ node, logits }) => node === id || logits === id);
}
