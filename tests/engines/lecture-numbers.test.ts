/** The numbers of the lectures, from the words of the language to the engine's answer. */
import { describe, expect, it } from "vitest";
import type { MapBatch } from "../../runtime/arrays.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { everywhere } from "./sessions.ts";

const picture = (rows: readonly (readonly number[])[]): MapBatch => ({
  data: Float32Array.from(rows.flat()),
  shape: [1, rows.length, rows[0]?.length ?? 0, 1],
});

/** The convolution takes 4 from every maximum: 5 6 7 8 become 1 2 3 4. */
const pooling = compileNetwork(`network Pooling {
  input image [1, H, W]
  maxpool(2) as pool
  output largest
  conv(1, 1x1, init = ones) as values
  unpool(pool)
  output unpooled
  from values
  unpool(nearest, 2)
  output repeated
  from values
  unpool(bed_of_nails, 2)
  output nailed
}`).graph;

describe.each(everywhere)("on %s", (engine) => {
  it("maxpool, unpool, nearest and bed of nails give the lectures' numbers", async () => {
    const session = await (await loadEngine(engine)).open(pooling, { seed: 1 });
    const image = picture([[1, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]]); // biome-ignore format: a picture
    await session.writeWeights(new Map([["values.bias", { shape: [1], data: Float32Array.of(-4) }]]));
    const outputs = await session.predict(new Map([["image", image]]));
    session.close();
    expect(outputs).toEqual(
      new Map([
        ["largest", picture([[5, 6], [7, 8]])], // biome-ignore format: a picture
        ["unpooled", picture([[0, 0, 2, 0], [0, 1, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]])], // biome-ignore format: a picture
        ["repeated", picture([[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]])], // biome-ignore format: a picture
        ["nailed", picture([[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]])], // biome-ignore format: a picture
      ]),
    );
  });
});
