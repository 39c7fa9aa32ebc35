import { expect, it } from "vitest";
import type { PoolAttributes } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { distinctMaps, maps, normalMaps, picture, rowsOf, tiedMaps } from "./reference/map.ts";
import * as reference from "./reference/pooling.ts";
import { compare, compute, verify } from "./verify.ts";

const none = { before: 0, after: 0 };

function pool(
  kernel: readonly [number, number],
  stride: readonly [number, number],
  rest: Partial<PoolAttributes> = {},
): PoolAttributes {
  return { kernel, stride, dilation: [1, 1], padding: [none, none], ceil: false, ...rest };
}

const around = (before: number, after = before) => ({ before, after });

/** What each row tries: [title, attributes, [batch, channels, height, width]]. */
const pools: readonly (readonly [string, PoolAttributes, readonly [number, number, number, number]])[] = [
  ["2x2", pool([2, 2], [2, 2]), [2, 3, 6, 4]],
  ["2x2 with cells left over", pool([2, 2], [2, 2]), [1, 2, 5, 7]],
  ["2x2 in ceil mode with cells left over", pool([2, 2], [2, 2], { ceil: true }), [1, 2, 5, 7]],
  ["3x3 windows that overlap", pool([3, 3], [2, 2], { padding: [around(1), around(1)] }), [2, 2, 7, 8]],
  ["3x3 at stride 1, padded", pool([3, 3], [1, 1], { padding: [around(1), around(1)] }), [1, 2, 4, 5]],
  ["3x2 windows at stride 2x3", pool([3, 2], [2, 3]), [1, 3, 9, 8]],
  [
    "3x3 in ceil mode, padded on one side",
    pool([3, 3], [2, 2], { padding: [around(0, 1), around(1, 0)], ceil: true }),
    [1, 2, 8, 8],
  ],
  [
    "a last window that would start in the padding",
    pool([2, 2], [2, 2], { padding: [around(1), around(1)], ceil: true }),
    [1, 1, 5, 5],
  ],
  ["a kernel smaller than its stride", pool([1, 2], [2, 3]), [1, 2, 7, 8]],
  ["2x2 at stride 1, dilated by 2", pool([2, 2], [1, 1], { dilation: [2, 2] }), [2, 2, 5, 6]],
  [
    "3x3 at stride 1, dilated by 2x3 and padded",
    pool([3, 3], [1, 1], { dilation: [2, 3], padding: [around(2), around(3, 4)] }),
    [1, 2, 6, 5],
  ],
  [
    "3x2 windows at stride 2x3, dilated by 2x3, in ceil mode",
    pool([3, 2], [2, 3], { dilation: [2, 3], padding: [around(1, 0), around(2)], ceil: true }),
    [1, 2, 10, 9],
  ],
  ["3x3 windows at stride 3x2, dilated by 2x3", pool([3, 3], [3, 2], { dilation: [2, 3] }), [1, 2, 9, 11]],
];

await onEachEngine("max pooling", (backend) => {
  it("takes the largest of every 2x2 window (the lecture's example)", async () => {
    const input = picture([
      [1, 2, 6, 3],
      [3, 5, 2, 1],
      [1, 2, 2, 1],
      [7, 3, 4, 8],
    ]);
    const expected = picture([
      [5, 6],
      [7, 8],
    ]);
    const { output } = await compute(
      backend,
      { operation: "maxpool", attributes: pool([2, 2], [2, 2]), inputs: [input], reference: () => expected },
      expected,
      expected,
    );
    expect(rowsOf(output)).toEqual(rowsOf(expected));
  });

  it.each(pools)("is right for %s", async (_title, attributes, shape) => {
    await verify(backend, {
      operation: "maxpool",
      attributes,
      inputs: [distinctMaps(new Random(1), shape)],
      reference: ([input]) => reference.maxpool(attributes, input ?? picture([])),
    });
  });

  it.each(pools)(
    "gives the gradient of a tie to the first maximum alone, for %s",
    async (_title, attributes, shape) => {
      const input = tiedMaps(new Random(2), shape);
      const expected = reference.maxpool(attributes, input);
      const random = new Random(3);
      const { batch, channels, height, width } = expected;
      const cotangent = maps(batch, channels, height, width, () => random.integer(9) + 1);
      const { output, inputGradients } = await compute(
        backend,
        { operation: "maxpool", attributes, inputs: [input], reference: () => expected },
        expected,
        cotangent,
      );
      compare("output", output.data, expected.data, 0);
      const gradient = reference.unpool(attributes, input, cotangent);
      compare("gradient", inputGradients[0]?.data ?? [], gradient.data, 0);
    },
  );

  it("finds maxima below zero beside padding", async () => {
    const attributes = pool([3, 3], [2, 2], { padding: [around(1), around(1)] });
    const input = maps(1, 1, 4, 4, (_b, _c, y, x) => -100 - y - x);
    await verify(backend, {
      operation: "maxpool",
      attributes,
      inputs: [input],
      reference: ([map]) => reference.maxpool(attributes, map ?? picture([])),
    });
  });
});

await onEachEngine("unpooling", (backend) => {
  it("lays values where the maxima were (the lecture's example)", async () => {
    const poolInput = picture([
      [1, 2, 6, 3],
      [3, 5, 2, 1],
      [1, 2, 2, 1],
      [7, 3, 4, 8],
    ]);
    const attributes = pool([2, 2], [2, 2]);
    const values = picture([
      [1, 2],
      [3, 4],
    ]);
    const expected = picture([
      [0, 0, 2, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 0],
      [3, 0, 0, 4],
    ]);
    const { output } = await compute(
      backend,
      {
        operation: "unpool",
        attributes,
        inputs: [values, values],
        differentiableInputs: 1,
        pool: { attributes, input: poolInput },
        reference: () => expected,
      },
      expected,
      expected,
    );
    expect(rowsOf(output)).toEqual(rowsOf(expected));
  });

  it.each(pools)(
    "adds what meets on one cell, and fetches gradients from there, for %s",
    async (_title, attributes, shape) => {
      const poolInput = tiedMaps(new Random(4), shape);
      const pooled = reference.maxpool(attributes, poolInput);
      const values = normalMaps(new Random(5), [pooled.batch, pooled.channels, pooled.height, pooled.width]);
      await verify(backend, {
        operation: "unpool",
        attributes,
        inputs: [values, pooled],
        differentiableInputs: 1,
        pool: { attributes, input: poolInput },
        reference: ([map]) => reference.unpool(attributes, poolInput, map ?? picture([])),
      });
    },
  );
});

await onEachEngine("average pooling", (backend) => {
  it.each(pools)("does not count padding, for %s", async (_title, attributes, shape) => {
    await verify(backend, {
      operation: "avgpool",
      attributes,
      inputs: [normalMaps(new Random(6), shape)],
      reference: ([input]) => reference.avgpool(attributes, input ?? picture([])),
    });
  });
});

await onEachEngine("global pooling", (backend) => {
  it.each(["max", "average"] as const)("reduces every channel to its %s", async (kind) => {
    await verify(backend, {
      operation: "global_pool",
      attributes: { kind },
      inputs: [distinctMaps(new Random(8), [2, 3, 4, 5])],
      reference: ([input]) => reference.globalPool(kind, input ?? picture([])),
    });
  });

  it("gives the gradient of a tie to the first maximum alone", async () => {
    const input = picture([
      [1, 3, 0],
      [3, 2, 3],
    ]);
    const { inputGradients } = await compute(
      backend,
      {
        operation: "global_pool",
        attributes: { kind: "max" },
        inputs: [input],
        reference: () => picture([[3]]),
      },
      picture([[3]]),
      picture([[5]]),
    );
    expect(inputGradients.map(rowsOf)).toEqual([
      [
        [0, 5, 0],
        [0, 0, 0],
      ],
    ]);
  });
});

await onEachEngine("pooling to bins", (backend) => {
  it.each([
    [
      [2, 3],
      [2, 2, 6, 9],
    ],
    [
      [3, 2],
      [1, 2, 7, 5],
    ],
    [
      [4, 6],
      [1, 2, 3, 4],
    ],
    [
      [1, 5],
      [1, 3, 6, 6],
    ],
  ] as const)(
    "of %j from %j is right where bins divide the map, overlap, or are more than cells",
    async (bins, shape) => {
      for (const kind of ["max", "average"] as const) {
        await verify(backend, {
          operation: "adaptive_pool",
          attributes: { kind, bins },
          inputs: [distinctMaps(new Random(9), shape)],
          reference: ([input]) => reference.adaptivePool(kind, bins, input ?? picture([])),
        });
      }
    },
  );

  it("gives the gradient of a tie to the first maximum of the bin in row order", async () => {
    const input = picture([
      [1, 3, 0, 2],
      [3, 3, 2, 2],
    ]);
    const test = {
      operation: "adaptive_pool",
      attributes: { kind: "max", bins: [1, 2] },
      inputs: [input],
    } as const;
    const expected = picture([[3, 2]]);
    const { inputGradients } = await compute(
      backend,
      { ...test, reference: () => expected },
      expected,
      picture([[5, 7]]),
    );
    expect(inputGradients.map(rowsOf)).toEqual([
      [
        [0, 5, 0, 7],
        [0, 0, 0, 0],
      ],
    ]);
  });
});
