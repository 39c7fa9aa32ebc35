import { it } from "vitest";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import * as reference from "./reference/joining.ts";
import { type Maps, normalMaps } from "./reference/map.ts";
import { verify } from "./verify.ts";

const around = (before: number, after = before) => ({ before, after });
const random = (seed: number, channels: number, height: number, width: number): Maps =>
  normalMaps(new Random(seed), [2, channels, height, width]);

await onEachEngine("joining", (backend) => {
  it("concatenates three maps of different depth", async () => {
    await verify(backend, {
      operation: "concat",
      attributes: {},
      inputs: [random(1, 2, 3, 4), random(2, 1, 3, 4), random(3, 4, 3, 4)],
      reference: reference.concat,
    });
  });

  it("adds three maps", async () => {
    await verify(backend, {
      operation: "add",
      attributes: {},
      inputs: [random(4, 2, 3, 4), random(5, 2, 3, 4), random(6, 2, 3, 4)],
      reference: (inputs) => reference.combine(inputs, (a, b) => a + b),
    });
  });

  it("multiplies maps", async () => {
    await verify(backend, {
      operation: "multiply",
      attributes: {},
      inputs: [random(7, 2, 3, 4), random(8, 2, 3, 4)],
      reference: (inputs) => reference.combine(inputs, (a, b) => a * b),
    });
  });

  it("passes a single map on when there is nothing to join it with", async () => {
    const inputs = [random(7, 2, 3, 4)];
    await verify(backend, { operation: "concat", attributes: {}, inputs, reference: reference.concat });
  });

  it("crops by the offset that geometry gave", async () => {
    await verify(backend, {
      operation: "crop_to",
      attributes: { rule: "aligned", offset: [2, 1] },
      inputs: [random(10, 2, 7, 6), random(11, 1, 3, 4)],
      differentiableInputs: 1,
      reference: ([map = random(10, 2, 7, 6)]) => reference.window(map, [2, 1], [3, 4]),
    });
  });

  it("crops by half the difference where no offset is given", async () => {
    await verify(backend, {
      operation: "crop_to",
      attributes: { rule: "centred", offset: [undefined, undefined] },
      inputs: [random(12, 2, 7, 6), random(13, 1, 3, 4)],
      differentiableInputs: 1,
      reference: ([map = random(12, 2, 7, 6)]) => reference.window(map, [2, 1], [3, 4]),
    });
  });

  it("crops margins", async () => {
    await verify(backend, {
      operation: "crop",
      attributes: { margins: [around(1, 2), around(0, 3)] },
      inputs: [random(14, 3, 6, 5)],
      reference: ([map = random(14, 3, 6, 5)]) => reference.window(map, [1, 0], [3, 2]),
    });
  });

  it.each(["zeros", "reflect", "edge"] as const)("pads with %s", async (mode) => {
    const margins = [around(2, 1), around(0, 3)] as const;
    await verify(backend, {
      operation: "pad",
      attributes: { margins, mode },
      inputs: [random(15, 2, 4, 5)],
      reference: ([map = random(15, 2, 4, 5)]) => reference.pad(map, margins, mode),
    });
  });

  it.each([
    ["edge", "more than the map is wide", [around(5), around(4, 7)]],
    ["reflect", "one less than the map is wide, the most there is to reflect", [around(1), around(2, 1)]],
  ] as const)("pads with %s by %s", async (mode, _title, margins) => {
    await verify(backend, {
      operation: "pad",
      attributes: { margins, mode },
      inputs: [random(16, 1, 2, 3)],
      reference: ([map = random(16, 1, 2, 3)]) => reference.pad(map, margins, mode),
    });
  });
});
