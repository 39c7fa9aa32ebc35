/** A network built node by node, for figures of graphs that no source says anything about. */
import { perAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { Refusal } from "../../../compiler/diagnostics/problem.ts";
import { GraphBuilder, noOrigin } from "../../../compiler/network/build.ts";
import type { Origin } from "../../../compiler/network/graph.ts";
import type { Attributes, OperationName } from "../../../compiler/ops/attributes.ts";

interface Convolution {
  readonly stride?: number;
  readonly dilation?: number;
  readonly padding?: "same" | "valid" | number;
  readonly groups?: number;
}

export class NetworkSketch {
  readonly builder: GraphBuilder;
  readonly name: string;
  origin: Partial<Origin> = {};

  constructor(name: string) {
    this.name = name;
    this.builder = new GraphBuilder(name);
  }

  add<O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    inputs: readonly number[],
    origin: Partial<Origin> = {},
  ): number {
    const id = this.builder.append({
      operation,
      attributes,
      inputs,
      name: `${operation}${this.builder.length}`,
      origin: { ...noOrigin, ...this.origin, ...origin },
    });
    if (id instanceof Refusal) throw new Error(`${operation} was refused: ${id.problem.code}`);
    return id;
  }

  input(channels: number, name = "image"): number {
    return this.add("input", { name, channels, size: [dimension("H"), dimension("W")] }, []);
  }

  conv(from: number, channels: number, kernel = 3, options: Convolution = {}): number {
    const { stride = 1, dilation = 1, padding = "same", groups = 1 } = options;
    const spread = (kernel - 1) * dilation;
    const margins =
      padding === "same"
        ? { before: Math.floor(spread / 2), after: Math.ceil(spread / 2) }
        : { before: padding === "valid" ? 0 : padding, after: padding === "valid" ? 0 : padding };
    return this.add(
      "conv",
      {
        channels,
        kernel: perAxis(() => kernel),
        stride: perAxis(() => stride),
        dilation: perAxis(() => dilation),
        groups,
        padding: perAxis(() => margins),
        bias: true,
        init: { kind: "he" },
        frozen: false,
      },
      [from],
    );
  }

  convRelu(from: number, channels: number, kernel = 3, options: Convolution = {}): number {
    return this.add("relu", {}, [this.conv(from, channels, kernel, options)]);
  }

  convNormRelu(from: number, channels: number, kernel = 3, options: Convolution = {}): number {
    return this.add("relu", {}, [this.norm(this.conv(from, channels, kernel, options))]);
  }

  norm(from: number): number {
    return this.add("batchnorm", { momentum: 0.9, epsilon: 1e-5, scale: true, shift: true, frozen: false }, [
      from,
    ]);
  }

  pool(from: number, size = 2): number {
    return this.add(
      "maxpool",
      { kernel: [size, size], stride: [size, size], dilation: [1, 1], padding: none(), ceil: false },
      [from],
    );
  }

  ceilPool(from: number): number {
    return this.add(
      "maxpool",
      { kernel: [2, 2], stride: [2, 2], dilation: [1, 1], padding: none(), ceil: true },
      [from],
    );
  }

  up(from: number, channels: number, stride: number, kernel = stride, frozen = false): number {
    return this.add(
      "transposed_conv",
      {
        channels,
        kernel: [kernel, kernel],
        stride: [stride, stride],
        groups: 1,
        padding: none(),
        bias: false,
        init: { kind: "he" },
        frozen,
      },
      [from],
    );
  }

  unpool(from: number, pool: number): number {
    const node = this.builder.node(pool);
    if (node.operation !== "maxpool") throw new Error("unpool takes a maxpool");
    return this.add("unpool", node.attributes, [from, pool, node.inputs[0] ?? 0]);
  }

  crop(from: number, to: number, rule: "centred" | "aligned", offset?: number): number {
    return this.add("crop_to", { rule, offset: [offset, offset] }, [from, to], { construct: "crop" });
  }

  concat(...inputs: number[]): number {
    return this.add("concat", {}, inputs);
  }

  sum(...inputs: number[]): number {
    return this.add("add", {}, inputs);
  }

  finish(logits: number, name = "labels"): CompiledNetwork {
    const node = this.add("softmax", {}, [logits]);
    const graph = this.builder.finish([{ name, node, logits, activation: "softmax" }], undefined);
    if (graph instanceof Refusal) throw new Error(`the graph was refused: ${graph.problem.code}`);
    return {
      name: this.name,
      doc: undefined,
      parameters: new Map(),
      graph,
      train: undefined,
    };
  }
}

function dimension(symbol: string) {
  return { symbol, scale: 1, shift: 0 };
}

function none() {
  return perAxis(() => ({ before: 0, after: 0 }));
}
