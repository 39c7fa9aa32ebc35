/** The context module of Yu & Koltun 2016 begins as the identity (section 3, equations 4 and 5). */
import { describe, expect, it } from "vitest";
import type { MapBatch } from "../../runtime/arrays.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomMaps } from "./batches.ts";

const modules = { basic: [1, 1, 1, 1, 1, 1, 1], large: [2, 2, 4, 8, 16, 32, 32] } as const;

/** What the untrained module makes of an image, and the rest of the network does not touch. */
async function untrained(widths: readonly number[], noise: number, image: MapBatch): Promise<MapBatch> {
  const { graph } = compileNetwork(`import { context_module } from "std/blocks"
    network Context { input image [3, H, W] context_module(3, widths = [${widths.join(", ")}], noise = ${noise}) output y }`);
  const session = await (await loadEngine("wasm")).open(graph, { seed: 1 });
  const y = (await session.predict(feed(image))).get("y");
  session.close();
  if (y === undefined) throw new Error("no y");
  return y;
}

const signed = randomMaps(1, [1, 12, 9, 3]);
const positive = { ...signed, data: signed.data.map(Math.abs) };
const furthest = (a: MapBatch, b: MapBatch) =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] ?? Number.NaN))), 0);

describe.each(Object.entries(modules))("the untrained %s context module", (_name, widths) => {
  it("is the identity on what is not negative, and its relu on the rest", async () => {
    // A map's channels, shares of at most 1, are added up: 31 roundings of 6e-8 in the last layer, fewer before.
    expect(furthest(await untrained(widths, 0, positive), positive)).toBeLessThan(4e-6);
    const relu = { ...signed, data: signed.data.map((value) => Math.max(0, value)) };
    expect(furthest(await untrained(widths, 0, signed), relu)).toBeLessThan(4e-6);
  });

  it("stays near it with the noise that tells the channels of a map apart", async () => {
    const y = await untrained(widths, 0.01, positive);
    // Values are up to 1. A layer's noise sums up 9 · channels values times 0.01 / channels: far below a tenth.
    expect(furthest(y, positive)).toBeGreaterThan(0);
    expect(furthest(y, positive)).toBeLessThan(0.1);
  });
});
