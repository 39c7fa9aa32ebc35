/** Outputs in loops and blocks: their names, and how a train section says them. */
import { describe, expect, it } from "vitest";
import { compileNetwork } from "../support/compile-network.ts";
import { mistakesIn } from "../support/compile-source.ts";

const network = (body: string) => `network T(classes = 2) {\n  input image [3, H, W]\n${body}\n}\n`;
const sides = network(
  "for i in 1 .. 3 { conv(classes, 1x1) output side[i] by softmax }\noutput labels by softmax",
);
const trained = (entries: string, classes = "2") =>
  `${sides.replace("classes = 2", `classes = ${classes}`)}train T {\n  data folder("d", images = "i/*.png", labels = "l/*.png")\n${entries}\n}\n`;

const outputsOf = (text: string) => compileNetwork(text).graph.outputs.map(({ name }) => name);
const said = (text: string) => mistakesIn(text).map(({ code, message }) => `${code}: ${message}`);

describe("outputs of a family", () => {
  it("are named by their indices, in loops and in blocks", () => {
    expect(outputsOf(sides)).toEqual(["side[1]", "side[2]", "side[3]", "labels"]);
    expect(
      outputsOf(network("block head(i, j) { conv(classes, 1x1) output side[i, j] }\nhead(0, 1) head(1, 0)")),
    ).toEqual(["side[0,1]", "side[1,0]"]);
  });

  it("are the current feature map, and not another one of this name, which is a warning", () => {
    const body =
      "for i in 0 ..< 2 { conv(2, 1x1) as side[i] }\noutput side[0] output last skip side[0] by add output labels";
    expect(said(network(body))).toEqual([
      'structure/output-of-another: the output "side[0]" is the current feature map, not the feature map with this name',
    ]);
    expect(said(network("for i in 0 ..< 2 { conv(2, 1x1) as side[i] output side[i] }"))).toEqual([]);
  });

  it("are each defined once, and by no other output's name", () => {
    expect(said(network("repeat 2 { conv(2, 1x1) output side }"))).toEqual([
      'structure/output-each-turn: the output "side" is defined more than once: a loop or the calls of a block repeat this statement',
    ]);
    expect(said(network("block b() { conv(2, 1x1) output side[0] }\nb() b()"))).toEqual([
      'structure/output-each-turn: the output "side[0]" is defined more than once: a loop or the calls of a block repeat this statement',
    ]);
    const helps = (body: string) => mistakesIn(network(body)).map(({ help }) => help);
    expect(helps("repeat 2 { conv(2, 1x1) output side }")).toEqual(["number the outputs: output side[i]"]);
    expect(helps("block b() { conv(2, 1x1) output side[0] }\nb() b()")).toEqual([
      "give each iteration or call an index of its own",
    ]);
    expect(said(network("conv(2, 1x1) output side output side[0]"))).toEqual([
      'names/taken: the output "side[0]" already exists',
    ]);
  });
});

describe("a train section", () => {
  const lossesOf = (entries: string) =>
    Object.fromEntries(
      compileNetwork(trained(entries)).train?.outputs.map(({ name, loss }) => [
        name,
        loss.map(({ factor, term }) => `${factor} ${term.kind}`).join(" + "),
      ]) ?? [],
    );

  it("names one output, or all of a family that are not named themselves", () => {
    expect(lossesOf("loss labels = dice, side = 0.5 * cross_entropy, side[ 2 ] = focal")).toEqual({
      "side[1]": "0.5 cross_entropy",
      "side[2]": "1 focal",
      "side[3]": "0.5 cross_entropy",
      labels: "1 dice",
    });
    expect(lossesOf("loss dice, side[1] = focal")).toEqual({
      "side[1]": "1 focal",
      "side[2]": "1 dice",
      "side[3]": "1 dice",
      labels: "1 dice",
    });
  });

  it("keeps the weights by a measure of one output", () => {
    expect(compileNetwork(trained("keep best by side[2].mean_iou")).train?.keep.best).toBe(
      "side[2].mean_iou",
    );
    expect(
      compileNetwork(trained("keep best by side[2].dice of cell", "[wall, cell]")).train?.keep,
    ).toMatchObject({
      best: "side[2].dice",
      bestClass: "cell",
    });
  });

  it("says which outputs there are", () => {
    expect(said(trained("loss labels = dice, side = dice, side[4] = dice"))).toEqual([
      "training/unknown-word: there is no output `side[4]`",
    ]);
    expect(said(trained("keep best by side[0].mean_iou"))).toEqual([
      "training/unknown-word: there is no output `side[0]`",
    ]);
  });
});
