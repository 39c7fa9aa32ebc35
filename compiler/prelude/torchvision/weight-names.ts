/** The weights of the encoders in a network by torchvision's names, so that weights which people have can be loaded. */
import type { Graph, GraphNode } from "../../network/graph.ts";
import { type TorchvisionEncoder, torchvisionEncoders } from "./encoders.ts";

export interface EncoderWeights extends Pick<TorchvisionEncoder, "model"> {
  /** As the program's layers begin: "encoder". */
  readonly prefix: string;
  /**
   * Our name of a weight to torchvision's: "encoder.resnet_stem1.batchnorm1.scale" to "bn1.weight". Shapes may differ by axes of
   * extent 1 (a fully connected layer is a 1x1 convolution here).
   */
  readonly names: ReadonlyMap<string, string>;
}

const renamed: Readonly<Record<string, string>> = {
  scale: "weight",
  shift: "bias",
  running_variance: "running_var",
  factor: "layer_scale",
};

/**
 * Of each call of an encoder of std/encoders, in the network's order. A call with other layers than torchvision's network has,
 * as with a convolutional head, is left out.
 */
export function torchvisionWeights({ nodes }: Graph): readonly EncoderWeights[] {
  const calls = new Map<string, { readonly encoder: TorchvisionEncoder; readonly own: GraphNode[] }>();
  for (const node of nodes) {
    if (node.weights.length === 0) continue;
    const { scope } = node.origin;
    const at = scope.findIndex(({ kind, name }) => kind === "block" && torchvisionEncoders.has(name));
    const encoder = torchvisionEncoders.get(scope[at]?.name ?? "");
    if (encoder === undefined) continue;
    const call = scope
      .slice(0, at + 1)
      .map(({ kind, name, index }) => `${kind} ${name} ${index}`)
      .join("/");
    const known = calls.get(call);
    if (known === undefined) calls.set(call, { encoder, own: [node] });
    else known.own.push(node);
  }
  return [...calls.values()].flatMap(({ encoder: { model, layers }, own }) => {
    if (own.length !== layers.length) return [];
    const names = own.flatMap(({ name, weights }, place) =>
      weights.map((weight): [string, string] => [
        `${name}.${weight.name}`,
        `${layers[place]}.${renamed[weight.name] ?? weight.name}`,
      ]),
    );
    return [{ model, prefix: commonPrefix(own.map(({ name }) => name)), names: new Map(names) }];
  });
}

/** The first parts that all names have. */
function commonPrefix(names: readonly string[]): string {
  const [first = [], ...others] = names.map((name) => name.split("."));
  const length = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first.slice(0, Math.max(0, length)).join(".");
}
