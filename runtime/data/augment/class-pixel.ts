/** A random pixel of a random class, so that rare classes come as often as common ones. */
import type { Random } from "../../random.ts";
import { type Canvas, geometricMap } from "../canvas.ts";
import type { SizedLayer } from "../layers/layer.ts";
import { resampleNearest } from "../layers/resample.ts";

const ignored = -1;

/** Each class that the canvas shows is equally likely, then each of its pixels; `undefined`: nothing is labelled. */
export function classPixel(
  canvas: Canvas,
  classes: SizedLayer,
  random: Random,
): { readonly y: number; readonly x: number } | undefined {
  const [rows, columns] = [Math.max(1, Math.trunc(canvas.height)), Math.max(1, Math.trunc(canvas.width))];
  const seen = new Int32Array(rows * columns);
  resampleNearest(classes, geometricMap(canvas, [rows, columns]), seen, ignored);
  const counts = new Map<number, number>();
  for (const value of seen) if (value !== ignored) counts.set(value, (counts.get(value) ?? 0) + 1);
  const present = [...counts.keys()].sort((a, b) => a - b);
  if (present.length === 0) return undefined;
  const chosen = present[random.integer(present.length)] ?? ignored;
  let before = random.integer(counts.get(chosen) ?? 1);
  const at = seen.findIndex((value) => value === chosen && before-- === 0);
  return { y: Math.floor(at / columns), x: at % columns };
}
