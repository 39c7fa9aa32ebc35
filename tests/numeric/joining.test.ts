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

  it("subtracts the others from the first", async () => {
    await verify(backend, {
      operation: "subtract",
      attributes: {},
      inputs: [random(17, 2, 3, 4), random(18, 2, 3, 4), random(19, 2, 3, 4)],
      reference: (inputs) => reference.combine(inputs, (a, b) => a - b),
    });
  });

  it.each([
    ["maximum", Math.max],
    ["minimum", Math.min],
  ] as const)("takes the %s of three maps", async (operation, of) => {
    await verify(backend, {
      operation,
      attributes: {},
      inputs: [random(20, 2, 3, 4), random(21, 2, 3, 4), random(22, 2, 3, 4)],
      reference: (inputs) => reference.combine(inputs, (a, b) => of(a, b)),
    });
  });

  for (const [operation, of] of [
    ["add", (a: number, b: number) => a + b],
    ["subtract", (a: number, b: number) => a - b],
    ["multiply", (a: number, b: number) => a * b],
    ["maximum", Math.max],
    ["minimum", Math.min],
  ] as const) {
    it.each([
      ["one position", [3, 1, 1]],
      ["one channel", [1, 4, 5]],
      ["one number for each image", [1, 1, 1]],
    ] as const)(`${operation}: repeats %s`, async (_, [channels, height, width]) => {
      const [large, small] = [random(23, 3, 4, 5), random(24, channels, height, width)];
      for (const inputs of [
        [large, small],
        [small, large],
      ])
        await verify(backend, {
          operation,
          attributes: {},
          inputs,
          reference: (given) => reference.combine(given, (a, b) => of(a, b)),
        });
    });
  }

  it("multiplies a map of many channels at one position with one of one channel at many", async () => {
    await verify(backend, {
      operation: "multiply",
      attributes: {},
      inputs: [random(25, 3, 1, 1), random(26, 1, 4, 5), random(27, 3, 4, 5)],
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
      attributes: { margins, mode, value: 0 },
      inputs: [random(15, 2, 4, 5)],
      reference: ([map = random(15, 2, 4, 5)]) => reference.pad(map, margins, mode),
    });
  });

  it("pads with a constant, which gets no gradient", async () => {
    const margins = [around(2, 1), around(0, 3)] as const;
    await verify(backend, {
      operation: "pad",
      attributes: { margins, mode: "constant", value: -1.5 },
      inputs: [random(15, 2, 4, 5)],
      reference: ([map = random(15, 2, 4, 5)]) => reference.pad(map, margins, "zeros", -1.5),
    });
  });

  it.each([
    ["edge", "more than the map is wide", [around(5), around(4, 7)]],
    ["reflect", "one less than the map is wide, the most there is to reflect", [around(1), around(2, 1)]],
  ] as const)("pads with %s by %s", async (mode, _title, margins) => {
    await verify(backend, {
      operation: "pad",
      attributes: { margins, mode, value: 0 },
      inputs: [random(16, 1, 2, 3)],
      reference: ([map = random(16, 1, 2, 3)]) => reference.pad(map, margins, mode),
    });
  });
});
