import { describe, expect, it } from "vitest";
import { placesAt } from "../../compiler/analyses/alignment/places-at.ts";
import { inspectNetwork } from "../../compiler/analyses/inspect/inspect.ts";
import type { Inspection } from "../../compiler/analyses/inspect/inspection.ts";
import { shapeAt } from "../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import {
  type PublishedLayer,
  type PublishedNetwork,
  publishedExamples,
  publishedNetwork,
} from "../../tools/documentation/published-networks.ts";
import { compileExample } from "../support/compile-source.ts";
import { clippedField } from "./clipped-field.ts";

/** The published layer types, as this project's operations. */
const operationOf: Readonly<Record<string, readonly OperationName[]>> = {
  Convolution: ["conv"],
  Conv2d: ["conv"],
  ReLU: ["relu"],
  Pooling: ["maxpool", "avgpool", "adaptive_pool", "global_pool"],
  MaxPool2d: ["maxpool"],
  Dropout: ["dropout"],
  Deconvolution: ["transposed_conv"],
  ConvTranspose2d: ["transposed_conv"],
  Crop: ["crop_to"],
  Eltwise: ["add"],
  BN: ["batchnorm"],
  BatchNorm2d: ["batchnorm"],
  // Caffe's normalisation is two layers, and the parameters are the second's; see normalisationsMerged.
  Scale: ["batchnorm"],
  LRN: ["lrn"],
  Upsample: ["unpool"],
  Unpooling: ["unpool"],
  AdaptiveAvgPool2d: ["global_pool"],
  Concat: ["concat"],
  Interp: ["resize_to"],
  Softmax: ["softmax"],
};

function inspectAt(network: CompiledNetwork, golden: PublishedNetwork): Inspection {
  const inspection = inspectNetwork(network, [golden.input[1], golden.input[2]]);
  if ("message" in inspection) throw new Error(inspection.message);
  return inspection;
}

/** Caffe's BatchNorm, which has no parameters, and the Scale after it are one batchnorm here. */
function normalisationsMerged(golden: PublishedNetwork): readonly PublishedLayer[] {
  return golden.layers.filter(({ type }) => type !== "BatchNorm");
}

/** The layer's field at the golden size; where the geometry depends on the size, as it is placed at that size. */
function fieldEquals(
  network: CompiledNetwork,
  layer: string,
  wanted: PublishedLayer,
  golden: PublishedNetwork,
): boolean {
  if (wanted.rf === undefined) return true;
  const node = network.graph.nodes.find(({ name }) => name === layer);
  if (node === undefined) throw new Error(`no layer ${layer}`);
  if (node.map.geometry[0].kind !== "sized") {
    return clippedField(network.graph, layer, 0, golden.input[1]) === wanted.rf;
  }
  const fields = placesOf(network, golden)[node.id]?.[0].fields ?? [];
  return (
    Math.max(...fields.map((field) => (field === undefined ? 0 : field.high - field.low + 1))) === wanted.rf
  );
}

const placed = new Map<CompiledNetwork, ReturnType<typeof placesAt>>();

function placesOf(network: CompiledNetwork, golden: PublishedNetwork): ReturnType<typeof placesAt> {
  const known = placed.get(network);
  if (known !== undefined) return known;
  const shaped = shapeAt(network.graph, [golden.input[1], golden.input[2]]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  const made = placesAt(shaped);
  placed.set(network, made);
  return made;
}

/**
 * Layers in the golden file's order. Branches are listed there where the prototxt has them, so a layer is looked for
 * among the network's remaining ones: the first of its operation with its shape and parameters.
 */
function compareLayers(network: CompiledNetwork, golden: PublishedNetwork): void {
  const rows = inspectAt(network, golden).layers.map((layer, index) => ({ layer, index }));
  const left = [...rows];
  for (const wanted of normalisationsMerged(golden)) {
    const operations: readonly string[] = operationOf[wanted.type] ?? [];
    expect(operations, `${wanted.type} is a type this test knows`).not.toEqual([]);
    const place = left.findIndex(
      ({ layer }) =>
        operations.includes(layer.op) &&
        layer.parameters === wanted.parameters &&
        [layer.channels, layer.height, layer.width].join() === wanted.shape.join() &&
        fieldEquals(network, layer.name, wanted, golden),
    );
    expect(place, `${wanted.type} ${wanted.name} ${wanted.shape.join("×")} of field ${wanted.rf}`).not.toBe(
      -1,
    );
    left.splice(place, 1);
  }
  const types = new Set(golden.layers.flatMap(({ type }) => operationOf[type] ?? []));
  const unmatched = left.filter(({ layer }) => (types as Set<string>).has(layer.op));
  expect(unmatched.map(({ layer }) => layer.name)).toEqual([]);
}

describe.each(publishedExamples())("$example is the published network", (entry) => {
  const network = compileExample(entry.example, entry.settings);
  const golden = publishedNetwork(entry.published);
  const inspection = inspectAt(network, golden);

  it("has its number of parameters", () => {
    expect(inspection.parameters).toBe(golden.parameters);
  });

  it("has its output", () => {
    const [output] = inspection.outputs;
    expect([output?.channels, output?.height, output?.width]).toEqual(golden.output);
  });

  it("has its layers, each of the same size, parameters and receptive field", () => {
    compareLayers(network, golden);
  });

  it("cuts by its crop offsets", () => {
    const crops = inspection.layers.flatMap(({ crop }) =>
      crop === undefined || crop === null ? [] : [crop],
    );
    expect(crops).toEqual(entry.crops.map((offset) => [offset, offset]));
  });

  // The entries from PyTorch definitions have no MACs.
  if (golden.macs !== undefined)
    it("costs its MACs", () => {
      expect(inspection.layers.reduce((sum, { macs }) => sum + (macs ?? 0), 0)).toBe(golden.macs);
    });
});
