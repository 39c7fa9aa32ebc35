/** What the programs of a runnable project take of a train section, and what they refuse. Nothing trains here. */
import { describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { learningRate } from "../../compiler/learning/schedules/registry.ts";
import { learningRateBody } from "../../compiler/targets/typescript/runnable/learning-rate.ts";
import { notRunnable } from "../../compiler/targets/typescript/runnable/not-runnable.ts";
import { typescript } from "../../compiler/targets/typescript/typescript.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { compileText } from "../support/compile-source.ts";

function trained(section: string): CompiledNetwork {
  const {
    networks: [network],
    diagnostics,
  } = compileText(`network A(classes = 2) {
    input image [3, H, W]
    conv(classes, 3x3)
    output labels by softmax
  }
  train A { ${section} }`);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (network?.train === undefined) throw new Error("the test's network does not compile");
  return network;
}

describe("the printed learning rate is that of the training loop", () => {
  it.each([
    "constant",
    "poly(power = 0.7)",
    "cosine(least = 1e-5)",
    "cosine(period = 3)",
    "step(2, factor = 0.5)",
    "step(at = [1, 4])",
    "warm_up(5), poly",
    "one_cycle",
    "one_cycle(0.25, start = 0.1, end = 1e-3)",
    "warm_up(epochs = 2, start = 0.1), cosine(least = 1e-4, period = 2)",
  ])("%s", (schedule) => {
    const { train } = trained(`optimizer sgd(0.1)\n schedule ${schedule}\n epochs 6`);
    if (train === undefined) throw new Error("no train section");
    const body = learningRateBody(0.1, train.schedule);
    const printed = new Function("step", "steps", "stepsPerEpoch", body) as (...clock: number[]) => number; // what the body returns
    for (let step = 0; step < 42; step += 1) {
      const expected = learningRate(train.schedule, 0.1, { step, steps: 42, stepsPerEpoch: 7 }, {});
      expect(printed(step, 42, 7)).toBeCloseTo(expected, 12);
    }
  });
});

it("a plateau drops the printed learning rate as often as the training loop does, by the mean IoU of held-out images", async () => {
  const { train } = trained("optimizer sgd(0.1)\n schedule poly, plateau(2, factor = 0.5, least = 0.02)");
  if (train === undefined) throw new Error("no train section");
  const printed = new Function(
    "step",
    "steps",
    "stepsPerEpoch",
    "drops",
    learningRateBody(0.1, train.schedule),
  ) as (...clock: number[]) => number; // what the body returns
  for (const drops of [0, 1, 2, 3]) {
    const clock = { step: 10, steps: 42, stepsPerEpoch: 7 };
    const expected = learningRate(train.schedule, 0.1, clock, { plateau: [0.5, 0, drops] });
    expect(printed(10, 42, 7, drops)).toBeCloseTo(expected, 12);
  }
  const emission = await typescript.emit({
    ...livelySubject(trained("schedule plateau(2)")),
    runnable: true,
  });
  if (emission.kind === "refused") throw new Error("refused");
  const text = new TextDecoder().decode(emission.files.get("train.ts"));
  expect(text).toContain("if (waited >= 2) [waited, drops] = [0, drops + 1];");
  expect(text).toContain("const measure = await meanIoU();");
});

it("what train.ts does not support is refused by name", () => {
  expect(notRunnable(trained("augment crop(8), flip"))).toBeUndefined();
  expect(notRunnable(trained("augment crop(8), rotate(10), elastic, hue(10), cutout(4)"))).toBeUndefined();
  expect(notRunnable(trained("start from Earlier"))).toContain(
    "says start from Earlier, which train.ts does not support",
  );
  expect(notRunnable(trained("augment crop(8, rare = 50%), perspective(10%)"))).toContain(
    "says augment crop(rare = …), augment perspective, which train.ts does not support",
  );
  expect(
    notRunnable(
      trained(
        'schedule plateau\n keep best by loss\n clip norm(1)\n accumulate 4\n average ema\n groups weights("conv1", weight_decay = 0)\n augment jpeg(40 .. 90), flip',
      ),
    ),
  ).toBe(
    "the train section of A says schedule plateau by loss, augment jpeg, groups, clip norm, accumulate 4, average ema, which train.ts does not support; remove it or emit the module alone",
  );
});

it("what is refused is found at its line", () => {
  const source =
    "network A(classes = 2) {\n  input image [3, H, W]\n  conv(classes, 3x3)\n  output labels by softmax\n}\ntrain A {\n  augment perspective(10%)\n  clip norm(1)\n}";
  const {
    networks: [network],
    files,
  } = compileText(source);
  if (network === undefined) throw new Error("the test's network does not compile");
  const [path] = files.keys();
  expect(notRunnable(network, files)).toContain(
    `says augment perspective (${path}:7), clip norm (${path}:8), which train.ts does not support`,
  );
});

it("a seed decides the order of the images, their crops and which are mirrored", async () => {
  const emission = await typescript.emit({
    ...livelySubject(trained("augment flip\n seed 7")),
    runnable: true,
  });
  if (emission.kind === "refused") throw new Error("refused");
  const text = new TextDecoder().decode(emission.files.get("train.ts"));
  expect(text).toContain('seed: { type: "string", default: "7" }');
  expect(text).not.toContain("Math.random");
});

it("crops and mirroring are those of the train section", async () => {
  const text = async (section: string) => {
    const emission = await typescript.emit({ ...livelySubject(trained(section)), runnable: true });
    if (emission.kind === "refused") throw new Error("refused");
    const text = (name: string) => new TextDecoder().decode(emission.files.get(name));
    return { train: text("train.ts"), augment: text("augment.ts") };
  };
  const given = await text("augment crop(8, 16), flip");
  expect(given.train).toContain("[8, 16][axis]");
  expect(given.augment).toContain("if (random() < 0.5) view = flipped(view);");
  const none = await text("optimizer adam");
  expect(none.train).toContain("[Infinity, Infinity][axis]");
  expect(none.augment).not.toContain("flipped");
});
