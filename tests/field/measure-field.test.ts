import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { squareHolding } from "../../runtime/field/effective-field.ts";
import { measureField } from "../../tools/cli/field/measure-field.ts";
import { compileNetwork } from "../support/compile-network.ts";

const deep = compileNetwork(`network Deep {
  input image [1, H, W]
  for i in 0 ..< 12 { conv(4, 3x3) relu }
  conv(2, 1x1)
  output labels by softmax
}`);

test("stacked convolutions are moved by less than they see: the effective field is a part of the theoretical one", async () => {
  const output = join(await mkdtemp(join(tmpdir(), "field-")), "field.svg");
  const engine = await loadEngine("wasm");
  const measured = await measureField(deep, engine, undefined, {
    size: [64, 64],
    images: 3,
    seed: 1,
    output,
  });
  expect(measured).toMatchObject({
    network: "Deep",
    map: "conv13",
    cell: [32, 32],
    theoretical: [25, 25],
    images: 3,
  });
  expect(measured.effective[0]).toBe(measured.effective[1]);
  // Over ten seeds the sides were 17 and 19 of 25.
  expect(measured.ratio).toBeGreaterThan(0.4);
  expect(measured.ratio).toBeLessThan(0.95);
  expect(await measureField(deep, engine, undefined, { size: [64, 64], images: 3, seed: 1 })).toEqual(
    measured,
  );
  // The field is 25 of 64 pixels about pixel 32: solid from 20 on.
  expect(await readFile(output, "utf8")).toContain(
    '<rect x="200" y="200" width="250" height="250" fill="none"',
  );
});

test("one convolution with equal weights is moved evenly by its whole window", async () => {
  const network = compileNetwork(
    "network One { input image [1, H, W] conv(1, 5x5, init = constant(1)) output map }",
  );
  const measured = await measureField(network, await loadEngine("cpu"), undefined, {
    size: [16, 16],
    images: 1,
    seed: 1,
  });
  // Without its border it would hold 9 of 25, less than 95.45 %.
  expect(measured).toMatchObject({ theoretical: [5, 5], effective: [5, 5], ratio: 1 });
});

test("the effective field of an even window is not larger than the window", async () => {
  const network = compileNetwork(
    "network Even { input image [1, H, W] conv(1, 4x4, padding = valid, init = constant(1)) output map }",
  );
  const size = [16, 16] as const;
  const measured = await measureField(network, await loadEngine("cpu"), undefined, {
    size,
    images: 1,
    seed: 1,
  });
  expect(measured).toMatchObject({ theoretical: [4, 4], effective: [4, 4], ratio: 1 });
});

test("the square that holds a share is the smallest about the pixel, cut by the image", () => {
  const mass = new Float64Array(7 * 7).fill(1);
  expect(squareHolding(mass, [7, 7], [3, 3], 9 / 49)).toEqual([
    { low: 2, high: 4 },
    { low: 2, high: 4 },
  ]);
  expect(squareHolding(mass, [7, 7], [3, 3], 10 / 49)).toEqual([
    { low: 1, high: 5 },
    { low: 1, high: 5 },
  ]);
  expect(squareHolding(mass, [7, 7], [0, 6], 1)).toEqual([
    { low: 0, high: 6 },
    { low: 0, high: 6 },
  ]);
  expect(squareHolding(new Float64Array(49), [7, 7], [3, 3], 0.5)).toBeUndefined();
});
