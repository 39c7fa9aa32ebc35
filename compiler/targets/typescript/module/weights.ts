/** The weights of a module: their names, shapes and initial values. */

import type { Graph, GraphNode } from "../../../network/graph.ts";
import { isRectified } from "../../../network/rectified.ts";
import type { WeightSpecification } from "../../../ops/weights.ts";

export interface WrittenWeights {
  /** The entries of the constant `weightSpecifications`. */
  readonly entries: readonly string[];
  readonly functions: readonly string[];
}

/** He et al. 2015, equation 10; see runtime/weights/initialise.ts, which the numbers follow. */
export function writeWeights(graph: Graph): WrittenWeights {
  const kinds = new Set<string>();
  const entries = graph.nodes.flatMap((node) =>
    node.weights.map((weight) => {
      const { code, kind } = initialCode(graph, node, weight);
      kinds.add(kind);
      const trainable = weight.trainable ? "" : ", trainable: false";
      return `${JSON.stringify(`${node.name}.${weight.name}`)}: { shape: [${weight.shape.join(", ")}], initial: ${code}${trainable} }`;
    }),
  );
  const functions = (["normal", "uniform", "constant", "bilinear", "identity", "potts"] as const).flatMap(
    (kind) => (kinds.has(kind) ? [initialTexts[kind]] : []),
  );
  return { entries, functions };
}

function initialCode(
  graph: Graph,
  node: GraphNode,
  { initialisation, kernel, shape, name }: WeightSpecification,
): { readonly code: string; readonly kind: string } {
  const connected = () => {
    if (kernel === undefined) throw new Error(`${node.name}.${name} connects no channels`);
    return kernel;
  };
  const number = (value: number) => String(Number(value.toPrecision(6)));
  switch (initialisation.kind) {
    case "he": {
      const { fan, transposed } = connected();
      const gain = transposed && !isRectified(graph, node.id) ? 1 : 2;
      return { code: `normal(${number(Math.sqrt(gain / fan.in))})`, kind: "normal" };
    }
    case "normal":
      return { code: `normal(${initialisation.deviation})`, kind: "normal" };
    case "xavier": {
      const { fan } = connected();
      return { code: `uniform(${number(Math.sqrt(6 / (fan.in + fan.out)))})`, kind: "uniform" };
    }
    case "constant":
      return { code: `constant(${initialisation.value})`, kind: "constant" };
    case "bilinear":
      return { code: `bilinear(${connected().groups})`, kind: "bilinear" };
    case "identity": {
      const { groups, outputs } = connected();
      const [first = 1] = shape;
      const maps = initialisation.maps === undefined ? first / groups : initialisation.maps / groups;
      const settings = `groups: ${groups}, maps: ${maps}, share: ${number(maps / outputs)}, deviation: ${initialisation.deviation}`;
      return { code: `identity({ ${settings} })`, kind: "identity" };
    }
    case "potts":
      return { code: "potts", kind: "potts" };
  }
}

export const initialTexts = {
  normal: `
function normal(deviation: number): Initial {
  return (shape, seed) => tf.randomNormal([...shape], 0, deviation, "float32", seed);
}
`,
  uniform: `
function uniform(bound: number): Initial {
  return (shape, seed) => tf.randomUniform([...shape], -bound, bound, "float32", seed);
}
`,
  constant: `
function constant(value: number): Initial {
  return (shape) => tf.fill([...shape], value);
}
`,
  bilinear: `
/** Channel c to channel c, the separable triangle of bilinear interpolation (Long, Shelhamer & Darrell 2015, section 3.3). */
function bilinear(groups: number): Initial {
  return ([first = 1, second = 1, height = 1, width = 1]) => {
    const share = (size: number, i: number): number =>
      1 - Math.abs(i - (size - 1) / 2) / Math.ceil(size / 2);
    const values = tf.buffer([first, second, height, width]);
    for (let channel = 0; channel < first; channel += 1) {
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          values.set(share(height, y) * share(width, x), channel, channel % (first / groups), y, x);
        }
      }
    }
    return values.toTensor();
  };
}
`,
  identity: `
interface Identity {
  readonly groups: number;
  /** The channels of a group are shared out among so many feature maps. */
  readonly maps: number;
  readonly share: number;
  readonly deviation: number;
}

/** A share at the kernel's centre from each feature map to itself, noise elsewhere (Yu & Koltun 2016, equations 4 and 5). */
function identity({ groups, maps, share, deviation }: Identity): Initial {
  return (shape, seed) => {
    const [first = 1, second = 1, height = 1, width = 1] = shape;
    const noise = tf.randomNormal([first, second, height, width], 0, deviation, "float32", seed);
    const values = tf.buffer([first, second, height, width], "float32", noise.dataSync<"float32">());
    const perGroup = first / groups;
    const mapOf = (channel: number, channels: number): number => Math.floor((channel * maps) / channels);
    for (let a = 0; a < first; a += 1) {
      for (let b = 0; b < second; b += 1) {
        if (mapOf(a % perGroup, perGroup) !== mapOf(b, second)) continue;
        values.set(share, a, b, Math.floor((height - 1) / 2), Math.floor((width - 1) / 2));
      }
    }
    return values.toTensor();
  };
}
`,
  potts: `
/** Every class costs the same beside every other (Potts 1952). */
function potts([classes = 1]: readonly number[]): tf.Tensor {
  return tf.sub(1, tf.eye(classes));
}
`,
} as const;
