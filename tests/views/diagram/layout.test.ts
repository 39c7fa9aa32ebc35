import { beforeAll, describe, expect, test } from "vitest";
import { diagramDot } from "../../../views/diagram/diagram-dot.ts";
import { textWidth } from "../../../views/diagram/measure-text.ts";
import { type Drawing, type DrawnEdge, type DrawnNode, draw, overlap } from "./drawing.ts";
import { type Subject, subjects } from "./figures.ts";

const all = subjects();

describe.each(all.map((subject) => [subject.name, subject] as const))("the figure of %s", (_, subject) => {
  const drawings: { readonly way: string; readonly drawing: Drawing }[] = [];

  beforeAll(async () => {
    for (const [way, options] of Object.entries(ways(subject))) {
      const dot = diagramDot(subject.network, options);
      if (typeof dot !== "string") throw new Error(dot.message);
      drawings.push({ way, drawing: await draw(dot) });
    }
  });

  test("has no boxes that overlap", () => {
    for (const { way, drawing } of drawings) expect(drawing.maps.length, way).toBeGreaterThan(3);
    for (const { way, drawing } of drawings) expect(overlaps(drawing.maps, drawing.maps), way).toEqual([]);
  });

  test("has no caption on a box or on another caption", () => {
    for (const { way, drawing } of drawings) {
      const texts = drawing.texts.map(inked);
      expect(overlaps(texts, drawing.maps), way).toEqual([]);
      expect(overlaps(texts, texts), way).toEqual([]);
    }
  });

  test("has no words of an arrow on a box or a caption", () => {
    for (const { way, drawing } of drawings) {
      const words = drawing.edges.flatMap(wordsOf);
      expect(words.length, way).toBeGreaterThan(0);
      expect(overlaps(words, [...drawing.maps, ...drawing.texts.map(inked)]), way).toEqual([]);
    }
  });

  test("has no words of a level arrow within 5 points of a size beside them", () => {
    for (const { way, drawing } of drawings) {
      const level = drawing.edges.filter((edge) => isLevel(edge, drawing));
      const words = level
        .flatMap(wordsOf)
        .map((box) => ({ ...box, left: box.left - 5, right: box.right + 5 }));
      expect(overlaps(words, drawing.texts.map(inked)), way).toEqual([]);
    }
  });

  test("has no words of an arrow on those of another", () => {
    for (const { way, drawing } of drawings) {
      const words = drawing.edges.flatMap(wordsOf);
      expect(overlaps(words, words), way).toEqual([]);
    }
  });

  test("has no arrow through a box that it does not join", () => {
    for (const { way, drawing } of drawings) expect(crossings(drawing), way).toEqual([]);
  });

  test("is the same text every time", () => {
    for (const options of Object.values(ways(subject)))
      expect(diagramDot(subject.network, options)).toBe(diagramDot(subject.network, options));
  });
});

function ways({ size }: Subject) {
  return {
    sized: { sizes: size, fold: false },
    formulas: { fold: false },
    folded: { sizes: size, fold: true },
  };
}

/** The rectangle of an arrow's words: rows of a table of known heights, as wide as their widest text. */
/** Straight from a box to the next, both at one height. */
function isLevel({ from, to }: DrawnEdge, { maps }: Drawing): boolean {
  const [first, second] = [from, to].map((name) => maps.find((map) => map.name === name));
  if (first === undefined || second === undefined) return false;
  return Math.abs(first.top + first.bottom - second.top - second.bottom) < 1;
}

function wordsOf({ from, to, attributes }: DrawnEdge): readonly DrawnNode[] {
  const { label = "", lp } = attributes;
  if (lp === undefined || label === "") return [];
  const [x = 0, y = 0] = lp.split(",").map(Number);
  const height = [...label.matchAll(/HEIGHT="([\d.]+)"/g)].reduce((sum, [, one]) => sum + Number(one), 0);
  const texts = [...label.matchAll(/>([^<>]+)</g)].map(([, text = ""]) => textWidth(text, 7.5));
  const width = Math.max(0, ...texts);
  const rectangle = {
    left: x - width / 2,
    right: x + width / 2,
    bottom: y - height / 2 + 1,
    top: y + height / 2 - 1,
  };
  return [
    {
      name: `${from} -> ${to}`,
      ...rectangle,
      attributes: { label: label.replace(/<[^>]*>/g, " ") },
      rank: undefined,
    },
  ];
}

/** The text's own rectangle: text nodes have room to spare for wider fonts, on the side that the text does not start from. */
function inked(node: DrawnNode): DrawnNode {
  const label = node.attributes.label ?? "";
  const width = (node.right - node.left - 4) / 1.15;
  const middle = (node.top + node.bottom) / 2;
  const half = (Number(node.attributes.fontsize) * 0.8) / 2;
  const rectangle = { ...node, top: middle + half, bottom: middle - half };
  if (label.endsWith("\\l")) return { ...rectangle, right: node.left + width };
  if (label.endsWith("\\r")) return { ...rectangle, left: node.right - width };
  const centre = (node.left + node.right) / 2;
  return { ...rectangle, left: centre - width / 2, right: centre + width / 2 };
}

function overlaps(some: readonly DrawnNode[], others: readonly DrawnNode[]): readonly string[] {
  return some.flatMap((one) =>
    others
      .filter((other) => other.name !== one.name && overlap(one, other))
      .map((other) => `${one.name} (${one.attributes.label}) on ${other.name} (${other.attributes.label})`),
  );
}

/** Stretches of arrows that enter the rectangle of a map other than their own two. */
function crossings({ maps, edges }: Drawing): readonly string[] {
  const found: string[] = [];
  for (const { from, to, points } of edges) {
    // Links of unpoolings begin and end at arrows.
    if (!from.startsWith("m")) continue;
    for (const [at, [x, y]] of points.entries()) {
      const next = points[at + 1];
      if (next === undefined) continue;
      const stretch = {
        left: Math.min(x, next[0]),
        right: Math.max(x, next[0]),
        bottom: Math.min(y, next[1]),
        top: Math.max(y, next[1]),
      };
      for (const map of maps)
        if (
          map.name !== from &&
          map.name !== to &&
          map.left < stretch.right &&
          map.right > stretch.left &&
          map.bottom < stretch.top &&
          map.top > stretch.bottom
        )
          found.push(`${from} -> ${to} through ${map.name}`);
    }
  }
  return found;
}
