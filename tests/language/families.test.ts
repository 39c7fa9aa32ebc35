/** Families with several indices, names given again, names of loops and conditions. */
import { describe, expect, it } from "vitest";
import { compileNetwork } from "../support/compile-network.ts";
import { mistakesIn } from "../support/compile-source.ts";

const program = (body: string) => `network T {\ninput image [3, H, W]\n${body}\noutput o\n}`;

/** "message / help" of each diagnostic of a network with this body. */
function said(body: string): readonly string[] {
  return mistakesIn(program(body)).map(({ message, help }) =>
    help === undefined ? message : `${message} / ${help}`,
  );
}

const weightsOf = (body: string) =>
  compileNetwork(program(body)).graph.nodes.flatMap(({ name, weights }) =>
    weights.length > 0 ? [name] : [],
  );

describe("two indices", () => {
  it("name one feature map, its layer and its members", () => {
    const block = "block unit() { conv(4, 3x3) as wide conv(3, 1x1) }";
    const grid = "for i in 0 ..< 2 { for j in 0 .. i { unit() as x[i, j] } }";
    expect(said(`${block} ${grid} skip x[1, 0].wide by concat expect [7, H, W]`)).toEqual([]);
    expect(weightsOf(`${block} ${grid}`)).toContain("x[1,0].wide");
  });

  it("are looked up together, and what there is is said", () => {
    expect(said("conv(3, 3x3) as x[0, 1] skip x[1, 0] by add")).toEqual([
      "there is no feature map x[1,0] / defined so far: x[0,1]",
    ]);
    expect(said("conv(3, 3x3) as x[0, 1] skip x[0] by add")).toEqual([
      "there is no feature map x[0] / defined so far: x[0,1]",
    ]);
    expect(said("conv(3, 3x3) as x[0, 1] conv(3, 3x3) as x[0, 1]")).toEqual([
      'the name "x[0,1]" already exists / give this one another name, or write that it takes the name: as new x[0,1]',
    ]);
    expect(said("conv(3, 3x3) as x[0, 0.5]")).toEqual([
      "the index must be a whole number ≥ 0, not the number 0.5",
    ]);
  });

  it("are numbers: a range, which counts as its length elsewhere, is none", () => {
    const several =
      "the index must be a number, not a list of 1 item / an index is one number: name each, as in skip x[0], x[1] by concat, or use a loop";
    const members = "for i in 0 .. 1 { conv(3, 3x3) as x[i] }";
    expect(said(`${members} skip x[0 ..< 1] by add`)).toEqual([several]);
    expect(said("conv(3, 3x3) as x[0 ..< 1]")).toEqual([several]);
    expect(said("conv([8, 4][0 ..< 1], 3x3)")).toEqual([several]);
  });

  it("choose in a list of lists", () => {
    expect(said("let c = [[4, 5], [6, 7]] conv(c[1, 0], 1x1) expect [6, H, W]")).toEqual([]);
    expect(said("let c = [[4, 5], [6, 7]] conv(c[1, 2], 1x1)")).toEqual([
      "the index must be a whole number from 0 to 1, not the number 2",
    ]);
  });
});

describe("as new", () => {
  it("gives the name to another feature map, from there on, at every iteration", () => {
    expect(said("conv(8, 3x3) as a conv(4, 3x3) as new a skip a by concat expect [8, H, W]")).toEqual([]);
    expect(
      said("for i in 1 .. 3 { conv(i, 3x3) as new a } conv(9, 1x1) skip a by concat expect [12, H, W]"),
    ).toEqual([]);
    expect(
      said("conv(8, 3x3) as x[0] conv(4, 3x3) as new x[0] conv(x[0].channels, 1x1) expect [4, H, W]"),
    ).toEqual([]);
    expect(weightsOf("for i in 1 .. 3 { conv(i, 3x3) as new a }")).toEqual(["a", "conv1", "conv2"]);
  });

  it("is for names of feature maps", () => {
    expect(said("let a = 3 conv(3, 3x3) as new a")).toEqual([
      'the name "a" already exists / give this one another name',
    ]);
    expect(said("conv(3, 3x3) as new image")).toEqual([
      'the name "image" already exists / give this one another name',
    ]);
    expect(said("conv(3, 3x3) as a[0] conv(3, 3x3) as new a")).toHaveLength(1);
  });

  it("leaves new a name where nothing follows it on its line, and takes no operation", () => {
    expect(said("conv(3, 3x3) as new\nrelu skip new by add")).toEqual([]);
    expect(said("conv(3, 3x3) as new relu")).toEqual([
      '"as new" is followed by the name of a feature map, and "relu" is an operation or a block / write another name; a feature map named new must be the last word of its line',
    ]);
  });

  it("is the way out of a name that every iteration would give", () => {
    expect(said("repeat 2 { conv(3, 3x3) as a }")).toEqual([
      'every iteration of this loop would name its feature map "a" / number them: for i in 0 ..< n { … as a[i] }; or give the name again at every iteration: as new a',
    ]);
  });
});

describe("as after a loop or a condition", () => {
  it("names the feature map at the end, and the layers inside after it", () => {
    expect(
      said("repeat 2 { conv(8, 3x3) relu } as a conv(4, 1x1) skip a by concat expect [12, H, W]"),
    ).toEqual([]);
    expect(
      said(
        "if false { conv(8, 3x3) } else if true { conv(5, 3x3) } else { relu } as a expect [a.channels, H, W]",
      ),
    ).toEqual([]);
    expect(weightsOf("for i in 0 ..< 2 { repeat 2 { conv(8, 3x3) relu } as stage[i] }")).toEqual([
      "stage[0].conv1",
      "stage[0].conv2",
      "stage[1].conv1",
      "stage[1].conv2",
    ]);
  });

  it("names what was there before a loop that is never run", () => {
    expect(said("conv(8, 3x3) for i in 0 ..< 0 { maxpool(2) } as a skip a by add")).toEqual([]);
  });

  it("has its layers where weights are shared", () => {
    const body =
      "repeat 2 { conv(3, 3x3) relu } as a block unit() { repeat 2 { conv(3, 3x3) relu } } unit(weights = a)";
    expect(weightsOf(body)).toEqual(["a.conv1", "a.conv2"]);
  });

  it("is not for loops of paths", () => {
    expect(said("fork by add { for i in 0 ..< 2 { path { relu } } as a path { } }")).toEqual([
      'a fork contains only paths, and "as a" is outside of them / write it inside a path: path { … }',
    ]);
  });
});
