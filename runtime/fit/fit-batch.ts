/** Batches through a fit: images padded to the input, labels read at output positions, outputs read at image pixels. */
import type { LabelBatch, MapBatch } from "../arrays.ts";
import type { ImageFit } from "./fit.ts";
import {
  type AxisGrid,
  cellsOfPixels,
  pixelsOfCells,
  positionsOfPixels,
  sourcesOfInput,
} from "./fit-axis.ts";

/** [batch, image height, image width, channels] to [batch, input height, input width, channels]: margins are mirrored. */
export function padImages(images: MapBatch, fit: ImageFit): MapBatch {
  const [batch, height, width, channels] = images.shape;
  const [vertical, horizontal] = fit.axes;
  if (vertical.input === height && horizontal.input === width) return images;
  const rows = sourcesOfInput(height, vertical.input, vertical.before);
  const columns = sourcesOfInput(width, horizontal.input, horizontal.before);
  const data = new Float32Array(batch * rows.length * columns.length * channels);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (const row of rows) {
      const start = (image * height + row) * width;
      for (const column of columns) {
        const from = (start + column) * channels;
        for (let channel = 0; channel < channels; channel++)
          data[to++] = images.data[from + channel] as number; // in range by the fit
      }
    }
  }
  return { data, shape: [batch, rows.length, columns.length, channels] };
}

/**
 * [batch, image height, image width] labels to those of an output's positions, [batch, positions high, positions wide]: the label of the
 * pixel at the position's centre (rounded half up), −1 where that is outside the image. `output` counts in `graph.outputs`.
 */
export function alignLabels(labels: LabelBatch, fit: ImageFit, output: number): LabelBatch {
  const [batch, height, width] = labels.shape;
  const [vertical, horizontal] = gridsOf(fit, output);
  const rows = pixelsOfCells(vertical, fit.axes[0].before, height);
  const columns = pixelsOfCells(horizontal, fit.axes[1].before, width);
  const data = new Int32Array(batch * rows.length * columns.length);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (const row of rows) {
      for (const column of columns) {
        const at = (image * height + row) * width + column;
        data[to++] = row < 0 || column < 0 ? -1 : (labels.data[at] as number); // in range: both are inside the image
      }
    }
  }
  return { data, shape: [batch, rows.length, columns.length] };
}

/**
 * [batch, image height, image width, channels] values to those of an output's positions: of the pixel at the position's centre (rounded
 * half up), NaN where that is outside the image.
 */
export function alignMap(map: MapBatch, fit: ImageFit, output: number): MapBatch {
  const [batch, height, width, channels] = map.shape;
  const [vertical, horizontal] = gridsOf(fit, output);
  const rows = pixelsOfCells(vertical, fit.axes[0].before, height);
  const columns = pixelsOfCells(horizontal, fit.axes[1].before, width);
  const data = new Float32Array(batch * rows.length * columns.length * channels).fill(Number.NaN);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (const row of rows) {
      for (const column of columns) {
        const from = ((image * height + row) * width + column) * channels;
        if (row >= 0 && column >= 0) data.set(map.data.subarray(from, from + channels), to);
        to += channels;
      }
    }
  }
  return { data, shape: [batch, rows.length, columns.length, channels] };
}

/** Class indices at output positions to image pixels: the nearest position. [batch, image height, image width]. */
export function labelsOfImage(labels: LabelBatch, fit: ImageFit, output: number): LabelBatch {
  const [batch] = labels.shape;
  const data = nearestOfImage(labels.data, labels.shape, fit, output, new Int32Array(batch * pixelsOf(fit)));
  return { data, shape: [batch, ...fit.image] };
}

/** As `labelsOfImage`, of one value for each position. @param target of as many values as the images have pixels */
export function nearestOfImage<T extends Float32Array | Int32Array | Uint8Array>(
  values: T,
  [batch, cellRows, cellColumns]: LabelBatch["shape"],
  fit: ImageFit,
  output: number,
  target: T,
): T {
  const [vertical, horizontal] = gridsOf(fit, output);
  const [height, width] = fit.image;
  const rows = cellsOfPixels(vertical, fit.axes[0].before, height);
  const columns = cellsOfPixels(horizontal, fit.axes[1].before, width);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (const row of rows) {
      const start = (image * cellRows + row) * cellColumns;
      for (const column of columns) target[to++] = values[start + column] as number; // clamped to the grid
    }
  }
  return target;
}

/** The position of an output nearest to each row and each column of the image. */
export function nearestPositions(
  fit: ImageFit,
  output: number,
): readonly [rows: Int32Array, columns: Int32Array] {
  const [vertical, horizontal] = gridsOf(fit, output);
  const [height, width] = fit.image;
  const [{ before: top }, { before: left }] = fit.axes;
  return [cellsOfPixels(vertical, top, height), cellsOfPixels(horizontal, left, width)];
}

export function pixelsOf({ image: [height, width] }: Pick<ImageFit, "image">): number {
  return height * width;
}

/** A feature map at output positions to image pixels, bilinear between position centres. [batch, image height, image width, channels]. */
export function mapOfImage(map: MapBatch, fit: ImageFit, output: number): MapBatch {
  const [batch, cellRows, cellColumns, channels] = map.shape;
  const [vertical, horizontal] = gridsOf(fit, output);
  const [height, width] = fit.image;
  const rows = positionsOfPixels(vertical, fit.axes[0].before, height);
  const columns = positionsOfPixels(horizontal, fit.axes[1].before, width);
  const data = new Float32Array(batch * height * width * channels);
  const at = (index: number) => map.data[index] as number; // clamped to the grid
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (const y of rows) {
      const top = Math.floor(y);
      const bottom = Math.min(top + 1, cellRows - 1);
      const down = y - top;
      for (const x of columns) {
        const left = Math.floor(x);
        const right = Math.min(left + 1, cellColumns - 1);
        const across = x - left;
        const corner = (row: number, column: number) =>
          ((image * cellRows + row) * cellColumns + column) * channels;
        const topLeft = corner(top, left);
        const topRight = corner(top, right);
        const bottomLeft = corner(bottom, left);
        const bottomRight = corner(bottom, right);
        for (let c = 0; c < channels; c++) {
          const upper = at(topLeft + c) * (1 - across) + at(topRight + c) * across;
          const lower = at(bottomLeft + c) * (1 - across) + at(bottomRight + c) * across;
          data[to++] = upper * (1 - down) + lower * down;
        }
      }
    }
  }
  return { data, shape: [batch, height, width, channels] };
}

function gridsOf(fit: ImageFit, output: number): readonly [AxisGrid, AxisGrid] {
  const vertical = fit.axes[0].grids[output];
  const horizontal = fit.axes[1].grids[output];
  if (vertical === undefined || horizontal === undefined) throw new Error(`the fit has no output ${output}`);
  return [vertical, horizontal];
}
