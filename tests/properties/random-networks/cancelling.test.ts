/**
 * Random networks whose gradients are what is left of far larger terms: engines are as far from float64 there as the terms are
 * rounded, and no further.
 */
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { Random } from "../../../runtime/random.ts";
import { compareTraining } from "../../../tools/verify/random-networks/compare-training.ts";
import { randomProgram } from "../../../tools/verify/random-networks/generate.ts";
import { judgeDiagnostics } from "../../../tools/verify/random-networks/judge-diagnostics.ts";
import { subjectOf } from "../../../tools/verify/random-networks/subject.ts";
import { compileNetwork } from "../../support/compile-network.ts";

const engines: Engine[] = [];
for (const name of ["wasm", "native"] as const) {
  const engine = await loadEngine(name);
  if ((await engine.probe()).works) engines.push(engine);
}

/** conv2 and conv3 add one number to every channel before a softmax over them, which cancels: their gradients are 0. */
const beforeSoftmax = `
  input image [1, H, 2 * W - 2]
  from image conv(1, 1) as m1
  from image conv(1, 1) as m2
  from image conv(1, 1)
  attend(m1, m2)
  layer_scale
  skip image by maximum
  skip image, image, image by concat as m3
  gather(m3, mean)
  softmax(over = space) as m4
  from m3
  distribute(m4) as m5
  avgpool(global)
  conv(1, 1, dilate = 3)
  conv(1, 3)
  skip m5 by subtract
  output labels by softmax`;

/** The third path of the pyramid normalises two values, one of each image: the result is −1 and 1, nearly whatever they are. */
const ofTwoValues = `
  input image [3, H, 17]
  conv(3, 1, groups = 3) as m1
  from image gather(m1, mean) as m2
  from image conv(3, 1)
  distribute(m2)
  conv(3, 1, dilate = 2)
  skip image by multiply
  pyramid_pooling(current, 2, bins = [2, 1])
  fork by minimum {
    path { conv(3, 3) }
    path { conv(3, 3, dilate = 2) }
    path { conv(3, 3, dilate = 3x1) }
  }
  pad(top = 1, bottom = 0, left = 2, right = 0, constant, value = 0.5)
  fork by add {
    path { conv(3, 3) conv(3, 1, padding = valid) }
    path { }
  }
  crop to image, aligned
  output labels`;

/** The normalisation subtracts most of what the bias of the transposed convolution adds. */
const beforeNormalisation = `
  input image [3, 22, 32]
  encoder {
    conv(2, 1x2, dilate = 2)
    conv(1, 3, padding = valid)
    instancenorm as m1
    avgpool(2, ceil) as m2
    maxpool(2, ceil) as m3
  }
  conv(1, 3, padding = valid)
  conv(1, 5, padding = 1) as m4
  conv(1, 1)
  softmax(over = space) as m5
  from m4
  gather(m5, mean)
  skip m4 by maximum
  decoder {
    unpool(nearest, 2)
    squeezed()
    conv(1, 1, padding = valid)
    upsample(2, learned, kernel = 3, channels = 1)
    squeezed()
    batchnorm
  }
  output labels`;

const networkOf = (body: string) =>
  compileNetwork(`import { pyramid_pooling } from "std/blocks"
block squeezed(x: map = current) { maxpool(global) conv(1, 1) sigmoid skip x by multiply }
network N {${body}
}`);

const subjects = [
  ["a softmax over what all channels share", beforeSoftmax, "conv3.bias"],
  ["a normalisation of two values", ofTwoValues, "pyramid_pooling1.fork1.path3.conv_bn1.conv1.weight"],
  ["a normalisation after gates", beforeNormalisation, "decoder.transposed_conv1.bias"],
] as const;

describe.each(subjects)("%s", (_, body, weight) => {
  it("leaves gradients that are as float64 but for rounding", async () => {
    const { disagreements, sensitive } = await compareTraining(networkOf(body), engines);
    expect(disagreements).toEqual([]);
    expect(sensitive).toBeGreaterThan(0);
  }, 120_000);

  it("leaves a gradient that is found wrong where it is further away", async () => {
    const [first, ...others] = engines;
    if (first === undefined) throw new Error("wasm is on every machine");
    const broken = [withGradient(first, weight), ...others];
    const { disagreements } = await compareTraining(networkOf(body), broken);
    expect(disagreements.map(({ detail }) => detail).join("\n")).toContain(`the gradient of ${weight}`);
  }, 120_000);
});

/** An engine whose gradient by a weight is off by a hundredth of the largest gradient. */
function withGradient(engine: Engine, weight: string): Engine {
  const open: Engine["open"] = async (graph, options) => {
    const session = await engine.open(graph, options);
    const gradients: typeof session.gradients = async (inputs, targets) => {
      const found = await session.gradients(inputs, targets);
      const norms = [...found.values()].map(({ data }) => Math.hypot(...data));
      const own = found.get(weight);
      if (own === undefined) throw new Error(`there is no ${weight}`);
      const off = Math.max(...norms) / 100;
      return new Map([...found, [weight, { ...own, data: own.data.map((value) => value + off) }]]);
    };
    return new Proxy(session, {
      get: (target, name) => {
        if (name === "gradients") return gradients;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
  };
  return { ...engine, open };
}

it("an error about a feature map that six sizes have, none of them among the first 200, is judged at these", () => {
  const subject = subjectOf(randomProgram(new Random(1, "network 1720")));
  expect(subject.compilation.diagnostics).toContainEqual(
    expect.objectContaining({ code: "operations/dense-needs-constant-size", severity: "error" }),
  );
  expect(judgeDiagnostics(subject)).toEqual([]);
}, 120_000);
