/** Small graphs for the engines' tests, node by node. */

import { Refusal } from "../../compiler/diagnostics/problem.ts";
import { GraphBuilder, noOrigin } from "../../compiler/network/build.ts";
import type { Graph, GraphOutput } from "../../compiler/network/graph.ts";
import type { Attributes, OperationName, PoolAttributes } from "../../compiler/ops/attributes.ts";
import type { Initialisation } from "../../compiler/ops/operation.ts";

export class Network {
  readonly #builder: GraphBuilder;
  readonly #counts = new Map<string, number>();

  constructor(name: string) {
    this.#builder = new GraphBuilder(name);
  }

  /** Appends a node; its name is the operation and a number from 1, unless given. */
  add<O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    inputs: readonly number[],
    name?: string,
  ): number {
    const count = (this.#counts.get(operation) ?? 0) + 1;
    this.#counts.set(operation, count);
    const request = { operation, attributes, inputs, name: name ?? `${operation}${count}`, origin: noOrigin };
    const node = this.#builder.append(request);
    if (typeof node !== "number") throw new Error(JSON.stringify(node));
    return node;
  }

  /** A size is a symbol, or a number of pixels. */
  input(
    name: string,
    channels: number,
    sizes: readonly [string | number, string | number] = ["H", "W"],
  ): number {
    const dimension = (size: string | number) =>
      typeof size === "string"
        ? { symbol: size, scale: 1, shift: 0 }
        : { symbol: undefined, scale: 0, shift: size };
    const size = [dimension(sizes[0]), dimension(sizes[1])] as const;
    return this.add("input", { name, channels, size }, [], name);
  }

  conv(from: number, channels: number, options: ConvolutionOptions = {}): number {
    const kernel = options.kernel ?? 3;
    const margin = { before: Math.floor((kernel - 1) / 2), after: Math.ceil((kernel - 1) / 2) };
    const attributes = {
      channels,
      kernel: [kernel, kernel],
      stride: [1, 1],
      dilation: [1, 1],
      groups: options.groups ?? 1,
      padding: options.valid === true ? ([none, none] as const) : ([margin, margin] as const),
      bias: options.bias ?? true,
      init: options.init ?? { kind: "he" },
      frozen: options.frozen ?? false,
    } as const;
    return this.add("conv", attributes, [from]);
  }

  upsample(from: number, channels: number, factor = 2): number {
    const attributes = {
      channels,
      kernel: [factor, factor],
      stride: [factor, factor],
      groups: 1,
      padding: [none, none],
      bias: true,
      init: { kind: "he" },
      frozen: false,
    } as const;
    return this.add("transposed_conv", attributes, [from]);
  }

  pool(from: number): number {
    return this.add("maxpool", halving, [from]);
  }

  normalise(from: number): number {
    const attributes = { momentum: 0.9, epsilon: 1e-5, scale: true, shift: true, frozen: false };
    return this.add("batchnorm", attributes, [from]);
  }

  relu(from: number): number {
    return this.add("relu", {}, [from]);
  }

  softmax(logits: number, name = "labels"): GraphOutput {
    return { name, node: this.add("softmax", {}, [logits]), logits, activation: "softmax" };
  }

  sigmoid(logits: number, name = "labels"): GraphOutput {
    return { name, node: this.add("sigmoid", {}, [logits]), logits, activation: "sigmoid" };
  }

  finish(...outputs: readonly GraphOutput[]): Graph {
    const graph = this.#builder.finish(outputs, undefined);
    if (graph instanceof Refusal) throw new Error(JSON.stringify(graph));
    return graph;
  }
}

const none = { before: 0, after: 0 };

const halving: PoolAttributes = {
  kernel: [2, 2],
  stride: [2, 2],
  dilation: [1, 1],
  padding: [none, none],
  ceil: false,
};

interface ConvolutionOptions {
  readonly kernel?: number;
  readonly groups?: number;
  readonly valid?: boolean;
  readonly bias?: boolean;
  readonly init?: Initialisation;
  readonly frozen?: boolean;
}

/** One convolution and a softmax. */
export function oneConvolution(options: ConvolutionOptions = {}, classes = 3): Graph {
  const network = new Network("one-conv");
  return network.finish(network.softmax(network.conv(network.input("image", 2), classes, options)));
}

/** Two resolutions, a skip, dropout at the bottom: a U-Net in small. Accepts even sizes. */
export function smallUNet(channels = 4, classes = 2): Graph {
  const network = new Network("small-u-net");
  const image = network.input("image", 1);
  const top = network.relu(network.conv(image, channels));
  const bottom = network.relu(network.conv(network.pool(top), 2 * channels));
  const dropped = network.add("dropout", { rate: 0.25, drops: "values" }, [bottom]);
  const up = network.upsample(dropped, channels);
  const joined = network.add("concat", {}, [top, up]);
  const last = network.relu(network.conv(joined, channels));
  return network.finish(network.softmax(network.conv(last, classes, { kernel: 1 })));
}

/** Batch normalisation, and unpooling to where the maxima were: a SegNet in small. Accepts even sizes. */
export function smallSegNet(channels = 4, classes = 2): Graph {
  const network = new Network("small-segnet");
  const image = network.input("image", 1);
  const top = network.relu(network.normalise(network.conv(image, channels)));
  const pool = network.pool(top);
  const bottom = network.relu(network.normalise(network.conv(pool, channels)));
  const unpooled = network.add("unpool", halving, [bottom, pool, top]);
  const last = network.relu(network.normalise(network.conv(unpooled, channels)));
  return network.finish(network.softmax(network.conv(last, classes)));
}

/** A U-Net as the language's example has it: 3×3 convolutions by two, `depth` poolings, learned upsampling, concatenation. */
export function uNet(width: number, depth: number, classes: number, inputChannels = 1): Graph {
  const network = new Network("u-net");
  const twice = (from: number, channels: number) => {
    const first = network.relu(network.conv(from, channels));
    return network.relu(network.conv(first, channels));
  };
  let map = network.input("image", inputChannels);
  const levels: number[] = [];
  for (let i = 0; i < depth; i++) {
    map = twice(map, width * 2 ** i);
    levels.push(map);
    map = network.pool(map);
  }
  map = twice(map, width * 2 ** depth);
  for (const [i, level] of [...levels.entries()].reverse()) {
    map = network.upsample(map, width * 2 ** i);
    map = network.add("concat", {}, [level, map]);
    map = twice(map, width * 2 ** i);
  }
  return network.finish(network.softmax(network.conv(map, classes, { kernel: 1 })));
}
