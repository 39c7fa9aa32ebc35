import { expect, test } from "vitest";
import { inspectNetwork } from "../../../compiler/analyses/inspect/inspect.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { ReadFailure, readGraph } from "../../../compiler/network/read.ts";
import { renderInspection } from "../../../views/terminal/inspection/render-inspection.ts";

const conv = "stride=1x1 dilation=1x1 groups=1 padding=[0+0, 0+0] bias=true init=he";
/** One level of a U: down by pooling, up by a learned upsampling, joined with the cut map before. */
const level = network(`graph "Level"
%0 input "image" () name="image" channels=1 size=[H, W] : 1 @ [H, W]
%1 conv "conv1" (%0) channels=4 kernel=3x3 ${conv} frozen=false : 4 @ [H - 2, W - 2]
%2 maxpool "pool" (%1) kernel=2x2 stride=2x2 dilation=1x1 padding=[0+0, 0+0] ceil=false : 4 @ [H/2 - 1, W/2 - 1]
%3 conv "conv2" (%2) channels=8 kernel=3x3 ${conv} frozen=true : 8 @ [H/2 - 3, W/2 - 3]
%4 transposed_conv "up" (%3) channels=4 kernel=2x2 stride=2x2 groups=1 padding=[0+0, 0+0] bias=true init=he frozen=false : 4 @ [H - 6, W - 6]
%5 crop_to "cut" (%1, %4) rule=centred offset=[2, 2] : 4 @ [H - 6, W - 6]
%6 concat "join" (%4, %5) : 8 @ [H - 6, W - 6]
%7 batchnorm "normalise" (%6) momentum=0.9 epsilon=0.00001 scale=true shift=true frozen=false : 8 @ [H - 6, W - 6]
output "map" %7 logits=%7
`);

function network(text: string): CompiledNetwork {
  const graph = readGraph(text);
  if (graph instanceof ReadFailure) throw new Error(`line ${graph.line}: ${graph.message}`);
  return { name: graph.name, doc: undefined, parameters: new Map([["width", "4"]]), graph, train: undefined };
}

test("without a size, heights and widths are formulas and MACs are null", () => {
  expect(inspectNetwork(level)).toEqual({
    network: "Level",
    parameters: 40 + 296 + 132 + 16,
    trainable: 40 + 132 + 16,
    acceptedSizes: {
      H: { period: 2, residues: [0], from: 8, also: [] },
      W: { period: 2, residues: [0], from: 8, also: [] },
    },
    inputs: [
      {
        name: "image",
        channels: 1,
        accepts: {
          height: { period: 2, residues: [0], from: 8, also: [] },
          width: { period: 2, residues: [0], from: 8, also: [] },
        },
        ...tables(1, 0),
      },
    ],
    outputs: [{ name: "map", channels: 8, height: "H - 6", width: "W - 6", ...tables(1, -6) }],
    layers: [
      layer("conv1", "conv", 4, ["H - 2", "W - 2"], 40, { stride: [1, 1], offset: [1, 1], field: [3, 3] }),
      layer("pool", "maxpool", 4, ["H/2 - 1", "W/2 - 1"], 0, {
        stride: [2, 2],
        offset: ["3/2", "3/2"],
        field: [4, 4],
      }),
      layer("conv2", "conv", 8, ["H/2 - 3", "W/2 - 3"], 296, {
        stride: [2, 2],
        offset: ["7/2", "7/2"],
        field: [8, 8],
      }),
      layer("up", "transposed_conv", 4, ["H - 6", "W - 6"], 132, {
        stride: [1, 1],
        offset: [3, 3],
        field: [8, 8],
      }),
      layer("cut", "crop_to", 4, ["H - 6", "W - 6"], 0, {
        stride: [1, 1],
        offset: [3, 3],
        field: [3, 3],
        crop: [2, 2],
      }),
      layer("join", "concat", 8, ["H - 6", "W - 6"], 0, { stride: [1, 1], offset: [3, 3], field: [8, 8] }),
      layer("normalise", "batchnorm", 8, ["H - 6", "W - 6"], 16, {
        stride: [1, 1],
        offset: [3, 3],
        field: [8, 8],
      }),
    ],
  });
});

function layer(
  name: string,
  op: string,
  channels: number,
  [height, width]: readonly [string, string],
  parameters: number,
  geometry: object,
): object {
  const [, halved, shift = "0"] = /^H(\/2)?(?: - (\d+))?$/.exec(height) ?? [];
  const sizes = tables(halved === undefined ? 1 : 2, 0 - Number(shift));
  return { name, op, channels, height, width, ...sizes, parameters, macs: null, ...geometry };
}

/** H/denominator + shift and W/denominator + shift, at the sizes that `level` accepts. */
function tables(denominator: number, shift: number): object {
  const table = (symbol: string) => ({
    symbol,
    from: 8,
    period: 1,
    rate: { numerator: 1, denominator },
    constants: [shift],
    exceptions: [],
  });
  return { heightTable: table("H"), widthTable: table("W") };
}

test("with a size, they are numbers", () => {
  const inspection = inspectNetwork(level, [20, 12]);
  if ("kind" in inspection) throw new Error(inspection.message);
  expect(inspection.outputs).toMatchObject([
    { name: "map", channels: 8, height: 14, width: 6, ...tables(1, -6) },
  ]);
  expect(inspection.layers.map(({ name, height, width, macs }) => [name, height, width, macs])).toEqual([
    ["conv1", 18, 10, 18 * 10 * 4 * 9],
    ["pool", 9, 5, 0],
    ["conv2", 7, 3, 7 * 3 * 8 * 4 * 9],
    ["up", 14, 6, 7 * 3 * 8 * 4 * 4],
    ["cut", 14, 6, 0],
    ["join", 14, 6, 0],
    ["normalise", 14, 6, 0],
  ]);
});

test("a size that is not accepted is refused, by the data and by the text", () => {
  expect(inspectNetwork(level, [21, 12])).toMatchObject({
    kind: "refused",
    symbol: "H",
    below: 20,
    above: 22,
  });
  expect(renderInspection(level, [21, 12], { color: false, unicode: true })).toMatchObject({
    kind: "refused",
  });
});

test("the text says what the network takes and gives, what it sees, and its size", () => {
  expect(renderInspection(level, undefined, { color: false, unicode: true })).toBe(
    `Level(width = 4)
  image [1, H, W]  →  map [8, H − 6, W − 6]
  accepts          H ≥ 8 with H mod 2 = 0   (8, 10, 12 …)   and the same for W
  receptive field  8 px   stride 1, offset 3
  484 parameters (188 trainable)`,
  );
});

test("with a size the text has the table of layers, in ASCII where asked", () => {
  expect(renderInspection(level, [20, 12], { color: false, unicode: false })).toBe(
    `Level(width = 4)
  image [1, H, W]  ->  map [8, H - 6, W - 6]
  image [1, 20, 12]  ->  map [8, 14, 6]
  accepts          H >= 8 with H mod 2 = 0   (8, 10, 12 ...)   and the same for W
  receptive field  8 px   stride 1, offset 3
  484 parameters (188 trainable), 15.2 kMACs, activations 13.3 kB (float32, batch 1)

layer      operation        channels  height  width  parameters    MACs  stride  offset  receptive field  crop
conv1      conv                    4      18     10          40  6.48 k       1       1                3
pool       maxpool                 4       9      5                           2     3/2                4
conv2      conv                    8       7      3         296  6.05 k       2     7/2                8
up         transposed_conv         4      14      6         132  2.69 k       1       3                8
cut        crop_to                 4      14      6                           1       3                3     2
join       concat                  8      14      6                           1       3                8
normalise  batchnorm               8      14      6          16               1       3                8`,
  );
});

test("a network with a dense layer accepts its one size", () => {
  const classifier = network(`graph "Classifier"
%0 input "image" () name="image" channels=1 size=[6, 4] : 1 @ [6, 4]
%1 dense "fc" (%0) channels=10 bias=true init=he frozen=false : 10 @ [1, 1]
output "scores" %1 logits=%1
`);
  expect(inspectNetwork(classifier)).toMatchObject({
    inputs: [
      {
        accepts: {
          height: { period: null, residues: [], from: 0, also: [6] },
          width: { period: null, residues: [], from: 0, also: [4] },
        },
      },
    ],
    parameters: 10 * 24 + 10,
    layers: [{ op: "dense", height: "1", width: "1", stride: null, field: null }],
  });
});
