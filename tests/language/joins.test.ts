import { describe, expect, it } from "vitest";
import { formatSet } from "../../compiler/sizes/format-set.ts";
import { allSizes } from "../../compiler/sizes/size-set.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { mistakesIn } from "../support/compile-source.ts";

/** "code: message / help" of each diagnostic of a network with this body. */
function said(body: string): readonly string[] {
  return mistakesIn(`network T {\n${body}\n}`).map(
    ({ code, message, help }) => `${code}: ${message}${help === undefined ? "" : ` / ${help}`}`,
  );
}

describe("several inputs", () => {
  const two = (second: string, then: string) =>
    `input a [3, H, W] conv(8, 3x3) as x input b [1, ${second}] conv(8, 3x3) ${then} output o`;

  it("of one size meet", () => {
    expect(said(two("H, W", "skip x by add"))).toEqual([]);
  });

  it("of sizes that nothing relates meet nowhere, whatever the crop", () => {
    for (const join of ["skip x by add", "skip x by concat, crop = centred", "skip x by add, crop = aligned"])
      expect(said(two("K, L", join))[0]).toContain(
        "sizes depend on different symbols, K and H / write both inputs with the same symbol: K in both, or K and 2*K",
      );
    for (const rule of ["centred", "aligned"])
      expect(said(two("K, L", `crop to x, ${rule}`))[0]).toContain("sizes/different-symbols: cannot crop");
    expect(said(two("K, L", "fork by add { path { } path { from x } }"))[0]).toContain(
      "sizes/different-symbols",
    );
  });

  it("of sizes that nothing relates can be resampled to one of them", () => {
    for (const [second, shape] of [
      ["K, L", "[8, H, W]"],
      ["H, L", "[8, H, W]"],
      ["K, W", "[8, H, W]"],
    ] as const)
      expect(said(two(second, `upsample(to = x, bilinear) skip x by add expect ${shape}`))).toEqual([]);
  });

  it("of twice the size meet after a pool by two", () => {
    expect(said(two("2*H, 2*W", "maxpool(2) skip x by add expect [8, H, W]"))).toEqual([]);
    expect(said(two("2*H + 1, 2*W", "maxpool(2) skip x by add expect [8, H, W]"))).toEqual([]);
    expect(said(two("2*H, 2*W", "skip x by add"))).toEqual([
      "geometry/resolutions-differ: cannot add feature maps of different resolution: 8 channels at full resolution and 8 channels at 1/2 / upsample the other feature map by 2, or pool this one by 2",
    ]);
    expect(said(two("2*H, 2*W", "skip x by add, crop = centred"))[0]).toContain(
      "geometry/resolutions-differ",
    );
  });

  it("of fixed sizes in one proportion are compared by what they show, too", () => {
    const fixed = (then: string) =>
      said(`input a [3, 32, 32] conv(8, 3x3) as x input b [1, 64, 64] conv(8, 3x3) ${then} output o`);
    expect(fixed("maxpool(2) skip x by add expect [8, 32, 32] stride 2 offset 1/2")).toEqual([]);
    expect(fixed("crop(16) skip x by add")[0]).toContain("geometry/resolutions-differ");
  });

  it("that are pooled to the coarser one are not called coarse", () => {
    expect(said(two("2*H, 2*W", "maxpool(2) skip x by add"))).toEqual([]);
    expect(said(two("2*H, 2*W", "maxpool(4) from x maxpool(2)"))[0]).toContain("geometry/output-coarser");
  });
});

describe("a join of one position with many", () => {
  const gate = (path: string, join: string) =>
    `input i [3, H, W] conv(8, 3x3) as x avgpool(global) conv(8, 1x1) sigmoid ${path} ${join} output o`;

  it("is repeated at every position by the joins that broadcast, from either side", () => {
    for (const join of ["add", "subtract", "multiply", "maximum", "minimum"]) {
      expect(said(gate("expect [8, 1, 1]", `skip x by ${join} expect [8, H, W] stride 1`))).toEqual([]);
      expect(said(gate("as gate from x", `skip gate by ${join} expect [8, H, W] stride 1`))).toEqual([]);
      expect(said(gate("as gate from x", `skip gate by ${join}, crop = centred expect [8, H, W]`))).toEqual(
        [],
      );
    }
  });

  it("is repeated in a fork, by a residual, beside others, and at one fixed size", () => {
    const sizes = (body: string, shape = "H, W") =>
      said(`input i [8, ${shape}] conv(8, 3x3, padding = valid) as x ${body} output o`);
    expect(sizes("fork by multiply { path { avgpool(global) } path { } } expect [8, H - 2, W - 2]")).toEqual(
      [],
    );
    expect(sizes("residual { avgpool(global) conv(8, 1x1) } expect [8, H - 2, W - 2]")).toEqual([]);
    expect(
      sizes(
        "fork by add { path { } path { avgpool(global) } path { from i crop to x, aligned } } expect [8, H - 2, W - 2] stride 1 offset 1",
      ),
    ).toEqual([]);
    expect(sizes("avgpool(global) skip x by multiply expect [8, 30, 40]", "32, 42")).toEqual([]);
    expect(sizes("avgpool(global) as gate maxpool(bins = 1) skip gate by add expect [8, 1, 1]")).toEqual([]);
  });

  it("is one at every input size: a size that becomes 1 at some is compared as any other", () => {
    const pooled = "input i [3, H, W] conv(8, 3x3) as x maxpool(8)";
    expect(said(`${pooled} skip x by multiply output o`)[0]).toContain("geometry/resolutions-differ");
    const narrow = "input i [3, H, W] conv(8, 3x3) as x avgpool(global) as one maxpool(bins = 4)";
    expect(said(`${narrow} skip x by multiply output o`)[0]).toContain("sizes/few-left");
    const row = "input i [3, 8, W] conv(8, 3x3) as x conv(8, 8x1, padding = valid) skip x by add output o";
    expect(said(row)).toEqual([
      "sizes/one-position: cannot add a feature map of 1 × W and one of 8 × W: a feature map is repeated only where it is 1 × 1 / upsample(to = x, nearest) before this operation gives both one size",
    ]);
  });

  it("is not repeated along the width alone: neither gathered regions nor an input of one column", () => {
    const regions =
      "input i [3, H, W] conv(8, 3x3) as x softmax(over = space) as shares from x gather(shares)";
    expect(said(`${regions} skip x by multiply output o`)).toEqual([
      "sizes/one-position: cannot multiply a feature map of 8 × 1 and one of H × W: a feature map is repeated only where it is 1 × 1 / upsample(to = x, nearest) before this operation gives both one size",
    ]);
    const column = (join: string) =>
      said(`input column [3, H, 1] input i [3, H, W] conv(3, 3x3) skip column by ${join} output o`);
    expect(column("add")).toEqual([
      "sizes/one-position: cannot add a feature map of H × 1 and one of H × W: a feature map is repeated only where it is 1 × 1 / name the feature map after conv (… as x), and end the other path with upsample(to = x, nearest), which gives both one size",
    ]);
    expect(column("concat")[0]).toContain("sizes/few-left");
  });

  it("restricts the accepted sizes to those at which it exists", () => {
    const accepts = (body: string) =>
      formatSet(
        compileNetwork(`network T { input i [3, H, W] ${body} output o }`).graph.accepts.get("H") ??
          allSizes("H"),
        { unicode: true },
      );
    expect(accepts("conv(3, 7x7, padding = valid) avgpool(global) skip i by multiply")).toBe("every H ≥ 7");
  });

  it("keeps the dilation of what it is joined with", () => {
    const block = "conv(8, 3x3, stride = 2) as x avgpool(global) sigmoid skip x by multiply conv(8, 3x3)";
    const found = compileNetwork(
      `network T { input i [3, H, W] encoder dilated to 1/1 { ${block} } output o }`,
    ).graph.nodes.findLast(({ operation }) => operation === "conv");
    expect(found?.attributes).toMatchObject({ dilation: [2, 2] });
  });

  it("is a mistake in a concat that names the global pool and how the value is repeated", () => {
    for (const join of ["concat"])
      expect(said(gate("", `skip x by ${join}`))).toEqual([
        `sizes/one-position: cannot ${join} a 1 × 1 feature map and one of H × W: avgpool(global) leaves one value per channel for the whole image / upsample(to = x, nearest) before this operation repeats the value at every position`,
      ]);
    expect(said(gate("upsample(to = x, nearest)", "skip x by multiply"))).toEqual([]);
  });

  it("is a mistake in a fork, from either side, and at one fixed size", () => {
    const fork = (first: string, second: string, shape = "H, W") =>
      said(
        `input i [3, ${shape}] conv(8, 3x3) fork by concat { path { ${first} } path { ${second} } } output o`,
      );
    expect(fork("", "avgpool(global) sigmoid")[0]).toContain("sizes/one-position: cannot concat");
    expect(fork("maxpool(global) sigmoid", "")[0]).toContain("maxpool(global) leaves one value");
    expect(fork("", "avgpool(global) sigmoid", "64, 64")[0]).toContain("one of 64 × 64");
    expect(fork("avgpool(global)", "avgpool(global) sigmoid")).toEqual([]);
  });
});

describe("a skip of several feature maps", () => {
  const several = (then: string) =>
    said(
      `input i [3, H, W] conv(4, 3x3, padding = valid) as a from i conv(4, 5x5, padding = valid) as b from i conv(4, 1x1) ${then} output o`,
    );

  it("joins them in the order written, after the current one, each by its own path", () => {
    const path = "{ conv(2, 1x1) }";
    expect(several(`from a skip a, a by concat ${path} expect [8, H - 2, W - 2]`)).toEqual([]);
    const { graph } = compileNetwork(
      "network T { input i [3, H, W] conv(3, 1x1) as a conv(3, 1x1) as b from i skip a, b by subtract { conv(3, 1x1) } output o }",
    );
    const names = graph.nodes.at(-1)?.inputs.map((id) => graph.nodes[id]?.inputs[0] ?? id);
    expect(graph.nodes.at(-1)?.operation).toBe("subtract");
    expect(graph.nodes.at(-1)?.inputs).toHaveLength(3);
    expect(names).toEqual([0, 1, 2]);
    expect(graph.nodes.filter(({ weights }) => weights.length > 0)).toHaveLength(4);
  });

  it("crops all to the smallest, whichever it is", () => {
    for (const crop of ["centred", "aligned"]) {
      expect(several(`skip a, b by concat, crop = ${crop} expect [12, H - 4, W - 4] offset 2`)).toEqual([]);
      expect(
        several(`as c from b skip c, a by concat, crop = ${crop} expect [12, H - 4, W - 4] offset 2`),
      ).toEqual([]);
    }
    expect(several("skip a, b by concat")[0]).toContain("sizes/never-meet");
  });
});

describe("a join that leaves a few sizes of an open range", () => {
  it("is a warning that names both sizes and what is left", () => {
    const body = (path: string) => `input i [3, H, W] conv(8, 3x3) as x ${path} skip x by add output o`;
    expect(said(body("avgpool(bins = 4)"))).toEqual([
      "sizes/few-left: after this add the network accepts only H = 4 (before it every H): the heights 4 and H are equal at no other size / resample one feature map to the size of the other, as in upsample(to = x, bilinear); if only one size is intended, write it in the shape of the input",
    ]);
    expect(said(body("avgpool(bins = 4) upsample(to = x, bilinear)"))).toEqual([]);
  });

  it("is said of one open axis alone, and not of a size that the input fixes", () => {
    const narrow = "input i [3, H, 4] conv(8, 3x3) as x avgpool(bins = 4) skip x by add output o";
    expect(said(narrow)).toHaveLength(1);
    const fixed = "input i [3, 4, 4] conv(8, 3x3) as x avgpool(bins = 4) skip x by add output o";
    expect(said(fixed)).toEqual([]);
  });
});

describe("an input's shape", () => {
  it("begins with the channels", () => {
    expect(said("input a [H, W, 3] output o")).toEqual([
      "structure/input-channels: the channels of an input must be a number, not the size H / the order is [channels, height, width], as in [3, H, W]",
    ]);
  });

  it("has no names in it", () => {
    expect(said("input a [3, y = H, W] output o")[0]).toContain("structure/input-shape");
  });

  it("may be whole multiples, and numbers that fix one size", () => {
    expect(
      said("input a [3, 2*H + 8, 224] maxpool(2) expect [3, H + 4, 112] upsample(2, nearest) output o"),
    ).toEqual([]);
  });
});

describe("crops that no input size makes possible", () => {
  it("name the difference that is always odd, and what makes it even", () => {
    const body = (path: string) =>
      `input i [1, H, W] conv(4, 3x3) as a conv(4, 2x2, padding = valid) skip a by add, crop = centred ${path} output o`;
    expect(said(body(""))).toEqual([
      "sizes/crop-odd: crop = centred cannot crop both sides equally: the heights H and H − 1 differ by an odd number at every input size / use odd kernel sizes, which keep the difference even, or crop one position from the larger feature map first: crop(bottom = 1)",
    ]);
    expect(said(body("{ crop(bottom = 1) }"))[0]).toContain("crop(right = 1)");
    expect(said(body("{ crop(bottom = 1, right = 1) }"))).toEqual([]);
  });

  it("name the map that is always smaller", () => {
    const said_ = said(
      "input i [1, H, W] conv(4, 3x3, padding = valid) as a from i conv(4, 5x5, padding = valid) crop to a, centred output o",
    );
    expect(said_).toEqual([
      "sizes/crop-needs-larger: nothing to crop: the height of the feature map to crop is H − 4, always smaller than the H − 2 of the other one / crop the other feature map to this one, or pad this one first",
    ]);
  });
});

describe("an unpool", () => {
  it("of a map at another resolution than the pool's names both", () => {
    const body = (more: string) =>
      `input i [3, H, W] maxpool(2, ceil) as p maxpool(2, ceil) as q ${more} unpool(p) output o`;
    expect(said(body(""))[0]).toContain(
      "geometry/resolutions-differ: cannot unpool feature maps of different resolution: 3 channels at 1/4 and 3 channels at 1/2 / upsample by 2 more first",
    );
    expect(said(body("unpool(q)"))).toEqual([]);
  });
});

describe("paths of a fork", () => {
  it("that differ in size are cut by a crop in the path, as the help says", () => {
    const body = (end: string) =>
      `input i [1, H, W] fork by concat { path { conv(4, 3x3) ${end} } path { conv(8, 3x3, padding = valid) } } output o`;
    expect(said(body(""))[0]).toContain(
      "crop(1) at the end of its path removes 1 from each side of the larger feature map",
    );
    expect(said(body("crop(1)"))).toEqual([]);
  });
});

describe("expectations of sizes", () => {
  const expecting = (shape: string) =>
    said(`input i [3, H, W] conv(8, 3x3, stride = 2) expect ${shape} upsample(2, nearest) output o`);

  it("know the input sizes there are", () => {
    expect(expecting("[8, ceil(h/2), ceil(W/2)]")).toEqual([
      'names/unknown: there is no input size named "h" / did you mean "H"?',
    ]);
    expect(expecting("[8, ceil(W/2), ceil(W/2)]")).toEqual([
      "expectations/differs: expected height ceil(W/2), found ⌈H/2⌉",
    ]);
  });

  it("show a size at which they do not hold", () => {
    expect(expecting("[8, H/2, ceil(W/2)]")).toEqual([
      "expectations/differs: expected height H/2, found ⌈H/2⌉ (at H = 101: 51, not 50.5)",
    ]);
  });

  it("say where a formula is past the largest number, or no number at all", () => {
    expect(expecting("[8, 1e308*H, ceil(W/2)]")).toEqual([
      "expectations/differs: expected height 1e308*H, found ⌈H/2⌉ (at H = 256: 128, not more than 1.79e308)",
    ]);
    expect(expecting("[8, 1e308*H - 1e308*H, ceil(W/2)]")).toEqual([
      "expectations/differs: expected height 1e308*H - 1e308*H, found ⌈H/2⌉ (at H = 256: 128, not no number)",
    ]);
  });

  it("are formulas, with signs and thirds too", () => {
    expect(expecting("[8, -floor(-H/2), ceil(W/3 + W/6)]")).toEqual([]);
    expect(expecting("[8, reversed(H), ceil(W/2)]")[0]).toContain("expectations/dimension");
  });
});

describe("a crop after a join with a branch whose place depends on the size", () => {
  it("is exact where the join's first map lies on a grid", () => {
    const body = `input image [1, H, W]
      pad(10) conv(4, 3x3) as trunk
      fork by concat { path { } path { maxpool(bins = 6) upsample(to = trunk, bilinear, align_corners = true) } }
      skip image by concat, crop = aligned
      expect [9, H, W] stride 1 offset 0
      output o`;
    expect(said(body)).toEqual([]);
  });
});
