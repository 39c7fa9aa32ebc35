/** Mean field as Zheng et al. (2015, algorithm 1) write it, in double precision, with the messages as dense matrices. */
import { type Maps, maps } from "./map.ts";
import { type Weights, weightAt } from "./weights.ts";

/** K of one kernel over the cells of one image, [receiver, sender], in row order. */
export type Kernel = readonly (readonly number[])[];

/** @param kernels of each image of the batch */
export function meanFieldScores(
  scores: Maps,
  kernels: readonly { readonly appearance: Kernel; readonly smoothness: Kernel }[],
  weights: Weights,
  iterations: number,
): Maps {
  const { batch, channels: classes, height, width } = scores;
  const result = maps(batch, classes, height, width, () => 0);
  const cells = height * width;
  for (let image = 0; image < batch; image++) {
    const given = row(cells, (i) => row(classes, (l) => scores.data[(image * classes + l) * cells + i] ?? 0));
    const kernel = kernels[image];
    if (kernel === undefined) throw new Error(`no kernels for image ${image}`);
    let x = given;
    for (let iteration = 0; iteration < iterations; iteration++) {
      const q = x.map(softmax);
      const appearance = received(kernel.appearance, q, classes);
      const smoothness = received(kernel.smoothness, q, classes);
      x = given.map((own, i) => {
        const weighted = row(
          classes,
          (l) =>
            weightAt(weights, "appearance", l) * (appearance[i]?.[l] ?? Number.NaN) +
            weightAt(weights, "smoothness", l) * (smoothness[i]?.[l] ?? Number.NaN),
        );
        return own.map(
          (score, l) =>
            score -
            weighted.reduce(
              (sum, message, other) => sum + weightAt(weights, "compatibility", l, other) * message,
              0,
            ),
        );
      });
    }
    for (const [i, cell] of x.entries())
      for (const [l, score] of cell.entries()) result.data[(image * classes + l) * cells + i] = score;
  }
  return result;
}

function received(kernel: Kernel, q: readonly (readonly number[])[], classes: number): number[][] {
  return kernel.map((shares) =>
    row(classes, (l) => shares.reduce((sum, share, j) => sum + share * (q[j]?.[l] ?? Number.NaN), 0)),
  );
}

function softmax(scores: readonly number[]): readonly number[] {
  const most = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - most));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

function row<T>(count: number, at: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => at(index));
}
