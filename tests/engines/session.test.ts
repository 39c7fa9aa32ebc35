/** What the border of engines promises of a session (`runtime/engines/engine.ts`), on every engine of this machine. */
import { describe, expect, it } from "vitest";
import type { LabelBatch, MapBatch } from "../../runtime/arrays.ts";
import { NotFinite, SizeRefusal, WeightMismatch } from "../../runtime/engines/engine.ts";
import { UserError } from "../../runtime/user-error.ts";
import { classesOf, discs, feed, randomLabels, randomMaps, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { oneConvolution, smallSegNet, smallUNet } from "./graphs.ts";
import { adam, dataOf, distance, openSession, sgd } from "./sessions.ts";

const graphs = [
  ["U-Net", smallUNet],
  ["SegNet", smallSegNet],
] as const;
/** Channels that fill a block of the native engine; and what repeats itself does so in a narrow network, on the slowest engine. */
const [blocks, narrow] = [8, 4];
const { images, labels } = discs(5, 3, 12);

async function losses(session: Awaited<ReturnType<typeof openSession>>, steps: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { images, labels } = discs(i, 2, 12);
    found.push((await session.step(feed(images), target(labels), 0.1)).loss);
  }
  return found;
}

await onEachEngineHere("a session", (engine) => {
  describe.each(graphs)("of a small %s", (_, make) => {
    const graph = make(engine === "cpu" ? narrow : blocks);

    it("learns: the loss after 30 steps is less than half of that at the start", async () => {
      const session = await openSession(engine, make(blocks));
      const before = await session.evaluate(feed(images), target(labels));
      await losses(session, 30);
      const after = await session.evaluate(feed(images), target(labels));
      expect(after.loss).toBeLessThan(before.loss / 2);
      const right = classesOf(after).data.filter((label, i) => label === labels.data[i]).length;
      expect(right / labels.data.length).toBeGreaterThan(0.85); // three in four pixels are background
    });

    it("gives the same losses and weights for the same seed, and others for another", async () => {
      const [a, b, c] = [
        await openSession(engine, graph, { seed: 4 }),
        await openSession(engine, graph, { seed: 4 }),
        await openSession(engine, graph, { seed: 5 }),
      ];
      const first = await losses(a, 3);
      expect(await losses(b, 3)).toEqual(first);
      expect(await b.readWeights()).toEqual(await a.readWeights());
      expect(await losses(c, 3)).not.toEqual(first);
    });

    it.each([
      ["SGD", sgd()],
      ["Adam", adam()],
    ])("resumed from weights and state continues as if never stopped: %s", async (_, optimizer) => {
      const unbroken = await openSession(engine, graph, { optimizer });
      await losses(unbroken, 3);
      const weights = await unbroken.readWeights();
      const state = await unbroken.readState();
      const expected = await losses(unbroken, 3);
      const resumed = await openSession(engine, graph, { optimizer });
      await resumed.writeWeights(weights);
      await resumed.writeState(state);
      expect(await losses(resumed, 3)).toEqual(expected);
      expect(await resumed.readWeights()).toEqual(await unbroken.readWeights());
      expect(await resumed.readState()).toEqual(await unbroken.readState());
    });

    it("predicts probabilities whose sum over the classes is 1, and whose largest is the class of evaluate", async () => {
      const session = await openSession(engine, graph);
      const map = (await session.predict(feed(images))).get("labels");
      const predictions = classesOf(await session.evaluate(feed(images), target(labels)));
      expect(map?.shape).toEqual([3, 12, 12, 2]);
      for (const [pixel, label] of predictions.data.entries()) {
        const [first = 0, second = 0] = [...(map?.data.slice(2 * pixel, 2 * pixel + 2) ?? [])];
        expect(first + second).toBeCloseTo(1, 6);
        expect(label).toBe(second > first ? 1 : 0);
      }
    });
  });

  it("changes what is trainable and nothing else", async () => {
    const session = await openSession(engine, oneConvolution({ frozen: true, kernel: 1 }));
    const before = await session.readWeights();
    const step = session.step(feed(randomMaps(1, [1, 4, 4, 2])), target(randomLabels(1, [1, 4, 4], 3)), 1);
    await expect(step).rejects.toThrow("no trainable weights");
    expect(await session.readWeights()).toEqual(before);
  });

  it("moves running statistics by the batch in a step, and not in an evaluation", async () => {
    const session = await openSession(engine, smallSegNet());
    const before = await session.readWeights();
    await session.evaluate(feed(images), target(labels));
    await session.gradients(feed(images), target(labels));
    expect(await session.readWeights()).toEqual(before);
    await session.step(feed(images), target(labels), 0);
    const after = await session.readWeights();
    expect(dataOf(after, "conv1.weight")).toEqual(dataOf(before, "conv1.weight"));
    expect(dataOf(after, "batchnorm1.running_mean")).not.toEqual(dataOf(before, "batchnorm1.running_mean"));
    expect(dataOf(after, "batchnorm1.running_variance")).not.toEqual(
      dataOf(before, "batchnorm1.running_variance"),
    );
  });

  it.each([
    ["the loss", [Number.POSITIVE_INFINITY, 0], undefined],
    ["a gradient", [0, 0], [0, 2e37]],
  ] as const)("leaves everything as it was when %s is not finite", async (what, bias, weights) => {
    const loss = { weights, reduction: "sum" } as const;
    const session = await openSession(engine, smallSegNet(), { optimizer: adam(), loss });
    const array = { shape: [2], data: Float32Array.from(bias) };
    await session.writeWeights(new Map([["conv4.bias", array]]));
    const before = [await session.readWeights(), await session.readState()];
    const error = await session.step(feed(images), target(labels), 0.1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFinite);
    expect((error as NotFinite).message).toContain(what.replace(/^a /, "the "));
    expect([await session.readWeights(), await session.readState()]).toEqual(before);
  });

  it("refuses an input that is not finite, and says where", async () => {
    const session = await openSession(engine, smallUNet());
    const data = images.data.map((value, i) => (i === 144 + 12 + 7 ? Number.NaN : value));
    const prediction = session.predict(feed({ data, shape: images.shape }));
    await expect(prediction).rejects.toThrow("holds NaN (image 1 of the batch, row 1, column 7)");
  });

  it("refuses a size with the sizes it accepts and the nearest", async () => {
    const session = await openSession(engine, smallUNet());
    const odd = feed(randomMaps(1, [1, 13, 12, 1]));
    const error = await session.predict(odd).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SizeRefusal);
    expect((error as SizeRefusal).message).toMatch(/H = 13.*12 and 14.*13×12.*H mod 2 = 0/);
  });

  it.each<readonly [string, ReadonlyMap<string, MapBatch>, LabelBatch, string]>([
    ["no input", new Map(), labels, 'no values are given for its input "image"'],
    ["an unknown input", feed(images).set("depth", images), labels, 'has no input "depth"'],
    [
      "channels that differ",
      feed(randomMaps(1, [3, 12, 12, 2])),
      labels,
      "has 1 channel, and the value given has 2",
    ],
    [
      "labels of another size",
      feed(images),
      randomLabels(1, [3, 12, 10], 2),
      "[3, 12, 10], and the output has [3, 12, 12]",
    ],
    ["a label that is no class", feed(images), randomLabels(1, [3, 12, 12], 5), "classes 0 to 1"],
  ])("refuses %s", async (_, inputs, wrong, message) => {
    const session = await openSession(engine, smallUNet());
    await expect(session.step(inputs, target(wrong), 0.1)).rejects.toThrow(message);
    await expect(session.evaluate(inputs, target(wrong))).rejects.toThrow(UserError);
  });

  it("refuses labels for an output it does not have", async () => {
    const session = await openSession(engine, smallUNet());
    const step = session.step(feed(images), target(labels, "edges"), 0.1);
    await expect(step).rejects.toThrow('has no output "edges" to compare labels with; it has "labels"');
  });

  it("takes weights back bit for bit, in part too", async () => {
    const [from, to] = [
      await openSession(engine, smallSegNet(), { seed: 1 }),
      await openSession(engine, smallSegNet(), { seed: 2 }),
    ];
    const weights = await from.readWeights();
    const before = await to.readWeights();
    await to.writeWeights(new Map([...weights].filter(([name]) => name.startsWith("conv1."))));
    const mixed = await to.readWeights();
    expect(dataOf(mixed, "conv1.weight")).toEqual(dataOf(weights, "conv1.weight"));
    expect(dataOf(mixed, "conv2.weight")).toEqual(dataOf(before, "conv2.weight"));
    await to.writeWeights(weights);
    expect(await to.readWeights()).toEqual(weights);
  });

  it("keeps its own copy of what is written and read", async () => {
    const session = await openSession(engine, oneConvolution());
    const written = { shape: [3], data: Float32Array.of(1, 2, 3) };
    await session.writeWeights(new Map([["conv1.bias", written]]));
    written.data.fill(9);
    (await session.readWeights()).get("conv1.bias")?.data.fill(8);
    expect(dataOf(await session.readWeights(), "conv1.bias")).toEqual([1, 2, 3]);
  });

  it("finishes or refuses what was asked before it was closed, and refuses everything from then on", async () => {
    const session = await openSession(engine, smallUNet(), { optimizer: adam() });
    const step = session.step(feed(images), target(labels), 0.1);
    session.close();
    const outcome: unknown = await step.catch((thrown: unknown) => thrown);
    if (outcome instanceof Error) expect(outcome.message).toBe("the session is closed");
    else expect(outcome).toMatchObject({ loss: expect.any(Number) });
    await expect(session.step(feed(images), target(labels), 0.1)).rejects.toThrow("the session is closed");
    await expect(session.readWeights()).rejects.toThrow("the session is closed");
  });

  it("refuses weights and state that do not fit, and changes nothing", async () => {
    const session = await openSession(engine, oneConvolution());
    const before = await session.readWeights();
    const bias = { shape: [3], data: Float32Array.of(1, 2, 3) };
    const unknown = new Map([
      ["conv1.bias", bias],
      ["conv9.bias", bias],
    ]);
    await expect(session.writeWeights(unknown)).rejects.toThrow(WeightMismatch);
    const wrong = new Map([["conv1.weight", bias]]);
    await expect(session.writeWeights(wrong)).rejects.toThrow("[3], and the network needs [3, 2, 3, 3]");
    expect(await session.readWeights()).toEqual(before);
    const state = new Map(await session.readState());
    state.delete("conv1.bias.velocity");
    await expect(session.writeState(state)).rejects.toThrow('lacks "conv1.bias.velocity"');
  });
});

describe("cpu and wasm", () => {
  it.each(graphs)("agree on the losses and weights of a small %s", async (_, make) => {
    const graph = make(blocks);
    const [a, b] = [await openSession("cpu", graph), await openSession("wasm", graph)];
    // Sessions take turns, so that they may be asked at once.
    const [ofCpu, ofWasm] = await Promise.all([losses(a, 5), losses(b, 5)]);
    // Float32 sums in different order; five steps let differences grow by some tens of roundings.
    expect(distance(ofCpu, ofWasm)).toBeLessThan(1e-4);
    const [cpu, wasm] = [await a.readWeights(), await b.readWeights()];
    for (const name of cpu.keys()) {
      expect(distance(dataOf(cpu, name), dataOf(wasm, name)), name).toBeLessThan(2e-4);
    }
  });
});
