/** The file of a runnable project that crops and changes training images. */
import { type AugmentationCode, cropLine } from "./augmentations.ts";

export function augmentText(channels: number, { places, values, functions }: AugmentationCode): string {
  const changes = [...places, ...values].length > 0;
  const isCropped = places.at(-1) === cropLine;
  const isReplaced = values.some((line) => line.includes("values = "));
  return `/** A training image and its labels${changes ? ", changed at random as the train section says, and" : ""} cropped to one size. */
import type { Labels, Picture } from "./images.ts";

/** A number from 0 to 1, without 1. */
export type Random = () => number;

type Size = readonly [height: number, width: number];

/** An image after changes of place: its size, and where its points come from. Pixel i reaches from i to i + 1. */
interface View {
  readonly height: number;
  readonly width: number;
  readonly source: (y: number, x: number) => [y: number, x: number];
}

export interface Augmented {
  /** From 0 to 1, in rows, channels last. */
  readonly values: Float32Array;
  /** The class of a pixel of the crop, -1 where it is unknown. */
  readonly labelAt: (y: number, x: number) => number;
}

export function augmented(image: Picture, labels: Labels, size: Size, random: Random): Augmented {
  let view: View = { height: image.height, width: image.width, source: (y, x) => [y, x] };
  ${places.join("\n  ")}
  ${isCropped ? "" : cropLine}
  ${isReplaced ? "let" : "const"} values = sampled(view, size, image);
  ${values.join("\n  ")}
  return { values, labelAt: (y, x) => nearest(view, labels, y, x) };
}

/** At a random place inside, or around the image where it is smaller. */
function cropped(view: View, [height, width]: Size, random: Random): View {
  const place = (room: number): number => Math.sign(room) * Math.floor(random() * (Math.abs(Math.trunc(room)) + 1));
  const [top, left] = [place(view.height - height), place(view.width - width)];
  return { height, width, source: (y, x) => view.source(y + top, x + left) };
}

/** Bilinear between the centres of pixels, mirrored beyond the edges. */
function sampled(view: View, [height, width]: Size, image: Picture): Float32Array {
  const values = new Float32Array(height * width * ${channels});
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [down, right] = view.source(y + 0.5, x + 0.5);
      const [top, left] = [Math.floor(down - 0.5), Math.floor(right - 0.5)];
      for (const [row, rowShare] of shares(top, down - 0.5 - top)) {
        for (const [column, columnShare] of shares(left, right - 0.5 - left)) {
          const from = (mirrored(row, image.height) * image.width + mirrored(column, image.width)) * ${channels};
          const to = (y * width + x) * ${channels};
          for (let c = 0; c < ${channels}; c += 1) {
            values[to + c] = (values[to + c] ?? 0) + (rowShare * columnShare * (image.data[from + c] ?? 0)) / 255;
          }
        }
      }
    }
  }
  return values;
}

function shares(first: number, rest: number): [position: number, share: number][] {
  return rest === 0 ? [[first, 1]] : [[first, 1 - rest], [first + 1, rest]];
}

/** The edge pixel is repeated. */
function mirrored(index: number, length: number): number {
  const within = ((index % (2 * length)) + 2 * length) % (2 * length);
  return within < length ? within : 2 * length - 1 - within;
}

/** The class of the nearest pixel; outside of the image it is unknown. */
function nearest(view: View, { data, width, height }: Labels, y: number, x: number): number {
  if (y < 0 || y >= view.height || x < 0 || x >= view.width) return -1;
  const [row, column] = view.source(y + 0.5, x + 0.5).map(Math.floor) as [number, number];
  const inside = row >= 0 && row < height && column >= 0 && column < width;
  return inside ? (data[row * width + column] ?? -1) : -1;
}
${functions.join("")}`;
}
