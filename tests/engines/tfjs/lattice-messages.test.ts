import { expect, it } from "vitest";
import { appearanceFilter } from "../../../runtime/crf/image-kernels.ts";
import { PermutohedralLattice } from "../../../runtime/crf/permutohedral.ts";
import { onBackend } from "../../../runtime/engines/tfjs/backend.ts";
import { startCpu } from "../../../runtime/engines/tfjs/cpu.ts";
import { latticeMessages } from "../../../runtime/engines/tfjs/gradients/lattice-messages.ts";
import type { Tensor } from "../../../runtime/engines/tfjs/lowering.ts";
import { startWasm } from "../../../runtime/engines/tfjs/wasm.ts";
import { Random } from "../../../runtime/random.ts";
import { guessedScene } from "../../crf/scenes.ts";

const [width, height] = [7, 6];
const images = [1, 2].map((seed) => guessedScene(seed, width, height, 3).image);

it.each([
  ["cpu", startCpu],
  ["wasm", startWasm],
] as const)(
  "the messages of a crf through tensors are what they are through arrays, on %s",
  async (_, start) => {
    const backend = await start();
    if (!("tf" in backend)) throw new Error(backend.reason);
    const { tf } = backend;
    const lattices = images.map((image) => appearanceFilter(image, 5, 20, PermutohedralLattice.of));
    const random = new Random(94);
    const shape = [2, height, width, 4] as const;
    const values = Float32Array.from({ length: 2 * height * width * 4 }, () => random.normal());
    const kept: Tensor[] = [];
    for (const transposed of [false, true]) {
      const read = await onBackend(backend, async () => {
        const input = tf.tensor4d(values, [...shape]);
        const found = latticeMessages(tf, lattices, (tensor) => kept.push(tensor))(input, transposed);
        const data = await found.data();
        for (const tensor of [input, found, ...kept.splice(0)]) tensor.dispose();
        return data;
      });
      const each = values.length / 2;
      lattices.forEach((lattice, image) => {
        const sums = new Float32Array(each);
        lattice.accumulate(values.subarray(image * each, (image + 1) * each), 4, 1, sums, transposed);
        // Single precision, summed in another order.
        sums.forEach(
          (sum, i) => void expect(Math.abs((read[image * each + i] ?? Number.NaN) - sum)).toBeLessThan(1e-5),
        );
      });
    }
  },
);
