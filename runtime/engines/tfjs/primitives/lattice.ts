/** Messages on a permutohedral lattice. */
import { channelsLast, rowMajor } from "../axis-order.ts";
import { runOwnKernel } from "../kernels/own-kernel.ts";
import type { Tensor } from "../types.ts";
import type { PrimitiveKernels } from "./kernel-call.ts";

export const lattice: PrimitiveKernels<"lattice"> = (call) => {
  const { tf, attributes, operands } = call;
  call.take(0, channelsLast);
  for (const place of [1, 2, 3]) call.take(place, rowMajor(operands[place]?.shape ?? []));
  return {
    results: [{ order: channelsLast }],
    run: ([x, corners, shares, neighbours]) => {
      if (x === undefined || corners === undefined || shares === undefined || neighbours === undefined)
        throw new Error("a lattice lacks its tables");
      const made = runOwnKernel<Tensor>(tf, "Lattice", { x, corners, shares, neighbours }, attributes);
      if (made === undefined) throw new Error(`${tf.getBackend()} has no kernel for lattices`);
      return [made];
    },
  };
};
