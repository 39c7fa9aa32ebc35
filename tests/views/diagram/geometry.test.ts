import { expect, test } from "vitest";
import type { Area, Drawing } from "./drawing.ts";
import { draw } from "./drawing.ts";
import { compileExample } from "./figures.ts";
import { faultsOf } from "./geometry.ts";

const good = draw(compileExample("u-net"));

function shifted<T extends Area>(area: T, x: number, y: number): T {
  return { ...area, left: area.left + x, right: area.right + x, top: area.top + y, bottom: area.bottom + y };
}

function faultsWith(change: Partial<Drawing>): string {
  return faultsOf({ ...good, ...change }).join("; ");
}

test("the judge of figures sees every kind of fault", () => {
  expect(faultsWith({})).toBe("");
  const [first, second] = good.arrows;
  if (first === undefined || second === undefined) throw new Error("arrows");
  expect(faultsWith({ arrows: [...good.arrows, { ...first, from: -1, to: -2 }] })).toContain("share a line");
  const long = good.arrows.find(({ words }) => words === "concat");
  const under = long?.points.map(([x, y]) => [x, y + 1.5] as const) ?? [];
  expect(faultsWith({ arrows: [...good.arrows, { ...second, points: under }] })).not.toContain(
    "share a line",
  );
  const [[left = 0, y = 0] = [], [right = 0] = []] = long?.points ?? [];
  const through = [[left - 30, y] as const, [right + 30, y] as const];
  expect(faultsWith({ arrows: [{ ...second, points: through }] })).toContain("goes through");
  const word = good.texts.find(({ shape }) => shape.role === "words");
  if (word === undefined) throw new Error("words");
  expect(faultsWith({ texts: [...good.texts, shifted(word, 2, 0)] })).toContain("is on");
  expect(faultsWith({ texts: [...good.texts, shifted(word, 20, 0)] })).toContain("is on");
  expect(faultsWith({ texts: [shifted(word, 0, 5)] })).toContain("goes through");
  expect(faultsWith({ texts: [shifted(word, good.scene.width, 0)] })).toContain("is outside");
  const [box] = good.boxes;
  if (box === undefined) throw new Error("boxes");
  expect(faultsWith({ boxes: [...good.boxes, { ...shifted(box, 3, 3), id: -1 }] })).toContain("is on");
});
