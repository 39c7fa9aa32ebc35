/** The interfaces of a module: what its class takes and gives. */
import type { InterfaceDeclarationStructure, OptionalKind } from "ts-morph";
import { identifier } from "../body/names.ts";
import { inputDoc } from "./docs.ts";
import type { ModuleFacts } from "./facts.ts";

type Interface = OptionalKind<InterfaceDeclarationStructure>;

/** In the order in which the module shows them. */
export function interfacesOf(facts: ModuleFacts): readonly Interface[] {
  const { graph, inputs, fields, labelled, loss } = facts;
  const several: readonly Interface[] = [
    written(
      "Inputs",
      "Normalised inputs.",
      inputs.map((node) => [identifier(node.attributes.name), "tf.Tensor4D", inputDoc(graph, node)]),
    ),
    written(
      "Images",
      "One image for each input, of one size.",
      inputs.map(({ attributes: { name } }) => [identifier(name), "Image"]),
    ),
  ];
  return [
    ...(inputs.length > 1 ? several : []),
    written(
      "Outputs",
      "Feature maps, [batch, height, width, channels]; their shapes are written [channels, height, width].",
      fields.map(({ field, doc }) => [field, "tf.Tensor4D", doc]),
    ),
    written(
      "Prediction",
      "Of one image, at its own size.",
      graph.outputs.map(({ name }) =>
        labelled.has(name)
          ? [identifier(name), "tf.Tensor2D", "The class of each pixel, int32 [height, width]."]
          : [identifier(name), "tf.Tensor3D", "Values at each pixel, [height, width, channels]."],
      ),
    ),
    written(
      "Targets",
      "What the outputs are to be, at their own sizes.",
      loss.targets.map(({ name, type, doc }) => [name, type, doc]),
    ),
    applyOptions,
    written("Normalisation", "(value − mean) / deviation, one number per channel, of values 0 to 1.", [
      ["mean", "readonly number[]"],
      ["deviation", "readonly number[]"],
    ]),
  ];
}

type Property = readonly [name: string, type: string, doc?: string];

function written(name: string, doc: string, properties: readonly Property[]): Interface {
  return {
    name,
    isExported: true,
    docs: [doc],
    properties: properties.map(([property, type, about]) => ({
      name: property,
      type,
      isReadonly: true,
      ...(about === undefined ? {} : { docs: [about] }),
    })),
  };
}

const applyOptions: Interface = {
  name: "ApplyOptions",
  isExported: true,
  properties: [
    {
      name: "training",
      type: "boolean",
      hasQuestionToken: true,
      isReadonly: true,
      docs: ["Batch statistics and dropout, as in a training step."],
    },
    {
      name: "dropoutMask",
      type: "DropoutMask",
      hasQuestionToken: true,
      isReadonly: true,
      docs: ["The masks of dropout; random ones where left out."],
    },
  ],
};
