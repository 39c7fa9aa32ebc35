/** Forecasts of memory compared with what the engines really take. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryPeak } from "../../compiler/analyses/cost/memory-schedule.ts";
import { shapeAt } from "../../compiler/analyses/inspect/sizes-asked.ts";
import { losses } from "../../compiler/learning/losses/registry.ts";
import { optimizers } from "../../compiler/learning/optimizers/registry.ts";
import { operations } from "../../compiler/ops/registry.ts";
import type { Recomputation } from "../../compiler/tensors/passes/recompute/dropped-values.ts";
import { engineNames, loadEngine } from "../../runtime/engines/engines.ts";
import { inputSizes } from "../../runtime/engines/input-sizes.ts";
import { loadTensorFlow } from "../../runtime/engines/tfjs/load.ts";
import { sessionTraining } from "../../runtime/training/session-training.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { compareMemory } from "../../tools/verify/memory/compare.ts";
import { memorySubjects } from "../../tools/verify/memory/subjects.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileExample } from "../support/compile-source.ts";

const share = (forecast: number, measured: number): number => Math.abs(forecast - measured) / measured;

it("every example has its place in the comparison", () => {
  const files = readdirSync(join(packageRoot(), "examples")).filter((name) => name.endsWith(".fcn"));
  expect(memorySubjects.map(({ example }) => example).toSorted()).toEqual(files.toSorted());
});

/** The layers of a context have tens of times as many channels as the rest; `npm run verify:memory` measures all of them. */
const narrower: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "dilation8.fcn": { widths: "[2, 2, 4, 8, 8, 16, 16]" },
};

// What is left out is a few hundred bytes of each operator of XNNPACK and of tables in C++, which counts in networks this narrow.
describe("on wasm, within 10 % of what is in use on its heap", () => {
  it.each(memorySubjects)("$example", { timeout: 180_000 }, async ({ example, settings, size }) => {
    const network = compileExample(example, { ...settings, ...narrower[example] });
    for (const { run, forecast, measured } of await compareMemory("wasm", network, size, 2))
      expect(share(forecast, measured), run).toBeLessThan(0.1);
  });
});

/** Between them, all operations. */
const everyOperation = {
  "pyramids, unpooling and normalisations": `network A(classes = 3) {
    input image [4, H, W]
    conv(8, 3x3, stride = 2) batchnorm relu as half
    conv(8, 3x3, dilate = 2, groups = 2) instancenorm elu
    maxpool(2) as pool
    conv(8, 3x3, groups = 8) groupnorm(4) leaky_relu prelu layernorm layer_scale lrn
    unpool(pool) tanh
    skip half by add
    upsample(2, nearest) relu6 dropout(0.5)
    swish gelu hard_swish hard_sigmoid softplus abs affine(0.3, shift = 1)
    conv(classes, 1x1)
    output labels by softmax
  }`,
  "resampling, joins and pixels": `network B(classes = 2) {
    input image [4, H, W]
    conv(8, 3x3) relu as whole
    pixel_unshuffle(2) avgpool(2) upsample(2, bilinear) pixel_shuffle(2) as back
    maxpool(2) unpool(bed_of_nails, 2)
    skip whole by multiply
    fork by maximum { path { } path { avgpool(global) } }
    fork by minimum { path { } path { from whole } }
    skip whole by subtract
    skip back by concat
    fork by concat {
      path { avgpool(global) conv(2, 1x1) upsample(to = whole, nearest) }
      path { maxpool(bins = 2) conv(2, 1x1) sigmoid upsample(to = whole, bilinear) }
    }
    pad(1, reflect) conv(4, 3x3, padding = valid)
    transposed_conv(4, 5x5, padding = valid) crop(1)
    crop to whole, aligned
    conv(1, 1x1)
    output mask by sigmoid
  }`,
  "a field after fully connected layers": `network C(classes = 2) {
    input image [3, 16, 16]
    dense(8) relu
    transposed_conv(classes, 16x16, padding = valid)
    crf(image, iterations = 2)
    output labels by softmax
  }`,
  "attention and channels": `network D(classes = 2) {
    input image [4, H, W]
    conv(8, 3x3, stride = 2) relu as x
    conv(4, 1x1) as key
    from x channel_shuffle(2) as value
    from x conv(4, 1x1) attend(key, value, heads = 2)
    skip x by add as seen
    conv(3, 1x1) softmax(over = space) as regions
    from seen gather(regions) conv(4, 1x1) as gathered
    from seen conv(3, 1x1) softmax distribute(gathered) as context
    from seen
    fork by concat { path { maxpool(over = channels) } path { avgpool(over = channels) } }
    conv(1, 3x3) sigmoid
    skip context by multiply
    layer_scale(0.1, shared)
    conv(classes, 1x1)
    output labels by softmax
  }`,
};

it("the networks below have every operation between them", () => {
  const used = Object.values(everyOperation).flatMap((text) => compileNetwork(text).graph.nodes);
  expect([...new Set(used.map(({ operation }) => operation))].toSorted()).toEqual(
    Object.keys(operations).toSorted(),
  );
});

/** Each is where the most memory is taken; `conv` before it is small. */
const peaks = {
  "dilation beyond the feature map": "conv(8, 3x3, dilate = 12)",
  "dilation of one channel each": "conv(8, 3x3, dilate = 3, groups = 8)",
  "dilation and a stride": "conv(8, 3x3, dilate = 2, stride = 2)",
  "overlapping pools with padding": "maxpool(3, stride = 1, padding = 1)",
  "pools that round up": "maxpool(3, stride = 2, ceil)",
};
const aroundPeak = (text: string) => `network E(classes = 2) {
  input image [4, H, W]
  conv(8, 3x3, stride = 2) relu
  ${text} relu
  conv(classes, 1x1)
  output labels by softmax
}`;

describe("on cpu, the bytes of all arrays", () => {
  it.each([
    ...Object.entries(everyOperation),
    ...Object.entries(peaks).map(([title, text]) => [title, aroundPeak(text)] as const),
  ])("of %s, exactly", async (_title, text) => {
    for (const { run, forecast, measured } of await compareMemory("cpu", compileNetwork(text), 16, 3)) {
      expect(forecast, run).toBe(measured);
    }
  });
});

describe("of a step that computes feature maps again", () => {
  const deep = `network Deep(classes = 2) {
    input image [4, H, W]
    conv(8, 3x3) batchnorm relu as top
    maxpool(2)
    repeat 6 { conv(8, 3x3) batchnorm relu dropout(0.2) }
    upsample(2, bilinear) skip top by concat
    conv(classes, 1x1)
    output labels by softmax
  }`;
  const trained = async (engine: "cpu" | "wasm", recomputation: Recomputation | undefined) => {
    const [, train] = await compareMemory(engine, compileNetwork(deep), 32, 3, recomputation);
    if (train === undefined) throw new Error("a step is measured");
    return train;
  };

  let whole: Awaited<ReturnType<typeof trained>>;
  let wholeOnWasm: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    whole = await trained("cpu", undefined);
    wholeOnWasm = await trained("wasm", undefined);
  });

  it.each([
    { segments: 3, products: true },
    { segments: 6, products: false },
  ])("with $segments segments, products $products, it is forecast, and less", async (recomputation) => {
    const again = await trained("cpu", recomputation);
    expect(again.forecast).toBe(again.measured);
    // normalisation and activations are loops of these engines already, which hold little
    const most = recomputation.products ? 0.85 : 0.97;
    expect(again.measured).toBeLessThan(most * whole.measured);
    const onWasm = await trained("wasm", recomputation);
    expect(share(onWasm.forecast, onWasm.measured)).toBeLessThan(0.1);
    expect(onWasm.measured).toBeLessThan(most * wholeOnWasm.measured);
  });
});

/** A network of one convolution for each form of target, and its train section. */
const learning: Readonly<Record<string, readonly [network: string, targets: string]>> = {
  classes: ["conv(classes, 1x1)\n output y by softmax", ""],
  // An image is placed by an output that has positions.
  class: [
    "conv(4, 1x1) as x\n conv(classes, 1x1)\n output z by softmax\n from x avgpool(global) conv(classes, 1x1)\n output y by softmax",
    'targets z = labels, y = image_class("a, b")',
  ],
  heat: ["conv(1, 1x1)\n output y by sigmoid", 'targets centres("c/*.csv")'],
  distributions: ["conv(313, 1x1)\n output y by softmax", "targets colour_bins"],
  directions: ["conv(3, 1x1)\n output y", 'targets normals("n/*.png")'],
  values: ["conv(3, 1x1)\n output y", "targets image"],
  logarithms: ["conv(1, 1x1)\n output y", 'targets depth("d/*.png", log)'],
};

function learningBy(loss: string, form: string, optimizer = "adam"): string {
  const [network = "", targets = ""] = learning[form] ?? [];
  const body = loss === "balanced_cross_entropy" ? "conv(1, 1x1)\n output y by sigmoid" : network;
  return `network N(classes = 2) {\n input image [3, H, W]\n ${body}\n}
    train N {
      data folder("d", images = "*.png", labels = "*.png")
      ${targets}
      loss ${loss}
      optimizer ${optimizer}
    }`;
}

describe("on cpu, the bytes of all arrays of a step", () => {
  it.each(losses.map(({ name, compares }) => [name, compares.at(-1) ?? "values"] as const))(
    "with the loss %s, exactly",
    async (loss, form) => {
      const network = compileNetwork(learningBy(loss, form));
      for (const { run, forecast, measured } of await compareMemory("cpu", network, 8, 2))
        expect(forecast, run).toBe(measured);
    },
  );

  it.each(optimizers.map(({ name }) => name))("with the optimizer %s, exactly", async (optimizer) => {
    const network = compileNetwork(learningBy("focal + tversky", "classes", optimizer));
    for (const { run, forecast, measured } of await compareMemory("cpu", network, 8, 2))
      expect(forecast, run).toBe(measured);
  });

  it.each(["clip norm(1)", "clip value(1)", "accumulate 3", "accumulate 2\n clip norm(1)", "average ema"])(
    "with `%s`, exactly",
    async (entries) => {
      const network = compileNetwork(learningBy("focal", "classes", `adam\n ${entries}`));
      for (const { run, forecast, measured } of await compareMemory("cpu", network, 8, 2))
        expect(forecast, run).toBe(measured);
    },
  );
});

describe("a forecast", () => {
  const network = compileExample("u-net.fcn", { width: "4" });
  const shaped = shapeAt(network.graph, [64, 64]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  const sizes = inputSizes(shaped);

  it.each(engineNames)("is made for %s, whether it is installed or not", async (name) => {
    const engine = await loadEngine(name);
    const predict = await engine.forecast(network.graph, { sizes });
    const train = await engine.forecast(network.graph, { sizes, training: sessionTraining(network) });
    expect(memoryPeak(train, 1).bytes).toBeGreaterThan(memoryPeak(predict, 1).bytes);
    expect(train.moments).toBe(2 * train.weights); // Adam's, of a network whose weights are all trained
  });

  it("grows by the image", async () => {
    const schedule = await (await loadEngine("wasm")).forecast(network.graph, { sizes });
    const [one, two, three] = [4, 5, 6].map((batch) => memoryPeak(schedule, batch).bytes);
    expect((three ?? 0) - (two ?? 0)).toBe((two ?? 0) - (one ?? 0));
  });

  it("gives back what it takes", async () => {
    const schedule = await (await loadEngine("wasm")).forecast(network.graph, {
      sizes,
      training: sessionTraining(network),
    });
    const left = schedule.changes.reduce((sum, { fixed, perImage }) => sum + fixed + perImage, 0);
    // What stays is what the pools' operators hold, for good: four pools.
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(memoryPeak(schedule, 1).bytes / 50);
  });
});

it("a forecast leaves no tensor behind", async () => {
  const { graph, train } = compileNetwork(
    "network N(classes = 2) {\n  input image [3, H, W]\n  conv(4, 3x3) batchnorm relu\n  conv(classes, 1x1)\n  output y by softmax\n}",
  );
  const tf = await loadTensorFlow();
  const engine = await loadEngine("cpu");
  const sizes = new Map([["image", [8, 8] as const]]);
  const training = sessionTraining({ graph, train });
  // A forecast's own backend is gone after it; the number of tensors is asked of one that is there.
  const tensors = async (): Promise<number> => {
    await tf.setBackend("cpu");
    return tf.memory().numTensors;
  };
  const before = await tensors();
  await engine.forecast(graph, { sizes, training });
  await engine.forecast(graph, { sizes });
  expect(await tensors()).toBe(before);
});
