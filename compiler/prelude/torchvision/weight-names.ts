/** The weights of a network's encoders and heads by torchvision's names, so that weights which people have can be loaded. */
import type { Graph, GraphNode } from "../../network/graph.ts";
import { differencesFromTorchvision } from "./differences.ts";
import { torchvisionEncoders } from "./encoders.ts";
import { torchvisionHeads } from "./heads.ts";

/** A call of a block that torchvision has too. */
export interface TorchvisionPart {
  readonly kind: "encoder" | "head";
  /** The block of std/encoders or std/heads. */
  readonly block: string;
  /** torchvision's network, "resnet50"; of a head its class, "FCNHead". */
  readonly model: string;
  /** As the program's layers begin: "encoder". */
  readonly prefix: string;
  /**
   * Our name of a weight to torchvision's: "encoder.resnet_stem1.batchnorm1.scale" to "bn1.weight". Shapes may differ by axes of
   * extent 1, and a fully connected layer may be a convolution over its whole input here.
   */
  readonly names: ReadonlyMap<string, string>;
  /** Our names of the weights of layers whose output channels are the classes. */
  readonly classifiers: ReadonlySet<string>;
  /** What a head is called in torchvision's networks that have it twice: beside "classifier" also this. */
  readonly alsoBelow: string | undefined;
  /** Its first layer with weights: of an encoder the one that reads the image. */
  readonly first: GraphNode;
  /** In what an encoder is not torchvision's, in words; its features then differ with the same weights. */
  readonly differences: readonly string[];
}

interface KnownBlock extends Pick<TorchvisionPart, "kind" | "model" | "alsoBelow"> {
  readonly layers: readonly string[];
  readonly further: readonly string[];
  readonly classifiers: readonly string[];
}

const renamed: Readonly<Record<string, string>> = {
  scale: "weight",
  shift: "bias",
  running_variance: "running_var",
  factor: "layer_scale",
};

/**
 * Of each call of a block of std/encoders or std/heads that torchvision has, in the network's order, wherever the call is: in another
 * block, in a loop, under another name. A call with other layers than torchvision has is left out, and so is one that uses the weights
 * of another.
 */
export function torchvisionParts({ nodes }: Graph): readonly TorchvisionPart[] {
  const calls = new Map<
    string,
    {
      readonly block: string;
      readonly known: KnownBlock;
      /** With weights; without. */
      readonly own: GraphNode[];
      readonly others: GraphNode[];
    }
  >();
  for (const node of nodes) {
    const { scope } = node.origin;
    const at = scope.findIndex(({ kind, name }) => kind === "block" && knownBlock(name) !== undefined);
    const block = scope[at]?.name ?? "";
    const known = knownBlock(block);
    if (known === undefined) continue;
    const call = scope
      .slice(0, at + 1)
      .map(({ kind, name, index }) => `${kind} ${name} ${index}`)
      .join("/");
    const found = calls.get(call) ?? { block, known, own: [], others: [] };
    calls.set(call, found);
    (node.weights.length > 0 ? found.own : found.others).push(node);
  }
  return [...calls.values()].flatMap(({ block, known, own, others }) => {
    const { kind, model, layers, further, alsoBelow } = known;
    const [first] = own;
    const paths = own.length === layers.length ? layers : [...layers, ...further];
    if (first === undefined || own.length !== paths.length) return [];
    const names = own.flatMap(({ name, weights }, place) =>
      weights.map((weight): [string, string] => [
        `${name}.${weight.name}`,
        `${paths[place]}.${renamed[weight.name] ?? weight.name}`,
      ]),
    );
    const classifiers = own.flatMap(({ name, weights }, place) =>
      known.classifiers.includes(paths[place] ?? "") ? weights.map((weight) => `${name}.${weight.name}`) : [],
    );
    const layer = (path: string) => own[paths.indexOf(path)];
    const prefix = commonPrefix(own.map(({ name }) => name));
    return [
      {
        kind,
        block,
        model,
        prefix,
        names: new Map(names),
        classifiers: new Set(classifiers),
        alsoBelow,
        first,
        differences: kind === "encoder" ? differencesFromTorchvision({ at: layer, others }) : [],
      },
    ];
  });
}

/** The encoders alone. */
export function torchvisionEncodersOf(graph: Graph): readonly TorchvisionPart[] {
  return torchvisionParts(graph).filter(({ kind }) => kind === "encoder");
}

function knownBlock(name: string): KnownBlock | undefined {
  const encoder = torchvisionEncoders.get(name);
  if (encoder !== undefined)
    return {
      kind: "encoder",
      model: encoder.model,
      layers: encoder.layers,
      further: encoder.convolutionalHead ?? [],
      classifiers: [],
      alsoBelow: undefined,
    };
  const head = torchvisionHeads.get(name);
  return head && { kind: "head", further: [], alsoBelow: undefined, ...head };
}

/** The first parts that all names have. */
function commonPrefix(names: readonly string[]): string {
  const [first = [], ...others] = names.map((name) => name.split("."));
  const length = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first.slice(0, Math.max(0, length)).join(".");
}
