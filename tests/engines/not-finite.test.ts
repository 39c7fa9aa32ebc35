/** Where values stop being finite, on every engine of this machine. */
import { expect, it } from "vitest";
import { discs, feed, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { smallSegNet } from "./graphs.ts";
import { openSession } from "./sessions.ts";

const graph = smallSegNet(8);
const { images, labels } = discs(5, 3, 12);
const [inputs, targets] = [feed(images), target(labels)];

const filled = (name: string, value: number) => {
  const [node, weight] = name.split(".");
  const shape = graph.nodes
    .find((one) => one.name === node)
    ?.weights.find((one) => one.name === weight)?.shape;
  if (shape === undefined) throw new Error(`no weight ${name}`);
  const data = new Float32Array(shape.reduce((count, extent) => count * extent, 1)).fill(value);
  return [name, { shape, data }] as const;
};

await onEachEngineHere("the origin of values that are not finite", (engine) => {
  it("is the first feature map that overflows, counted, in a step and in an evaluation", async () => {
    const session = await openSession(engine, graph);
    await session.writeWeights(new Map([filled("conv2.weight", 3e38)]));
    for (const mode of ["step", "evaluate"] as const) {
      const origin = await session.findNotFinite(inputs, targets, mode);
      expect(origin).toMatchObject({ kind: "map", node: "conv2" });
      if (origin?.kind !== "map") throw new Error("no map");
      expect(origin.values).toBeGreaterThan(0);
      expect(origin.values).toBeLessThanOrEqual(origin.of);
    }
  });

  it("is a weight that is not finite, before any feature map", async () => {
    const session = await openSession(engine, graph);
    await session.writeWeights(new Map([filled("conv4.bias", Number.NaN)]));
    expect(await session.findNotFinite(inputs, targets, "step")).toEqual({
      kind: "weight",
      name: "conv4.bias",
    });
  });

  it("is a term of the loss where every feature map is finite", async () => {
    const session = await openSession(engine, graph, { loss: { reduction: "sum" } });
    await session.writeWeights(
      new Map([["conv4.bias", { shape: [2], data: Float32Array.of(3.4e38, -3.4e38) }]]),
    );
    expect(await session.findNotFinite(inputs, targets, "evaluate")).toEqual({
      kind: "loss",
      output: "labels",
      term: "cross_entropy",
    });
  });

  it("is the last gradient in the network where the loss is finite", async () => {
    const loss = { weights: [0, 2e37], reduction: "sum" } as const;
    const session = await openSession(engine, graph, { loss });
    expect(await session.findNotFinite(inputs, targets, "step")).toEqual({
      kind: "gradient",
      weight: "conv4.bias",
    });
  });

  it("is nowhere where everything is finite, and looking for it changes nothing", async () => {
    const session = await openSession(engine, graph);
    const before = [await session.readWeights(), await session.readState()];
    expect(await session.findNotFinite(inputs, targets, "step")).toBeUndefined();
    expect([await session.readWeights(), await session.readState()]).toEqual(before);
  });
});
