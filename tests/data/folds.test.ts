import { describe, expect, it } from "vitest";
import type { DataSet } from "../../runtime/data/data-set.ts";
import { foldOf } from "../../runtime/data/folds.ts";
import type { Pair } from "../../runtime/data/pair.ts";

const pair = (i: number): Pair => ({ name: `image ${i}`, image: `/${i}.png`, label: `/l${i}.png` });
const pairs = Array.from({ length: 13 }, (_, i) => pair(i));
const data: DataSet = {
  source: "data",
  training: pairs.slice(0, 9),
  validation: pairs.slice(9),
  test: [pair(99)],
  masks: { values: undefined, ignore: [], classes: ["a", "b"] },
};
const folds = (of: number, of_: DataSet = data, seed = 1) =>
  Array.from({ length: of }, (_, i) => foldOf(of_, { fold: i + 1, of }, seed));

describe("folds", () => {
  it("validate every pair once and train the others; test pairs stay aside", () => {
    const parts = folds(5);
    expect(parts.flatMap(({ validation }) => validation).sort(byName)).toEqual([...pairs].sort(byName));
    expect(parts.map(({ validation }) => validation.length).sort()).toEqual([2, 2, 3, 3, 3]);
    for (const { training, validation, test } of parts) {
      expect([...training, ...validation].sort(byName)).toEqual([...pairs].sort(byName));
      expect(test).toEqual(data.test);
      expect(training.map(({ name }) => pairs.findIndex((one) => one.name === name))).toEqual(
        training.map(({ name }) => pairs.findIndex((one) => one.name === name)).sort((a, b) => a - b),
      );
    }
  });

  it("follow from the seed and the names, not from how the pairs are split or ordered", () => {
    const other = { ...data, training: [...pairs].reverse(), validation: [] };
    const names = (parts: readonly DataSet[]) =>
      parts.map(({ validation }) => validation.map(({ name }) => name).sort());
    expect(names(folds(4, other))).toEqual(names(folds(4)));
    expect(names(folds(4, data, 2))).not.toEqual(names(folds(4)));
  });

  it("are refused where there are fewer pairs", () => {
    expect(() => foldOf(data, { fold: 1, of: 14 }, 1)).toThrow(
      "data has 13 pairs, which cannot be divided into 14 folds",
    );
  });
});

function byName(a: Pair, b: Pair): number {
  return a.name < b.name ? -1 : 1;
}
