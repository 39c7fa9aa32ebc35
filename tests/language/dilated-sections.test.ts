import { describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { renderDiagnostic } from "../../views/terminal/diagnostics/render.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText, mistakesIn } from "../support/compile-source.ts";

function said(body: string): readonly string[] {
  const { diagnostics } = compileText(`network T {\ninput image [3, H, W]\n${body}\n}`);
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, message, help }) => `${code}: ${message} / ${help}`);
}

const weightsOf = ({ graph }: CompiledNetwork) =>
  graph.nodes.flatMap((node) =>
    node.weights.map(({ name, shape }) => `${node.name}.${name} ${shape.join("x")}`),
  );

describe("an encoder of the prelude that is dilated", () => {
  const network = (dilatedTo: string) =>
    compileNetwork(`import { resnet50 } from "std/encoders"
      network T { input image [3, H, W] encoder net = resnet50(width = 4) ${dilatedTo} output y }`);
  const original = network("");

  it.each([4, 8, 16, 32])("has the weights it had, by name and shape, and ends at 1/%i", (resolution) => {
    const dilated = network(`dilated to 1/${resolution}`);
    expect(weightsOf(dilated)).toEqual(weightsOf(original));
    const end = dilated.graph.nodes.at(-1)?.map.geometry[0];
    expect(end?.kind === "grid" && end.stride).toEqual({ numerator: resolution, denominator: 1 });
  });

  it("doubles the dilation after every stride left out, and leaves 1x1 kernels as they are", () => {
    const { graph } = network("dilated to 1/8");
    const dilations = (stage: string) =>
      graph.nodes
        .flatMap((node) => (node.operation === "conv" && node.name.startsWith(`net.${stage}.`) ? [node] : []))
        .map(({ attributes: { kernel, stride, dilation } }) => [kernel[0], stride[0], dilation[0]].join(" "));
    const bottleneck = (dilation: number) => ["1 1 1", `3 1 ${dilation}`, "1 1 1"];
    expect(dilations("stage[1]").slice(0, 4)).toEqual(["1 1 1", "3 2 1", "1 1 1", "1 2 1"]);
    // The 3x3 that had the stride looks at a map whose cells have not come apart yet.
    expect(dilations("stage[2]").slice(0, 7)).toEqual([...bottleneck(1), "1 1 1", ...bottleneck(2)]);
    expect(dilations("stage[3]").slice(0, 7)).toEqual([...bottleneck(2), "1 1 1", ...bottleneck(4)]);
  });

  it("is the encoder itself where no stride passes the resolution", () => {
    const { attributes: _, ...rest } = network("dilated to 1/32").graph.nodes.at(-1) ?? {};
    expect(rest).toMatchObject({ name: original.graph.nodes.at(-1)?.name });
    expect(network("dilated to 1/32").graph.nodes.map(({ attributes }) => attributes)).toEqual(
      original.graph.nodes.map(({ attributes }) => attributes),
    );
  });
});

describe("what cannot be dilated is refused with the way out", () => {
  it("a resolution that lies between two strides", () => {
    expect(said("encoder dilated to 1/6 { maxpool(4) maxpool(3) } output y")).toEqual([
      "geometry/resolution-not-reached: no feature map of this section is at 1/6: this stride goes from 1/4 to 1/12 / dilate to 1/4 or 1/12",
    ]);
  });

  it("a map that is coarser already", () => {
    expect(said("maxpool(4) encoder dilated to 1/2 { conv(4, 3x3) } output y")).toEqual([
      "geometry/resolution-not-reached: this section cannot be dilated to 1/2: it starts at 1/4 already / dilate the section before this one, or dilate to 1/4",
    ]);
  });

  it("a resolution that nothing gets to", () => {
    expect(said("encoder e dilated to 1/16 { maxpool(2) maxpool(4) } output y")).toEqual([
      "geometry/dilated-for-nothing: `dilated to 1/16` has no effect: the coarsest feature map is at 1/8, so no stride is replaced / remove `dilated to`, or use a finer resolution, 1/8 or below",
    ]);
  });

  it.each([
    "upsample(2, bilinear)",
    "upsample(2, learned)",
    "unpool(bed_of_nails, 2)",
    "transposed_conv(3, 3x3)",
    "unpool(p)",
    "pad(1, reflect)",
  ])("after a stride left out: %s", (call) => {
    const [only, ...others] = said(
      `encoder dilated to 1/2 { maxpool(2) as q maxpool(2) as p ${call} } output y`,
    );
    expect(others).toEqual([]);
    expect(only).toMatch(
      /^geometry\/cannot-dilate: this operation is not possible where strides past 1\/2 were replaced by dilations/,
    );
  });

  it("a join of maps that would have different resolutions", () => {
    const body = "encoder dilated to 1/2 { maxpool(2) as a maxpool(2) skip a by add } output y";
    expect(said(body)[0]).toContain(
      "geometry/undilated-resolutions-differ: cannot add these feature maps: without `dilated to`, they would be at 1/4 and 1/2",
    );
  });

  it("a section inside one that is dilated", () => {
    const inner = "encoder dilated to 1/4 { maxpool(2) }";
    expect(said(`encoder e dilated to 1/2 { maxpool(2) ${inner} } output y`)[0]).toContain(
      "structure/dilated-inside-dilated",
    );
  });

  it.each(["3", "2/3", "0", "-1/8", "wide"])("what is no resolution: %s", (resolution) => {
    expect(said(`encoder dilated to ${resolution} { maxpool(2) } output y`)).toHaveLength(1);
  });
});

describe("names that were free before they were words of the language", () => {
  it("stay free: a section, a map and blocks may be called dilated, residual and shortcut", () => {
    expect(
      said(`block residual(c) { conv(c, 3x3) } block dilated(c) { conv(c, 3x3, dilate = 2) }
        block shortcut(c) { conv(c, 1x1) }
        encoder dilated { residual(4) as residual dilated(4) shortcut(4) skip residual by add } output y`),
    ).toEqual([]);
  });
});

describe("a residual body", () => {
  it("adds what it began with, and gives its layers the names of the body around", () => {
    const { graph } = compileNetwork(
      "network T { input image [3, H, W] residual { conv(3, 3x3) relu } residual { conv(8, 3x3) } shortcut { conv(8, 1x1) } as sum output y }",
    );
    const add = graph.nodes.filter(({ operation }) => operation === "add");
    expect(add.map(({ name, inputs }) => [name, ...inputs.map((id) => graph.nodes[id]?.name)])).toEqual([
      ["add1", "relu1", "image"],
      ["sum", "sum.conv1", "sum.shortcut.conv1"],
    ]);
  });

  it.each([
    ["conv(8, 3x3)", "conv(8, 1x1)"],
    ["conv(8, 3x3, stride = 2)", "conv(8, 1x1, stride = 2)"],
    ["conv(3, 3x3, stride = 2x1)", "conv(3, 1x1, stride = 2x1)"],
    ["upsample(2, nearest)", "conv(3, 1x1) upsample(2, bilinear)"],
  ])(
    "whose result is another kind of map is refused with a fix that removes the mistake: %s",
    (body, path) => {
      const text = `network T {\n  input image [3, H, W]\n  residual { ${body} }\n  output y\n}\n`;
      const [diagnostic, ...others] = mistakesIn(text);
      expect([diagnostic?.code, others]).toEqual(["structure/residual-needs-shortcut", []]);
      const edit = diagnostic?.fixes[0]?.edits[0];
      if (edit === undefined) throw new Error("no fix");
      const fixed = text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
      expect(fixed).toContain(`residual { ${body} } shortcut { ${path} }`);
      expect(compileText(fixed).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    },
  );
});

it("a mistake in a dilated section shows where it is dilated", () => {
  const text =
    "network T {\n  input image [3, H, W]\n  encoder dilated to 1/2 {\n    maxpool(4)\n    upsample(2, nearest)\n  }\n  output y\n}\n";
  const { diagnostics, files } = compileText(text);
  const [first] = diagnostics;
  if (first === undefined) throw new Error("no mistake");
  expect(renderDiagnostic(first, files, { colour: false })).toContain("dilated here");
});
