/** A tensor program as sessions of ONNX Runtime, and the buffers that they write into. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import { primitiveOf } from "../../../compiler/tensors/primitives/registry.ts";
import type { Program, Step } from "../../../compiler/tensors/program.ts";
import { elementCount, type TensorType } from "../../../compiler/tensors/value.ts";
import type { MapBatch } from "../../arrays.ts";
import type { HeldValues, PreparedProgram, ProgramRun } from "../executor.ts";
import { inRows } from "../feeds/in-rows.ts";
import type { FeedValues } from "../feeds/program-feeds.ts";
import type { EarlyValues } from "./early-models.ts";
import { inputName, type LoweredPart, resultName } from "./lower-program.ts";
import type { NativeState } from "./native-state.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { whereItFits } from "./open-model.ts";
import { type RunningAverage, writeAverage } from "./running-averages.ts";
import { sumName } from "./sum-of-gradients.ts";
import { runInto } from "./uncopied-results.ts";
import { fromStored } from "./weight-order.ts";

export type Part = ModelPart | Exclude<LoweredPart, { kind: "model" }>;

interface ModelPart {
  readonly kind: "model";
  readonly session: InferenceSession;
  readonly lowered: Extract<LoweredPart, { kind: "model" }>;
  readonly early: EarlyValues | undefined;
}

/** All programs of an executor, which hand buffers to each other: an update writes a moment where its gradient was. */
export interface BufferOwner {
  /** Whether a program writes its results into it. */
  readonly hasBuffer: (buffer: FeedValues) => boolean;
  /** Whoever has the buffer gets the other one instead. */
  readonly exchange: (buffer: FeedValues, other: FeedValues) => void;
  readonly closed: (program: NativeProgram) => void;
}

export class NativeProgram implements PreparedProgram {
  readonly program: Program;
  readonly #runtime: OnnxRuntime;
  readonly #lower: () => Promise<readonly Part[]>;
  #parts: readonly Part[] = [];
  /** The version of the weights' orders that the parts were made for. */
  #orders: number | undefined;
  /** Of all programs of the executor. */
  readonly #state: NativeState;
  readonly #owner: BufferOwner;
  /** What each run writes its results into, by value. */
  readonly #results = new Map<number, FeedValues>();
  /** Of the gradients of the last run: their float32 sum. */
  #finite = true;

  constructor(
    runtime: OnnxRuntime,
    program: Program,
    state: NativeState,
    lower: () => Promise<readonly Part[]>,
    owner: BufferOwner,
  ) {
    this.program = program;
    this.#runtime = runtime;
    this.#state = state;
    this.#lower = lower;
    this.#owner = owner;
  }

  /** Made again where a program that was prepared later stores weights in another order. */
  async ready(): Promise<void> {
    if (this.#orders === this.#state.orderVersion) return;
    this.#release();
    const lowering = this.#lower();
    const orders = this.#state.orderVersion; // of its models, which are written by now and are opened meanwhile
    this.#parts = await lowering;
    this.#orders = orders;
  }

  get buffers(): number {
    return this.#results.size;
  }

  async run(feeds: ReadonlyMap<string, FeedValues | MapBatch | HeldValues>): Promise<ProgramRun> {
    await this.ready();
    const values = this.#given(feeds);
    this.#finite = true;
    for (const part of this.#parts) {
      if (part.kind === "host") this.#runOnHost(part.step, values);
      else if (part.kind === "averages") this.#average(part.averages, values);
      else await this.#runModel(part, values);
    }
    const resultOf = (id: number): FeedValues => {
      const found = values.get(id);
      if (found === undefined) throw new Error(`value ${id} was not computed`);
      return found;
    };
    const { outputs, updates } = this.program;
    return {
      outputs: new Map(outputs.map(({ kind, name, value }) => [outputName(kind, name), resultOf(value)])),
      gradientsFinite: this.#finite,
      gradient: (name) => {
        const value = outputs.find((output) => output.kind === "gradient" && output.name === name)?.value;
        if (value === undefined) throw new Error(`the program gives no gradient of ${name}`);
        const stored = this.#state.orderOf(name);
        const data = asFloat32(resultOf(value));
        return stored === undefined ? data : fromStored(data, stored.shape, stored.order);
      },
      commit: () => {
        for (const { state, value } of updates) this.#commit(state, resultOf(value));
      },
    };
  }

  /** The state takes the buffer of the result, and whichever program had that buffer writes into the state's old one from now on. */
  #commit(state: string, result: FeedValues): void {
    const old = this.#state.stored(state);
    this.#state.replaceStored(state, asFloat32(result));
    if (old !== result) this.#owner.exchange(result, old);
  }

  hasBuffer(buffer: FeedValues): boolean {
    return [...this.#results.values()].includes(buffer);
  }

  exchange(buffer: FeedValues, other: FeedValues): void {
    for (const [value, own] of this.#results) if (own === buffer) this.#results.set(value, other);
  }

  /** What a result is written into: its own buffer, or that of an operand which nothing reads afterwards. */
  #bufferFor(id: number, over: number | undefined, values: ReadonlyMap<number, FeedValues>): FeedValues {
    const operand = over === undefined ? undefined : values.get(over);
    const isState = this.program.state.some(({ value }) => value === over);
    if (operand !== undefined && (isState || this.#isFree(operand, values))) return operand;
    const buffer = this.#results.get(id) ?? this.#empty(id);
    this.#results.set(id, buffer);
    return buffer;
  }

  /** Whether a feed may be written over: it is no array of the caller's, and no gradient of several weights, which get one array where theirs are equal. */
  #isFree(feed: FeedValues, values: ReadonlyMap<number, FeedValues>): boolean {
    const isShared = [...values.values()].filter((other) => other === feed).length > 1;
    return !isShared && this.#owner.hasBuffer(feed);
  }

  #given(feeds: ReadonlyMap<string, FeedValues | MapBatch | HeldValues>): Map<number, FeedValues> {
    const values = new Map<number, FeedValues>();
    for (const { kind, name, value } of this.program.feeds) {
      const given = feeds.get(feedName(kind, name));
      if (given === undefined || "kind" in given) throw new Error(`${feedName(kind, name)} is not given`);
      values.set(value, inRows(given));
    }
    for (const { name, value } of this.program.state) {
      values.set(value, this.#state.stored(name));
    }
    return values;
  }

  async #runModel(part: ModelPart, values: Map<number, FeedValues>): Promise<void> {
    const { session, lowered } = part;
    const early = await part.early?.values(this.#state.version, (id, shape) =>
      this.#tensor(id, values.get(id), shape),
    );
    const feeds: Record<string, Tensor> = {};
    for (const [id, shape] of lowered.inputs) feeds[inputName(id)] = this.#tensor(id, values.get(id), shape);
    const fetches: Record<string, Tensor> = {};
    const buffers = new Map<number, FeedValues>();
    for (const [id, shape] of lowered.outputs) {
      const buffer = this.#bufferFor(id, lowered.over.get(id), values);
      buffers.set(id, buffer);
      fetches[resultName(id)] = this.#tensor(id, buffer, shape);
    }
    const sum = new this.#runtime.Tensor("float32", new Float32Array(1), [1]);
    if (lowered.sums) fetches[sumName] = sum;
    try {
      await whereItFits(() => runInto(session, { ...feeds, ...early }, fetches));
    } catch (problem) {
      if (lowered.over.size > 0) this.#state.lose();
      throw problem;
    }
    if (lowered.sums) this.#finite &&= Number.isFinite(sum.data[0]);
    for (const [id, buffer] of buffers) values.set(id, buffer);
  }

  #runOnHost({ primitive, attributes, operands, results }: Step, values: Map<number, FeedValues>): void {
    const given = operands.map((id) => {
      const data = values.get(id);
      if (data === undefined) throw new Error(`value ${id} is not computed yet`);
      return { ...this.#type(id), data: Float64Array.from(data) };
    });
    const found = primitiveOf(primitive as PrimitiveName).evaluate({
      attributes: attributes as never, // those of this primitive, as the step pairs them
      operands: given,
      results: results.map((id) => this.#type(id)),
    });
    for (const [place, id] of results.entries()) {
      const data = found[place] ?? [];
      values.set(id, this.#type(id).type === "float32" ? Float32Array.from(data) : Int32Array.from(data));
    }
  }

  #average(averages: readonly RunningAverage[], values: Map<number, FeedValues>): void {
    for (const average of averages) {
      const [before, now] = [values.get(average.before), values.get(average.now)];
      if (before === undefined || now === undefined)
        throw new Error(`value ${average.now} is not computed yet`);
      const result = asFloat32(this.#bufferFor(average.result, undefined, values));
      writeAverage(average, before, now, result);
      values.set(average.result, result);
    }
  }

  #tensor(id: number, data: FeedValues | undefined, shape: readonly number[]): Tensor {
    const { type } = this.#type(id);
    if (data === undefined) throw new Error(`value ${id} is not computed yet`);
    if (data.length !== elementCount(shape))
      throw new Error(`value ${id} has ${data.length} elements, and its shape is [${shape.join(", ")}]`);
    if (type === "float32") return new this.#runtime.Tensor("float32", asFloat32(data), shape);
    return new this.#runtime.Tensor(
      "int32",
      data instanceof Int32Array ? data : Int32Array.from(data),
      shape,
    );
  }

  #empty(id: number): FeedValues {
    const { type, shape } = this.#type(id);
    return type === "float32" ? new Float32Array(elementCount(shape)) : new Int32Array(elementCount(shape));
  }

  #type(id: number): TensorType {
    const type = this.program.values[id];
    if (type === undefined) throw new Error(`the program has no value ${id}`);
    return type;
  }

  close(): void {
    this.#owner.closed(this);
    this.#results.clear();
    this.#release();
  }

  /** A session that runs ends after its run. */
  #release(): void {
    for (const part of this.#parts) releasePart(part);
    this.#parts = [];
  }
}

export function releasePart(part: Part): void {
  if (part.kind !== "model") return;
  void part.session.release();
  part.early?.release();
}

function asFloat32(data: FeedValues): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
