import { describe, expect, it } from "vitest";
import type { WeightArray } from "../../runtime/arrays.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomLabels, randomMaps, target } from "./batches.ts";
import { everywhere, openSession, sgd } from "./sessions.ts";

const network = (weights: string) =>
  compileNetwork(`network N {
    input image [3, H, W]
    block unit { conv(3, 3x3) batchnorm(momentum = 0.5) relu }
    unit as a
    maxpool(2)
    unit${weights} as b
    upsample(to = a, nearest)
    skip a by concat
    conv(2, 1x1) as head
    output labels by softmax
  }`).graph;
const [once, twice] = [network("(weights = a)"), network("")];
const images = feed(randomMaps(1, [2, 6, 8, 3]));
const labels = target(randomLabels(2, [2, 6, 8], 2));

/** float32, and sums in another order. */
const tolerance = 1e-5;
function near(first: WeightArray | undefined, second: readonly number[]): void {
  expect(first?.data.length).toBe(second.length);
  for (const [i, value] of second.entries())
    expect(Math.abs((first?.data[i] ?? 0) - value)).toBeLessThan(tolerance);
}

describe.each(everywhere)("a layer that is applied twice on %s", (engine) => {
  it("gives what two layers of equal weights give, and its gradient is the sum of theirs", async () => {
    const shared = await openSession(engine, once);
    const weights = await shared.readWeights();
    expect([...weights.keys()].some((name) => name.startsWith("b."))).toBe(false);
    const copies = await openSession(engine, twice);
    const copied = [...weights].flatMap(([name, value]) =>
      name.startsWith("a.")
        ? [[name, value] as const, [name.replace("a.", "b."), value] as const]
        : [[name, value] as const],
    );
    await copies.writeWeights(new Map(copied));
    const outputs = await Promise.all([shared, copies].map((session) => session.predict(images)));
    near({ shape: [], data: outputs[0]?.get("labels")?.data ?? new Float32Array() }, [
      ...(outputs[1]?.get("labels")?.data ?? []),
    ]);
    const [own, others] = [await shared.gradients(images, labels), await copies.gradients(images, labels)];
    for (const [name, gradient] of own) {
      const first = others.get(name)?.data ?? new Float32Array();
      const second = others.get(name.replace("a.", "b."))?.data;
      const sum = name.startsWith("a.") ? first.map((value, i) => value + (second?.[i] ?? 0)) : first;
      near(gradient, [...sum]);
    }
  });

  it("continues with its running statistics from the first time to the second", async () => {
    const shared = await openSession(engine, once, { optimizer: sgd({ learningRate: 0 }) });
    const copies = await openSession(engine, twice, { optimizer: sgd({ learningRate: 0 }) });
    const start = await shared.readWeights();
    const weights = new Map<string, WeightArray>();
    for (const [name, value] of start) {
      weights.set(name, value);
      if (name.startsWith("a.")) weights.set(name.replace("a.", "b."), value);
    }
    await copies.writeWeights(weights);
    const before = shared.allocations();
    for (const session of [shared, copies]) await session.step(images, labels, 0);
    expect(shared.allocations()).toBe(before);
    const [own, others] = [await shared.readWeights(), await copies.readWeights()];
    for (const [name, initial] of [
      ["running_mean", 0],
      ["running_variance", 1],
    ] as const) {
      const at = (layer: string) => [...(others.get(`${layer}.batchnorm1.${name}`)?.data ?? [])];
      // with momentum one half: s1 = s0/2 + m1/2 and then s1/2 + m2/2, where s0/2 + m2/2 is what the copy has
      const chained = at("a").map((first, i) => first / 2 + ((at("b")[i] ?? 0) - initial / 2));
      near(own.get(`a.batchnorm1.${name}`), chained);
    }
  });
});
