import { expect, it } from "vitest";
import type { PoolAttributes } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { type Maps, normalMaps, valueAt } from "./reference/map.ts";
import * as reference from "./reference/pooling.ts";
import { compute } from "./verify.ts";

const none = { before: 0, after: 0 };

function ceilPool(kernel: number, stride: number): PoolAttributes {
  return {
    kernel: [kernel, kernel],
    stride: [stride, stride],
    dilation: [1, 1],
    padding: [none, none],
    ceil: true,
  };
}

/**
 * The pool without its stride, on a map `dilation` times as fine: as many cells of padding after the map as the clipped last
 * window of ceil mode reaches past it.
 */
function unstrided({ kernel, stride }: PoolAttributes, dilation: number): PoolAttributes {
  const after = Math.min(stride[0] - 1, kernel[0] - 1) * dilation;
  const padding = { before: 0, after };
  return {
    kernel,
    stride: [1, 1],
    dilation: [dilation, dilation],
    padding: [padding, padding],
    ceil: true,
  };
}

/** Sizes at which windows are clipped, fit, and (with a stride above the kernel) start past the map. */
const cases: readonly (readonly [string, PoolAttributes, PoolAttributes])[] = [
  ["2x2 at stride 2, twice", ceilPool(2, 2), ceilPool(2, 2)],
  ["3x3 at stride 2, then 2x2 at stride 2", ceilPool(3, 2), ceilPool(2, 2)],
  ["2x2 at stride 3, then 3x3 at stride 2", ceilPool(2, 3), ceilPool(3, 2)],
];

await onEachEngine("two pools in ceil mode without their strides (à trous)", (backend) => {
  it.each(cases)(
    "hold the cells of the strided ones, clipped windows too: %s",
    async (_title, first, second) => {
      for (const size of [9, 10, 11, 12]) {
        const image = normalMaps(new Random(size), [1, 2, size, size + 3]);
        const pool = async (attributes: PoolAttributes, input: Maps): Promise<Maps> => {
          const expected = reference.maxpool(attributes, input);
          const test = {
            operation: "maxpool",
            attributes,
            inputs: [input],
            reference: () => expected,
          } as const;
          return (await compute(backend, test, expected, expected)).output;
        };
        const strided = await pool(second, await pool(first, image));
        const fine = await pool(unstrided(second, first.stride[0]), await pool(unstrided(first, 1), image));
        const step = first.stride[0] * second.stride[0];
        expect(Math.ceil(fine.height / step)).toBe(strided.height);
        expect(Math.ceil(fine.width / step)).toBe(strided.width);
        for (let c = 0; c < 2; c++) {
          for (let y = 0; y < strided.height; y++) {
            for (let x = 0; x < strided.width; x++) {
              expect(valueAt(fine, [0, c, y * step, x * step])).toBe(valueAt(strided, [0, c, y, x]));
            }
          }
        }
      }
    },
  );
});
