/** Adam (Kingma & Ba 2015, algorithm 1); weight decay is decoupled (Loshchilov & Hutter 2019, algorithm 2). */
import type { OptimizerSettings, Updated, UpdateOperands } from "./rule.ts";

/** `adam` and `adamw` differ in their default weight decay alone. */
type Settings = OptimizerSettings<"adam" | "adamw">;

export const adam = {
  moments: () => ["first_moment", "second_moment"],
  step: ({ beta1, beta2 }: Settings, count: number) =>
    new Map([
      ["first_correction", 1 / (1 - beta1 ** count)],
      ["root_of_second_correction", Math.sqrt(1 - beta2 ** count)],
    ]),
  update: (
    { build, weight, gradient, moments, learningRate, step }: UpdateOperands,
    { beta1, beta2, epsilon, weightDecay }: Settings,
  ): Updated => {
    const mean = build.multiply(moments("first_moment"), beta1);
    const first = build.add(mean, build.multiply(gradient, 1 - beta1));
    const square = build.multiply(moments("second_moment"), beta2);
    const second = build.add(square, build.multiply(build.multiply(gradient, gradient), 1 - beta2));
    const root = build.divide(build.sqrt(second), step("root_of_second_correction"));
    const rate = build.multiply(learningRate, step("first_correction"));
    const change = build.divide(build.multiply(first, rate), build.add(root, epsilon));
    const decayed =
      weightDecay === 0
        ? change
        : build.add(change, build.multiply(weight, build.multiply(learningRate, weightDecay)));
    return {
      weight: build.subtract(weight, decayed),
      moments: new Map([
        ["first_moment", first],
        ["second_moment", second],
      ]),
    };
  },
};
