import { describe, expect, it } from "vitest";
import { UserError } from "../../runtime/user-error.ts";
import { renameWeights } from "../../runtime/weights/rename-weights.ts";
import { parseWeightMap } from "../../runtime/weights/weight-map.ts";
import { compileNetwork } from "../support/compile-network.ts";

const { graph } = compileNetwork(`network Net(classes = 2) {
  input image [3, H, W]
  conv(4, 3x3, bias = false) as first
  batchnorm as norm relu
  conv(classes, 1x1) as score
  output labels by softmax
}`);

const tensor = (...shape: readonly number[]) => ({ shape, data: new Float32Array(1) });
const tensors = {
  weights: new Map([
    ["0.weight", tensor(4, 3, 3, 3)],
    ["1.weight", tensor(4)],
    ["1.bias", tensor(4)],
    ["1.running_mean", tensor(4)],
    ["1.running_var", tensor(4)],
    ["head.weight", tensor(2, 4, 1, 1)],
    ["head.bias", tensor(2)],
    ["aux.weight", tensor(7)],
  ]),
  unread: new Map([["1.num_batches_tracked", { type: "I64", shape: [] }]]),
};
const renamed = (text: string) => renameWeights(tensors, parseWeightMap(text, "names.txt"), graph);

describe("a map of names", () => {
  it("renames tensors one by one and by their beginnings, in PyTorch's names for normalisation too", () => {
    const { weights } = renamed(`
      # the encoder
      0.weight -> first.weight   # a comment
      1.*      -> norm.*

      head.* -> score.*
      aux.*  -> unused
    `);
    expect([...weights.keys()].sort()).toEqual([
      "first.weight",
      "norm.running_mean",
      "norm.running_variance",
      "norm.scale",
      "norm.shift",
      "score.bias",
      "score.weight",
    ]);
  });

  it("takes an exact line before a beginning, and a longer beginning before a shorter one", () => {
    const { weights } = renamed(
      "* -> score.*\n0.* -> first.*\n1.* -> unused\naux.weight -> unused\nhead.* -> score.*",
    );
    expect([...weights.keys()].sort()).toEqual(["first.weight", "score.bias", "score.weight"]);
  });

  it("leaves tensors alone that no line names", () => {
    expect(renamed("0.weight -> first.weight").weights.has("head.weight")).toBe(true);
  });

  it.each([
    ["no arrow", "first.weight", "names.txt:1: this is not a renaming"],
    ["no name after the arrow", "\n0.weight ->", "names.txt:2: this is not a renaming"],
    ["two arrows", "0.weight -> a -> b", "names.txt:1: this is not a renaming"],
    ["a star inside", "*.weight -> first.weight", 'names.txt:1: "*.weight" has a * before its end'],
    ["a star at one end", "0.* -> first.weight", "names.txt:1: one name ends in * and the other does not"],
    ["a tensor twice", "0.* -> first.*\n0.* -> score.*", 'names.txt:2: "0.*" is renamed twice: line 1'],
    ["a tensor that is not there", "0.weigth -> first.weight", 'the weights file has no tensor "0.weigth"'],
    [
      "a beginning that is not there",
      "2.* -> first.*",
      'names.txt:1: no tensor of the weights file begins with "2."',
    ],
    [
      "a weight that the network lacks",
      "0.weight -> frist.weight",
      'names.txt:1: Net has no weight "frist.weight"',
    ],
    [
      "a layer that the network lacks",
      "0.* -> frist.*",
      'names.txt:1: no weight of Net begins with "frist."',
    ],
    [
      "a rest that the layer lacks",
      "1.* -> score.*",
      'names.txt:1: "1.running_mean" becomes "score.running_mean"',
    ],
    [
      "two tensors of one name",
      "\n0.weight -> first.weight\nhead.weight -> first.weight",
      'names.txt:3: "0.weight" and "head.weight" both become "first.weight"',
    ],
  ])("refuses %s by file and line", (_, text, message) => {
    expect(() => renamed(text)).toThrow(UserError);
    expect(() => renamed(text)).toThrow(message);
    expect(() => renamed(text)).toThrow(/^names\.txt:\d+: /);
  });
});
