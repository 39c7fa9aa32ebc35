import { describe, expect, it } from "vitest";
import {
  afterValidation,
  impossibleState,
  learningRate,
  type ScheduleConfiguration,
  type ScheduleStates,
} from "../../compiler/learning/schedules/registry.ts";
import { float64 } from "../../tools/documentation/learning-record.ts";
import { recordEntry } from "../numeric/record-entry.ts";

/** A run of ten epochs of ten steps. */
const rateAt = (step: number, states: ScheduleStates, ...composed: readonly ScheduleConfiguration[]) =>
  learningRate(composed, 0.8, { step, steps: 100, stepsPerEpoch: 10 }, states);

describe("the learning rate", () => {
  it("is the same in every step of a constant schedule, and without one", () => {
    expect(rateAt(99, {}, { kind: "constant" })).toBe(0.8);
    expect(rateAt(99, {})).toBe(0.8);
  });

  it("of poly is rate · (1 − step / steps) ^ power, from the whole rate at the first step", () => {
    const at = (step: number) => rateAt(step, {}, { kind: "poly", power: 2 });
    expect(at(0)).toBe(0.8);
    expect(at(50)).toBeCloseTo(0.2, 12);
    expect(at(90)).toBeCloseTo(0.008, 12);
  });

  it("of poly and cosine is at its least, and not below, when a resumed run has fewer steps than were made", () => {
    expect(rateAt(120, {}, { kind: "poly", power: 0.9 })).toBe(0);
    expect(rateAt(120, {}, { kind: "cosine", least: 0.1, period: undefined })).toBeCloseTo(0.1, 12);
  });

  it("of cosine is half a cosine down to the least, over the run or over each period", () => {
    const whole = (step: number) => rateAt(step, {}, { kind: "cosine", least: 0.2, period: undefined });
    expect([0, 25, 50, 100].map(whole)).toEqual([0.8, 0.5 + 0.3 * Math.SQRT1_2, 0.5, 0.2].map(near));
    const restarted = (step: number) => rateAt(step, {}, { kind: "cosine", least: 0, period: 2 });
    expect([0, 10, 20, 30].map(restarted)).toEqual([0.8, 0.4, 0.8, 0.4].map(near));
  });

  it("of step drops every few epochs, or after those that are given", () => {
    const every = { kind: "step", every: 3, at: undefined, factor: 0.5 } as const;
    expect([0, 29, 30, 60].map((step) => rateAt(step, {}, every))).toEqual([0.8, 0.8, 0.4, 0.2].map(near));
    const at = { kind: "step", every: undefined, at: [2, 5], factor: 0.1 } as const;
    expect([19, 20, 49, 50].map((step) => rateAt(step, {}, at))).toEqual([0.8, 0.08, 0.08, 0.008].map(near));
  });

  it("of warm_up rises by equal amounts to the whole rate, and stays there", () => {
    const steps = { kind: "warm_up", steps: 4, epochs: undefined, start: 0 } as const;
    expect([0, 1, 2, 3, 4].map((step) => rateAt(step, {}, steps))).toEqual(
      [0.2, 0.4, 0.6, 0.8, 0.8].map(near),
    );
    const epochs = { kind: "warm_up", steps: undefined, epochs: 2, start: 0.5 } as const;
    expect([9, 19, 20].map((step) => rateAt(step, {}, epochs))).toEqual([0.6, 0.8, 0.8].map(near));
  });

  it("of one_cycle is that of PyTorch's OneCycleLR", () => {
    const at = (rise: number, start: number, end: number) =>
      [0, 10, 24, 29, 30, 50, 80, 99].map((step) =>
        rateAt(step, {}, { kind: "one_cycle", rise, start, end }),
      );
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.8, total_steps=100, cycle_momentum=False), in float64
    const usual = [
      0.03200000000000003, 0.23613115877128066, 0.7450331556483543, 0.8, 0.7995972282276195,
      0.6351147604605856, 0.1368271623260765, 3.2e-6,
    ];
    expect(at(0.3, 0.04, 4e-6)).toEqual(usual.map(near));
    // pct_start=0.25, div_factor=10, final_div_factor=100
    const other = [
      0.07999999999999996, 0.34682514376309254, 0.8, 0.7912677812532288, 0.7874458311870011,
      0.5855330956338969, 0.12081452913085913, 0.0008,
    ];
    expect(at(0.25, 0.1, 1e-3)).toEqual(other.map(near));
  });

  it("of one_cycle is defined in the shortest runs, and stays at its end in a run that got longer", () => {
    const one = { kind: "one_cycle", rise: 0.3, start: 0.04, end: 0.5 } as const;
    const rate = (step: number, steps: number) =>
      learningRate([one], 1, { step, steps, stepsPerEpoch: 1 }, {});
    expect([rate(0, 1), rate(0, 2), rate(1, 2), rate(7, 3)].every(Number.isFinite)).toBe(true);
    expect(rate(1, 2)).toBeCloseTo(0.5, 12);
    expect(rate(7, 3)).toBeCloseTo(0.5, 12);
  });

  it("of a composition is what each schedule makes of the rate of the one before it", () => {
    const warm = { kind: "warm_up", steps: 10, epochs: undefined, start: 0 } as const;
    const poly = { kind: "poly", power: 1 } as const;
    expect(rateAt(4, {}, warm, poly)).toBeCloseTo(0.8 * 0.5 * 0.96, 12);
    expect(rateAt(50, {}, warm, poly)).toBeCloseTo(0.4, 12);
    // a warm-up below the least of a cosine is not raised to it
    expect(rateAt(0, {}, warm, { kind: "cosine", least: 0.3, period: undefined })).toBeCloseTo(0.08, 12);
  });
});

/** Each by its formula, at a step of a run of ten epochs of ten steps, from the learning rate r. */
const formulas: readonly (readonly [ScheduleConfiguration, (step: number, r: number) => number])[] = [
  [{ kind: "constant" }, (_, r) => r],
  [{ kind: "poly", power: 0.9 }, (step, r) => r * Math.exp(0.9 * Math.log(1 - step / 100))],
  [
    { kind: "cosine", least: 0.1, period: undefined },
    (step, r) => Math.min(r, 0.1 + (r - 0.1) * Math.cos((Math.PI * step) / 200) ** 2),
  ],
  [{ kind: "cosine", least: 0, period: 3 }, (step, r) => r * Math.cos((Math.PI * (step % 30)) / 60) ** 2],
  [
    { kind: "step", every: 4, at: undefined, factor: 0.5 },
    (step, r) => r * 0.5 ** [40, 80].filter((drop) => step >= drop).length,
  ],
  [
    { kind: "warm_up", steps: undefined, epochs: 2, start: 0.2 },
    (step, r) => r * Math.min(1, 0.2 + (0.8 * (step + 1)) / 20),
  ],
  [
    { kind: "one_cycle", rise: 0.3, start: 0.04, end: 4e-6 },
    (step, r) => {
      const share = (from: number, to: number, at: number) =>
        to + (from - to) * Math.cos((Math.PI * at) / 2) ** 2;
      return r * (step < 29 ? share(0.04, 1, step / 29) : share(1, 4e-6, (step - 29) / 70));
    },
  ],
];

const named = formulas.map(
  ([configuration, formula]) => [configuration.kind, configuration, formula] as const,
);

it.each(named)("%s follows its formula at every step of a run", (_, configuration, formula) => {
  for (const r of [0.8, 3e-4]) {
    const errors = Array.from({ length: 100 }, (_, step) => {
      const found = learningRate([configuration], r, { step, steps: 100, stepsPerEpoch: 10 }, {});
      return Math.abs(found - formula(step, r));
    });
    record(configuration.kind, Math.max(...errors));
  }
});

it("plateau follows its formula: a factor for each time that validation did not improve twice in a row", () => {
  const plateau = { kind: "plateau", patience: 2, factor: 0.3, least: 0.05 } as const;
  const values = [5, 4, 4.5, 4.2, 3, 3.5, 3.1, 3.2, 3.3, 2, 2, 2, 2];
  // counted by hand: drops happen after the validations 4, 7, 9, 12
  const drops = [0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4];
  let states: ScheduleStates = {};
  for (const [i, value] of values.entries()) {
    states = afterValidation([plateau], states, { value, better: "lower" });
    record("plateau", Math.abs(rateAt(0, states, plateau) - Math.max(0.05, 0.8 * 0.3 ** (drops[i] ?? 0))));
  }
});

function record(name: ScheduleConfiguration["kind"], value: number): void {
  expect(value).toBeLessThan(1e-14);
  recordEntry({ catalogue: "schedules", name, computer: float64, value, gradient: undefined });
}

describe("plateau", () => {
  const plateau = { kind: "plateau", patience: 2, factor: 0.5, least: 0.15 } as const;
  /** The rates after each validation. */
  const ratesOf = (values: readonly (number | undefined)[], better: "higher" | "lower") => {
    let states: ScheduleStates = {};
    return values.map((value) => {
      states = afterValidation([{ kind: "constant" }, plateau], states, { value, better });
      return rateAt(0, states, plateau);
    });
  };

  it("drops after each two validations without improvement, down to the least", () => {
    const rates = ratesOf([3, 2, 2, 2, 1, 4, 4, 4, 4, 4, 4], "lower");
    expect(rates).toEqual([0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2, 0.15, 0.15, 0.15].map(near));
  });

  it("takes a measure that is better when higher, and counts what was not measured as no improvement", () => {
    expect(ratesOf([0.1, 0.2, undefined, Number.NaN], "higher")).toEqual([0.8, 0.8, 0.8, 0.4].map(near));
    expect(ratesOf([undefined, undefined, undefined], "higher")).toEqual([0.8, 0.8, 0.8].map(near));
  });

  it("knows the states that it can have", () => {
    const wrong = (state: readonly number[]) => impossibleState([plateau], { plateau: state });
    expect([[], [0.5, 0, 3]].map(wrong)).toEqual([undefined, undefined]);
    for (const state of [[0.5], [0.5, -1, 0], [0.5, 0, 0.5], [0.5, 0, 0, 0]])
      expect(wrong(state)).toBe("plateau");
  });

  it("has a state of finite numbers that a checkpoint can hold", () => {
    const states = afterValidation([plateau], {}, { value: 0.5, better: "higher" });
    expect(JSON.parse(JSON.stringify(states))).toEqual({ plateau: [0.5, 0, 0] });
  });
});

function near(value: number) {
  return expect.closeTo(value, 12);
}
