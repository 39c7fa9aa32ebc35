/** What the language says of attention: which feature maps fit, what they see, and words that a variable does not hide. */
import { describe, expect, it } from "vitest";
import { isAccepted } from "../../compiler/network/nearest-accepted.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText } from "../support/compile-source.ts";

const program = (body: string, inputs = "input image [3, H, W]") =>
  `network N {\n  ${inputs}\n  ${body}\n  output result\n}\n`;

const codes = (body: string, inputs?: string) =>
  compileText(program(body, inputs))
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ code }) => code);

describe("feature maps that attend", () => {
  it("may be at any two resolutions", () => {
    expect(codes("maxpool(3) as coarse from image attend(coarse, coarse)")).toEqual([]);
  });

  it("have keys and values at one resolution, and of one size", () => {
    expect(codes("maxpool(2) as coarse from image attend(image, coarse)")).toEqual([
      "geometry/resolutions-differ",
    ]);
    expect(codes("conv(3, 3x3, padding = valid) as small from image attend(image, small)")).toEqual([
      "sizes/never-meet",
    ]);
  });

  it("depend on one size symbol", () => {
    const inputs = "input image [3, H, W]\n  input other [3, A, B]";
    expect(codes("from image attend(other, other)", inputs)).toEqual(["sizes/different-symbols"]);
  });

  it("exist where keys and values have one size", () => {
    const { graph } = compileNetwork(
      program("maxpool(2) upsample(2, nearest) as key from image attend(key, image)"),
    );
    const accepted = graph.accepts.get("H");
    const holds = (size: number) => accepted !== undefined && isAccepted(accepted, size);
    expect([6, 7, 8, 9].map(holds)).toEqual([true, false, true, false]);
  });
});

describe("regions", () => {
  it("are gathered from a feature map of their size", () => {
    expect(codes("conv(4, 3x3, stride = 2) as regions from image gather(regions)")).toEqual([
      "geometry/resolutions-differ",
    ]);
  });

  it("are distributed to as many channels", () => {
    expect(codes("gather(image) as found from image conv(4, 1x1) distribute(found)")).toEqual([
      "operations/regions-differ",
    ]);
    expect(codes("conv(4, 1x1) as x avgpool(bins = 1x4) as wide from x distribute(wide)")).toEqual([
      "operations/regions-differ",
    ]);
  });
});

describe("what sees the whole image", () => {
  it.each([
    "softmax(over = space)",
    "conv(4, 1x1) as x attend(x, x)",
    "gather(image)",
    "gather(image) as found from image distribute(found)",
  ])("%s says so in its geometry, and keeps its grid", (body) => {
    const { graph } = compileNetwork(program(`${body} as made`));
    const made = graph.nodes.find(({ origin }) => origin.label === "made");
    expect(made?.map.geometry.map(({ kind }) => kind)).toEqual(["whole", "whole"]);
    const gathered = body === "gather(image)";
    expect(made?.map.geometry.map((geometry) => "grid" in geometry && geometry.grid !== undefined)).toEqual([
      !gathered,
      !gathered,
    ]);
  });

  it("pools over channels see one position", () => {
    const { graph } = compileNetwork(
      program("conv(4, 3x3) maxpool(over = channels)\n  expect [1, H, W] field 3"),
    );
    expect(graph.nodes.at(-1)?.map.channels).toBe(1);
  });
});

describe("a word", () => {
  it("is not hidden by a variable of its name that does not fit", () => {
    const { graph } = compileNetwork(
      program("block pooled(channels) { conv(channels, 1x1) maxpool(over = channels) }\n  pooled(4)"),
    );
    expect(graph.nodes.map(({ operation }) => operation)).toContain("channel_pool");
  });

  it("gives way to a variable that is a word of the parameter", () => {
    const { graph } = compileNetwork(
      program("block shares(space) { softmax(over = space) }\n  shares(channels)"),
    );
    expect(graph.nodes.map(({ operation }) => operation)).toContain("softmax");
  });

  it("is not found in a variable of another kind", () => {
    expect(codes("let depth = 4 softmax(over = depth)")).toEqual(["values/wrong-kind"]);
  });
});
