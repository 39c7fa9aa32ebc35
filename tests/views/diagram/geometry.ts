/** What must not be in a figure: arrows that share a line, arrows through boxes or words, words on words or boxes. */
import type { Area, Drawing } from "./drawing.ts";

interface Stretch extends Area {
  readonly name: string;
  readonly arrow: Drawing["arrows"][number];
}

/** Every fault in words; none in a good figure. */
export function faultsOf(drawing: Drawing): readonly string[] {
  const stretches = drawing.arrows.flatMap(stretchesOf);
  return [
    ...sharedLines(stretches),
    ...throughBoxes(stretches, drawing),
    ...throughTexts(stretches, drawing),
    ...onEachOther(drawing),
    ...outside(drawing),
  ];
}

function outside({ scene, texts, boxes }: Drawing): readonly string[] {
  const slack = 0.5;
  const reaches = ({ left, right, top, bottom }: Area): boolean =>
    left < -slack || top < -slack || right > scene.width + slack || bottom > scene.height + slack;
  return [
    ...texts.filter(reaches).map(({ text }) => `"${text}" is outside`),
    ...boxes.filter(reaches).map(({ id }) => `${id} is outside`),
  ];
}

function stretchesOf(arrow: Drawing["arrows"][number]): readonly Stretch[] {
  return arrow.points.flatMap(([x, y], at) => {
    const next = arrow.points[at + 1];
    if (next === undefined) return [];
    const area = {
      left: Math.min(x, next[0]),
      right: Math.max(x, next[0]),
      top: Math.min(y, next[1]),
      bottom: Math.max(y, next[1]),
    };
    return [{ ...area, name: `${arrow.from} → ${arrow.to}`, arrow }];
  });
}

/** Parallel stretches nearer than a point that run beside each other for more than one. */
function sharedLines(stretches: readonly Stretch[]): readonly string[] {
  return pairs(stretches, (one, other) => one.arrow !== other.arrow && beside(one, other)).map(
    ([one, other]) => `${one.name} and ${other.name} share a line`,
  );
}

function beside(one: Area, other: Area): boolean {
  const near = 1;
  const overlap = (from: number, to: number, start: number, end: number): number =>
    Math.min(to, end) - Math.max(from, start);
  const level = [one, other].every(({ top, bottom }) => bottom - top < 0.01);
  const upright = [one, other].every(({ left, right }) => right - left < 0.01);
  if (level)
    return (
      Math.abs(one.top - other.top) < near && overlap(one.left, one.right, other.left, other.right) > near
    );
  return (
    upright &&
    Math.abs(one.left - other.left) < near &&
    overlap(one.top, one.bottom, other.top, other.bottom) > near
  );
}

function throughBoxes(stretches: readonly Stretch[], { boxes }: Drawing): readonly string[] {
  return stretches.flatMap((stretch) =>
    boxes
      .filter(({ id }) => (id !== stretch.arrow.from && id !== stretch.arrow.to) || false)
      .filter((box) => overlaps(stretch, box))
      .map(({ id }) => `${stretch.name} goes through ${id}`),
  );
}

function throughTexts(stretches: readonly Stretch[], { texts }: Drawing): readonly string[] {
  return stretches.flatMap((stretch) =>
    texts
      .filter(({ shape }) => shape.role !== "box")
      .filter((text) => overlaps(stretch, text))
      .map(({ text }) => `${stretch.name} goes through "${text}"`),
  );
}

function onEachOther({ texts, boxes }: Drawing): readonly string[] {
  const words = pairs(texts, overlaps);
  const covered = boxes.flatMap((box) =>
    texts
      .filter(({ shape }) => shape.role !== "box")
      .filter((text) => overlaps(box, text))
      .map(({ text }) => `"${text}" is on ${box.id}`),
  );
  return [
    ...words.map(([one, other]) => `"${one.text}" is on "${other.text}"`),
    ...covered,
    ...pairs(boxes, overlaps).map(([one, other]) => `${one.id} is on ${other.id}`),
  ];
}

/** Whether two areas share more than an edge; a line has no width of its own. */
function overlaps(a: Area, b: Area): boolean {
  const slack = 0.4;
  return (
    a.left < b.right - slack &&
    b.left < a.right - slack &&
    a.top < b.bottom - slack &&
    b.top < a.bottom - slack
  );
}

/** Those that are so; a figure has a hundred thousand pairs. */
function pairs<T>(items: readonly T[], are: (one: T, other: T) => boolean): (readonly [T, T])[] {
  const found: (readonly [T, T])[] = [];
  for (const [at, one] of items.entries())
    for (let next = at + 1; next < items.length; next++) {
      const other = items[next] as T; // within the list
      if (are(one, other)) found.push([one, other]);
    }
  return found;
}
