/**
 * The filter of a permutohedral lattice as operations on tensors, for backends whose tensors cannot be read at once (WebGPU).
 *
 * Splat is a scatter that adds, blur and slice are gathers, from tables that are made on the processor. The lattices of a batch
 * are concatenated: their vertices are numbered consecutively. Row 0 belongs to no vertex and is zero.
 */
import type { PermutohedralLattice } from "../../../crf/permutohedral.ts";
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from "../lowering.ts";
import type { Messages } from "./gaussian-messages.ts";
import { gatheredSums } from "./window-messages.ts";

/**
 * @param lattices one for each image, over its positions in row order; of the same dimensions and number of positions
 * @param keep is given the tensors of the tables, which must live as long as the messages are used
 */
export function latticeMessages(
  tf: TensorFlow,
  lattices: readonly PermutohedralLattice[],
  keep: (tensor: Tensor) => void,
): Messages {
  const { rows, stride, gain, corners, shares, neighbours } = joinedTables(lattices);
  const kept = <T extends Tensor>(tensor: T): T => {
    keep(tensor);
    return tensor;
  };
  const places = kept(tf.tensor1d(corners, "int32"));
  const indices = kept(tf.tensor2d(corners, [corners.length, 1], "int32"));
  const parts = kept(tf.tensor3d(shares, [corners.length / stride, stride, 1]));
  const steps = neighbours.map(({ before, after }) => ({
    before: kept(tf.tensor1d(before, "int32")),
    after: kept(tf.tensor1d(after, "int32")),
  }));
  return (x, transposed) => {
    const channels = x.shape[3];
    const points = x.size / channels;
    return tf.tidy(() => {
      const split = tf.mul<Tensor3D>(tf.reshape(x, [points, 1, channels]), parts);
      const updates: Tensor2D = tf.reshape(split, [points * stride, channels]);
      let sums = tf.scatterND(indices, updates, [rows, channels]) as Tensor2D; // of that shape
      for (const { before, after } of transposed ? steps.toReversed() : steps) {
        sums = blurred(tf, sums, before, after);
      }
      return tf.reshape(tf.mul(gatheredSums(tf, sums, places, parts), gain), x.shape);
    });
  };
}

/** ½ 1 ½ along one direction. */
function blurred(tf: TensorFlow, sums: Tensor2D, before: Tensor1D, after: Tensor1D): Tensor2D {
  const around = tf.add(tf.gather(sums, before), tf.gather(sums, after));
  return tf.add(sums, tf.mul(around, 0.5));
}

interface JoinedTables {
  /** Vertices of all images, and row 0. */
  readonly rows: number;
  readonly stride: number;
  readonly gain: number;
  /** [point, stride], the points of all images. */
  readonly corners: Int32Array;
  readonly shares: Float32Array;
  /** For each direction, the row before and after each row; 0 where there is none. */
  readonly neighbours: readonly { readonly before: Int32Array; readonly after: Int32Array }[];
}

function joinedTables(lattices: readonly PermutohedralLattice[]): JoinedTables {
  const all = lattices.map(({ tables }) => tables);
  const [first] = all;
  if (first === undefined) throw new Error("messages over no image");
  const { stride, gain } = first;
  const rows = 1 + all.reduce((sum, { vertices }) => sum + vertices, 0);
  const each = first.corners.length;
  const corners = new Int32Array(each * all.length);
  const shares = new Float32Array(each * all.length);
  const neighbours = first.chains.map(() => ({ before: new Int32Array(rows), after: new Int32Array(rows) }));
  let from = 0;
  for (const [image, tables] of all.entries()) {
    const row = (vertex: number): number => (vertex === 0 ? 0 : from + vertex);
    corners.set(tables.corners.map(row), image * each);
    shares.set(tables.shares, image * each);
    for (const [direction, chain] of tables.chains.entries()) {
      const { before, after } = neighbours[direction] ?? {};
      if (before === undefined || after === undefined) throw new Error("lattices of different dimensions");
      for (let i = 1; i < chain.length; i++) {
        const [one, next] = [row(chain[i - 1] ?? 0), row(chain[i] ?? 0)];
        if (one === 0 || next === 0) continue; // a chain ends here
        after[one] = next;
        before[next] = one;
      }
    }
    from += tables.vertices;
  }
  return { rows, stride, gain, corners, shares, neighbours };
}
