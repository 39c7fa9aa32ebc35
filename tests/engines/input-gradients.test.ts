import { describe, expect, it } from "vitest";
import { pathCounts } from "../../compiler/analyses/explain/path-counts.ts";
import { shapeAt } from "../../compiler/analyses/inspect/sizes-asked.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch, WeightArray } from "../../runtime/arrays.ts";
import type { Session } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Random } from "../../runtime/random.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { everywhere, openSession } from "./sessions.ts";

/** Every operation here is smooth, so that differences converge; dilation, a skip, two inputs and both resamplings are in it. */
const smooth = compileNetwork(`network Smooth {
  input image [2, H, W]
  conv(3, 3x3) tanh as fine
  conv(3, 3x3, stride = 2) tanh conv(3, 3x3, dilate = 2) tanh avgpool(2)
  upsample(2, bilinear) transposed_conv(3, 3x3, stride = 2) tanh
  skip fine by concat
  input depth [1, H, W]
  skip fine by concat
  conv(2, 1x1)
  output map
}`).graph;

function shapedAt(graph: Graph, size: number) {
  const shaped = shapeAt(graph, [size, size]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  return shaped;
}

function randomMap(shape: MapBatch["shape"], random: Random): MapBatch {
  const [batch, height, width, channels] = shape;
  return {
    shape,
    data: Float32Array.from({ length: batch * height * width * channels }, () => random.normal()),
  };
}

async function weightedSum(session: Session, inputs: ReadonlyMap<string, MapBatch>, weights: MapBatch) {
  const map = (await session.predict(inputs)).get("map");
  return [...(map?.data ?? [])].reduce((sum, value, place) => sum + value * (weights.data[place] ?? 0), 0);
}

describe.each(everywhere)("gradients by input on %s", (engine) => {
  it("are those of finite differences", async () => {
    const session = await openSession(engine, smooth, { seed: 3 });
    const random = new Random(5, "input gradients");
    const inputs = new Map([
      ["image", randomMap([1, 8, 8, 2], random)],
      ["depth", randomMap([1, 8, 8, 1], random)],
    ]);
    const weights = randomMap([1, 8, 8, 2], random);
    const output = smooth.outputs[0]?.node ?? -1;
    const found = await session.inputGradients(inputs, output, weights);
    const step = 1e-2; // float32: the error of the difference is about 1e-4 from curvature and as much from rounding
    for (const [name, map] of inputs) {
      const gradient = found.get(name);
      expect(gradient?.shape).toEqual(map.shape);
      for (let turn = 0; turn < 12; turn += 1) {
        const place = random.integer(map.data.length);
        const moved = async (by: number) => {
          const data = Float32Array.from(map.data);
          data[place] = (data[place] ?? 0) + by;
          return weightedSum(session, new Map([...inputs, [name, { ...map, data }]]), weights);
        };
        const slope = ((await moved(step)) - (await moved(-step))) / (2 * step);
        expect(Math.abs(slope - (gradient?.data[place] ?? Number.NaN)), `${name} ${place}`).toBeLessThan(
          5e-3,
        );
      }
    }
  });

  it("of a linear network whose weights are one count the paths, hole by hole", async () => {
    const { graph } = compileNetwork(`network Linear {
      input image [1, H, W]
      conv(1, 3x3, dilate = 2, bias = false) as first
      conv(1, 3x3, dilate = 2, stride = 2, bias = false)
      fork by add { path { conv(1, 3x3, dilate = 3, bias = false) } path { } }
      transposed_conv(1, 4x4, stride = 2, bias = false)
      skip first by add
      output map
    }`);
    const session = await (await loadEngine(engine)).open(graph, { seed: 1, expects: [] });
    const ones = [...(await session.readWeights())].map(([name, { shape, data }]): [string, WeightArray] => [
      name,
      { shape, data: new Float32Array(data.length).fill(1) },
    ]);
    await session.writeWeights(new Map(ones));
    const output = graph.outputs[0]?.node ?? -1;
    const shaped = shapedAt(graph, 24);
    for (const [row, column] of [
      [12, 12],
      [13, 12],
      [0, 23],
    ] as const) {
      const data = new Float32Array(24 * 24);
      data[row * 24 + column] = 1;
      const image: MapBatch = { shape: [1, 24, 24, 1], data: new Float32Array(24 * 24) };
      const found = await session.inputGradients(new Map([["image", image]]), output, {
        shape: [1, 24, 24, 1],
        data,
      });
      const counts = pathCounts(shaped, output, [row, column]).get(graph.inputs[0] ?? -1);
      expect([...(found.get("image")?.data ?? [])]).toEqual([...(counts?.counts ?? [])]);
    }
    session.close();
  });

  it("is zero for an input the map does not depend on, and leaves nothing behind", async () => {
    const session = await openSession(engine, smooth);
    const random = new Random(6, "input gradients");
    const inputs = new Map([
      ["image", randomMap([1, 8, 8, 2], random)],
      ["depth", randomMap([1, 8, 8, 1], random)],
    ]);
    const fine = smooth.nodes.find(({ origin }) => origin.label === "fine")?.id ?? -1;
    const weights = randomMap([1, 8, 8, 3], random);
    await session.inputGradients(inputs, fine, weights);
    const before = session.allocations();
    const found = await session.inputGradients(inputs, fine, weights);
    expect(found.get("depth")?.data.every((value) => value === 0)).toBe(true);
    expect(found.get("image")?.data.some((value) => value !== 0)).toBe(true);
    expect(session.allocations()).toBe(before);
  });
});
