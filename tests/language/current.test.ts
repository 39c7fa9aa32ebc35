/** `current`, the feature map that flows, as a value; `channels` and `stride` of any feature map. */
import { describe, expect, it } from "vitest";
import { mistakesIn } from "../support/compile-source.ts";

/** "message / help" of each diagnostic of a network with this body. */
function said(body: string, parameters = ""): readonly string[] {
  const text = `network T(${parameters}) {\ninput image [3, H, W]\n${body}\noutput o\n}`;
  return mistakesIn(text).map(({ message, help }) => (help === undefined ? message : `${message} / ${help}`));
}

describe("current", () => {
  it("is what flows at each statement, in a block what flows into it", () => {
    expect(said("conv(2 * current.channels, 3x3) conv(current.channels + 1, 3x3) expect [7, H, W]")).toEqual(
      [],
    );
    const block =
      "block wider(by = 2, to = by * current.channels) { conv(to, 1x1) conv(current.channels, 1x1) }";
    expect(said(`${block}\nwider() wider(3) expect [18, H, W]`)).toEqual([]);
  });

  it("is a feature map wherever one is wanted", () => {
    const block = "block gate(x: map) { conv(x.channels, 1x1) sigmoid skip x by multiply }";
    expect(said(`${block}\nconv(8, 3x3) gate(current) expect [8, H, W]`)).toEqual([]);
    expect(said("let before = current conv(3, 3x3) skip before by concat expect [6, H, W]")).toEqual([]);
    expect(said("upsample(to = current, bilinear)")).toEqual([]);
  });

  it("is in a path what flows there, and in the sources of a skip what was there before it", () => {
    expect(said("conv(8, 3x3) as a conv(4, 3x3) skip a by add { conv(current.channels / 2, 1x1) }")).toEqual(
      [],
    );
    expect(said("conv(8, 3x3) as a conv(4, 3x3) skip a, current by concat expect [16, H, W]")).toEqual([]);
  });

  it("is a word before there is an input, and what the program calls so after it", () => {
    expect(said("conv(classes, 1x1) expect [2, H, W]", "classes = [current, voltage]")).toEqual([]);
    expect(said("conv(8, 3x3) as current conv(4, 3x3) conv(current.channels, 1x1) expect [8, H, W]")).toEqual(
      [],
    );
    expect(
      mistakesIn("network T {\nlet a = current.channels\ninput image [3, H, W]\noutput o\n}"),
    ).toMatchObject([
      { code: "names/no-current-map", message: '"current" needs a feature map, and there is none before it' },
    ]);
  });

  it("is unknown, and nothing follows from it, in a block that is never called", () => {
    expect(
      mistakesIn("block b(c = current.channels) { conv(2 * c, 1x1) upsample(current.stride, nearest) }"),
    ).toEqual([]);
  });
});

describe("stride", () => {
  it("is a number, a fraction or an extent", () => {
    expect(
      said("conv(8, 3x3, stride = 2) maxpool(2) upsample(current.stride, bilinear) expect stride 1"),
    ).toEqual([]);
    expect(said("upsample(2, nearest) if current.stride == 0.5 { maxpool(2) } expect stride 1")).toEqual([]);
    expect(said("maxpool(2x1) as a upsample(a.stride, nearest) expect stride 1")).toEqual([]);
  });

  it("is that of the feature map, not the parameter of the block that made it", () => {
    const block = "block unit(stride) { conv(8, 3x3, stride = stride) }";
    expect(
      said(`${block}\nunit(2) unit(2) as u\nexpect stride u.stride\nupsample(u.stride, nearest)`),
    ).toEqual([]);
  });

  it("is refused where a feature map has none, which says why", () => {
    expect(said("avgpool(global) upsample(current.stride, nearest)")).toEqual([
      "the feature map after avgpool has no stride: it is one position for the whole input / take the stride of a feature map before it, named by `as`",
    ]);
    const [sized] = said(
      "conv(8, 3x3, stride = 2) upsample(to = image, bilinear, align_corners) conv(current.stride, 1x1)",
    );
    expect(sized).toMatch(/^the feature map after upsample has no stride: .*size/u);
  });
});
