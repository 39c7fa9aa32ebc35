/** The à trous identity: a dilated section equals the original run on shifted images, interleaved. */
import { describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { fieldOfCell } from "../../compiler/geometry/grid.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Random } from "../../runtime/random.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** Maxima, means, kernels odd and even, grouped and dilated already, residual sums, strides of 2, 3 and 4. */
const bodies = {
  valid: `conv(4, 3x3, padding = valid) relu maxpool(2)
    conv(6, 2x3, stride = 2, padding = valid) relu conv(6, 3x3, dilate = 2, groups = 2, padding = valid)
    maxpool(2) conv(5, 3x3, padding = valid) relu avgpool(2) conv(4, 2x2, padding = valid)`,
  padded: `conv(4, 3x3, stride = 2) relu maxpool(3, stride = 2, padding = 1)
    residual { conv(6, 1x1, stride = 2) relu conv(6, 3x3) } shortcut { conv(6, 1x1, stride = 2) } relu
    conv(6, 4x4) relu maxpool(3, stride = 1, padding = same) conv(5, 3x1)`,
  ceil: `conv(4, 3x3) relu maxpool(2, ceil) conv(4, 3x3) relu maxpool(3, stride = 2, ceil) conv(6, 3x3) relu
    maxpool(2, stride = 3, ceil) conv(5, 3x3) maxpool(3, stride = 2, padding = 1, ceil)`,
  fours: "conv(6, 5x5, stride = 4) relu conv(6, 3x3, stride = 4) relu conv(4, 3x3)",
} as const;

const network = (body: string, dilatedTo = "") =>
  compileNetwork(`network T { input image [2, H, W] encoder e ${dilatedTo} { ${body} } output y }`);

/** An image of whole values from a seed. */
function imageOf(height: number, width: number): MapBatch {
  const random = new Random(5, "image");
  const data = Float32Array.from({ length: height * width * 2 }, () => random.normal());
  return { data, shape: [1, height, width, 2] };
}

/** What is left of the image without its first rows and columns. */
function shifted({ data, shape: [, height, width, channels] }: MapBatch, y: number, x: number): MapBatch {
  const rows = Array.from({ length: height - y }, (_, row) =>
    data.subarray(((y + row) * width + x) * channels, (y + row + 1) * width * channels),
  );
  const left = new Float32Array((height - y) * (width - x) * channels);
  for (const [row, values] of rows.entries()) left.set(values, row * (width - x) * channels);
  return { data: left, shape: [1, height - y, width - x, channels] };
}

async function run(compiled: CompiledNetwork, images: readonly MapBatch[]): Promise<readonly MapBatch[]> {
  const session = await (await loadEngine("wasm")).open(compiled.graph, { seed: 1 });
  const outputs: MapBatch[] = [];
  for (const image of images) {
    const output = (await session.predict(new Map([["image", image]]))).get("y");
    if (output === undefined) throw new Error("the network put out no y");
    outputs.push(output);
  }
  session.close();
  return outputs;
}

function cellOf({ data, shape: [, , width, channels] }: MapBatch, y: number, x: number): readonly number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
}

/** Whether all that the cells of one row or column see lies between `from` and the end of the image. */
function seesInside(
  compiled: CompiledNetwork,
  axis: 0 | 1,
  cell: number,
  from: number,
  size: number,
): boolean {
  const output = compiled.graph.nodes[compiled.graph.outputs[0]?.node ?? 0];
  const geometry = output?.map.geometry[axis];
  const field = geometry?.kind === "grid" ? fieldOfCell(geometry, cell) : undefined;
  return field !== undefined && field.low >= from && field.high < size;
}

/** Compares every cell of the dilated network that `where` picks; returns how many, and the largest difference. */
async function stitch(
  body: string,
  resolution: number,
  [height, width]: readonly [number, number],
  where: "everywhere" | "own cells, and fields inside the image",
) {
  const original = network(body);
  const dilated = network(body, `dilated to 1/${resolution}`);
  const strideOf = ({ graph }: CompiledNetwork) => {
    const geometry = graph.nodes.at(-1)?.map.geometry[0];
    return geometry?.kind === "grid" ? geometry.stride.numerator : Number.NaN;
  };
  expect(strideOf(dilated)).toBe(resolution);
  const spread = strideOf(original) / resolution;
  const image = imageOf(height, width);
  const [whole] = await run(dilated, [image]);
  if (whole === undefined) throw new Error("no output");
  const phases = Array.from(
    { length: spread * spread },
    (_, i) => [Math.floor(i / spread), i % spread] as const,
  );
  const parts = await run(
    original,
    phases.map(([y, x]) => shifted(image, y * resolution, x * resolution)),
  );
  let [compared, between, furthest] = [0, 0, 0];
  for (let y = 0; y < whole.shape[1]; y++)
    for (let x = 0; x < whole.shape[2]; x++) {
      const [phaseY, phaseX] = [y % spread, x % spread];
      const own = phaseY === 0 && phaseX === 0;
      const inside =
        seesInside(dilated, 0, y, phaseY * resolution, height) &&
        seesInside(dilated, 1, x, phaseX * resolution, width);
      if (where !== "everywhere" && !own && !inside) continue;
      const part = parts[phaseY * spread + phaseX];
      if (part === undefined) throw new Error("no such phase");
      const [cellY, cellX] = [(y - phaseY) / spread, (x - phaseX) / spread];
      expect(cellY < part.shape[1] && cellX < part.shape[2], `cell ${y}, ${x} has its original`).toBe(true);
      const expected = cellOf(part, cellY, cellX);
      for (const [c, value] of cellOf(whole, y, x).entries())
        furthest = Math.max(furthest, Math.abs(value - (expected[c] ?? Number.NaN)));
      compared++;
      if (!own) between++;
    }
  // No cell of the original is left out.
  const first = parts[0];
  expect([whole.shape[1], whole.shape[2]].map((cells) => Math.ceil(cells / spread))).toEqual(
    first?.shape.slice(1, 3),
  );
  return { compared, between, furthest };
}

/** Sums of some hundred products of order 1 in 32-bit floats, in two orders. */
const tolerance = 1e-4;

describe("a section that is dilated to a resolution", () => {
  it.each([
    [1, 4],
    [2, 4],
    [4, 16],
  ])("without padding, equals the original on shifted images in all cells: to 1/%i", async (resolution) => {
    // Sizes at which the last rows and columns fill no window, in all combinations.
    for (const size of [[83, 90] as const, ...(resolution === 4 ? [[88, 97] as const] : [])]) {
      const result = await stitch(bodies.valid, resolution, size, "everywhere");
      expect(result.between).toBeGreaterThan(0);
      expect(result.furthest).toBeLessThan(tolerance);
    }
  });

  it.each([
    ["padded", 2],
    ["padded", 4],
    ["ceil", 2],
    ["ceil", 4],
    ["fours", 2],
    ["fours", 8],
  ] as const)(
    "with padding or ceil mode, holds the original's cells, and between them its cells on shifted images where the field lies inside: %s, to 1/%i",
    async (body, resolution) => {
      for (const size of [[96, 101] as const, ...(resolution > 2 ? [[107, 98] as const] : [])]) {
        const result = await stitch(bodies[body], resolution, size, "own cells, and fields inside the image");
        expect(result.between).toBeGreaterThan(0);
        expect(result.furthest).toBeLessThan(tolerance);
      }
    },
  );
});
