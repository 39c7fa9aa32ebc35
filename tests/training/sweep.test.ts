/** The trials of a sweep and their rounds: what follows from a train section, without training. */
import { describe, expect, it } from "vitest";
import { Diverged } from "../../runtime/training/diverged.ts";
import { runTrials, type TrialResult } from "../../runtime/training/sweep/run-trials.ts";
import { sweepCsv } from "../../runtime/training/sweep/sweep-csv.ts";
import { sweepPlot } from "../../runtime/training/sweep/sweep-plot.ts";
import { describeSweep, type SweepRecord, waiting } from "../../runtime/training/sweep/sweep-record.ts";
import { changesOf, roundsOf, type Trial, trialsOf } from "../../runtime/training/sweep/trials.ts";
import { compileNetwork } from "../support/compile-network.ts";

function sectionOf(sweep: string) {
  const { train } = compileNetwork(`network Net(classes = 2, width = 8) {
    input image [3, H, W]
    conv(width, 3x3) relu
    conv(classes, 1x1)
    output labels by softmax
  }
  train Net {
    optimizer adam(1e-3)
    epochs 27
    sweep ${sweep}
  }`);
  if (train?.sweep === undefined) throw new Error("the section has no sweep");
  return { train, sweep: train.sweep };
}

describe("trials", () => {
  it("of a grid are every combination, the last list fastest", () => {
    const { sweep } = sectionOf(
      "width = [8, 16], optimizer = [adam(1e-3), sgd(0.1, momentum = 0.9)], seed = [1]",
    );
    expect(trialsOf(sweep).map(({ values }) => Object.values(values).join(" "))).toEqual([
      "8 adam(0.001) 1",
      "8 sgd(0.1, momentum = 0.9) 1",
      "16 adam(0.001) 1",
      "16 sgd(0.1, momentum = 0.9) 1",
    ]);
  });

  it("change the network's parameters, entries, and numbers of whichever optimizer the trial has", () => {
    const { sweep, train } = sectionOf(
      "width = [16], learning_rate = [0.5], weight_decay = [0.1], optimizer = [sgd(0.1)], schedule = [[warm_up(5), poly]], clip = [none, norm(1)]",
    );
    const [first, second] = trialsOf(sweep);
    if (first === undefined || second === undefined) throw new Error("two trials");
    const { set, change } = changesOf(sweep, second);
    expect([...set]).toEqual([["width", "16"]]);
    expect(change(train)).toMatchObject({
      optimizer: { kind: "sgd", learningRate: 0.5, weightDecay: 0.1, momentum: 0.9 },
      schedule: [{ kind: "warm_up" }, { kind: "poly" }],
      clip: [{ kind: "norm", most: 1 }],
      epochs: 27,
    });
    expect(
      changesOf(sweep, first).change({ ...train, clip: [{ kind: "value", most: 1 }] }).clip,
    ).toBeUndefined();
  });

  it("drawn at random follow from the seed, differ, and lie in their ranges with a uniform logarithm", () => {
    const { sweep } = sectionOf("random(200), learning_rate = 1e-4 .. 1e-2, width = [8, 16]");
    const trials = trialsOf(sweep);
    expect(trials).toEqual(trialsOf(sweep));
    expect(new Set(trials.map(({ values }) => JSON.stringify(values))).size).toBe(200);
    const rates = trials.map(({ values }) => Number(values.learning_rate));
    expect(rates.every((rate) => rate >= 1e-4 && rate <= 1e-2)).toBe(true);
    const low = rates.filter((rate) => rate < 1e-3).length;
    expect(low).toBeGreaterThan(70);
    expect(low).toBeLessThan(130);
    const other = trialsOf(
      sectionOf("random(200, seed = 2), learning_rate = 1e-4 .. 1e-2, width = [8, 16]").sweep,
    );
    expect(other).not.toEqual(trials);
    // a longer draw begins with the same trials
    const longer = sectionOf("random(201), learning_rate = 1e-4 .. 1e-2, width = [8, 16]").sweep;
    expect(trialsOf(longer).slice(0, 200)).toEqual(trials);
  });

  it("of lists are as many as there are combinations", () => {
    expect(trialsOf(sectionOf("random(20), width = [8, 16], seed = [1, 2]").sweep)).toHaveLength(4);
    expect(trialsOf(sectionOf("random(3), width = [8, 16], seed = [1, 2]").sweep)).toHaveLength(3);
  });
});

describe("rounds", () => {
  it("of halving keep one of so many and train them longer", () => {
    const { sweep } = sectionOf("halving(27), learning_rate = 1e-4 .. 1e-2");
    expect(roundsOf(sweep, 27, 27)).toEqual([
      { epochs: 1, trials: 27 },
      { epochs: 3, trials: 9 },
      { epochs: 9, trials: 3 },
      { epochs: 27, trials: 1 },
    ]);
    expect(roundsOf(sweep, 4, 2)).toEqual([
      { epochs: 1, trials: 4 },
      { epochs: 2, trials: 2 },
    ]);
    expect(roundsOf(sectionOf("width = [8, 16]").sweep, 2, 27)).toEqual([{ epochs: 27, trials: 2 }]);
  });
});

describe("a sweep by halving", () => {
  const { sweep } = sectionOf("halving(5, epochs = 1, factor = 2), learning_rate = 1e-4 .. 1e-2");
  const trials = trialsOf(sweep);
  const rounds = roundsOf(sweep, trials.length, 4);
  const begun: SweepRecord = {
    format: "fcn-sweep-1",
    network: "Net",
    measure: "labels.mean_iou",
    better: "higher",
    sweep: describeSweep(sweep),
    trials: trials.map(waiting),
  };
  /** Trial 4 diverges in the second round; what is best changes from round to round. */
  const values: Readonly<Record<string, number>> = {
    "1": 0.1,
    "2": 0.5,
    "3": 0.4,
    "4": 0.6,
    "5": 0.2,
    "2 2": 0.5,
    "3 2": 0.9,
  };

  function trainer() {
    const done: string[] = [];
    const train = async ({ trial }: Trial, { epochs }: { readonly epochs: number }): Promise<TrialResult> => {
      done.push(`${trial} to ${epochs}`);
      if (trial === 4 && epochs > 1)
        throw new Diverged("the loss is no longer a finite number", "", undefined);
      const value = values[epochs > 1 ? `${trial} 2` : `${trial}`] ?? 0;
      return { value, bestEpoch: epochs, epochs };
    };
    return { done, train };
  }

  it("continues with the best of each round", async () => {
    const { done, train } = trainer();
    const record = await runTrials(begun, rounds, train, async () => {});
    expect(done).toEqual([
      "1 to 1",
      "2 to 1",
      "3 to 1",
      "4 to 1",
      "5 to 1",
      "2 to 2",
      "3 to 2",
      "4 to 2",
      "2 to 4",
      "3 to 4",
    ]);
    expect(record.trials.find(({ trial }) => trial === 4)).toMatchObject({
      rounds: [0.6],
      diverged: "the loss is no longer a finite number",
    });
    const [, ...rows] = sweepCsv(record).trim().split("\n");
    expect(rows.map((row) => row.split(",")[0])).toEqual(["3", "2", "4", "5", "1"]);
  });

  it("stopped anywhere and resumed trains the same, once", async () => {
    const whole = trainer();
    const expected = await runTrials(begun, rounds, whole.train, async () => {});
    for (let stop = 1; stop <= whole.done.length; stop++) {
      const { done, train } = trainer();
      let last = begun;
      let left = stop;
      const cut = runTrials(begun, rounds, train, async (record) => {
        last = record;
        left -= 1;
        if (left === 0) throw new Error("killed");
      });
      await cut.catch(() => undefined);
      const resumed = await runTrials(JSON.parse(JSON.stringify(last)), rounds, train, async () => {});
      expect(resumed, `after ${stop}`).toEqual(expected);
      expect(done).toEqual(whole.done);
    }
  });

  it("is plotted as an SVG, a panel for each axis, without what has no value", async () => {
    const record = await runTrials(begun, rounds, trainer().train, async () => {});
    const svg = sweepPlot(record, sweep.axes);
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg).toContain("labels.mean_iou by learning_rate");
    expect(svg).not.toContain("NaN");
    expect(sweepPlot(begun, sweep.axes)).not.toMatch(/NaN|Infinity|<circle/);
  });
});
