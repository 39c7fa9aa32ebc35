/** Runs tensor programs on ONNX Runtime, in this thread. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import { primitiveOf } from "../../../compiler/tensors/primitives/registry.ts";
import type { Program, Step } from "../../../compiler/tensors/program.ts";
import { elementCount, type TensorType } from "../../../compiler/tensors/value.ts";
import { EngineFull } from "../engine.ts";
import type { Executor, PreparedProgram, ProgramRun } from "../executor.ts";
import type { FeedValues } from "../feeds/program-feeds.ts";
import { blockedLowerings } from "./blocked/table.ts";
import {
  type EarlyModel,
  inputName,
  type LoweredPart,
  lowerProgram,
  resultName,
  sumName,
} from "./lower-program.ts";
import type { LoweringTable } from "./lowered.ts";
import { publicLowerings } from "./lowering/table.ts";
import { NativeState } from "./native-state.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { fromStored, type WeightOrder } from "./weight-order.ts";
import { weightOrders } from "./weight-orders.ts";

export interface NativeOptions {
  readonly runtime: OnnxRuntime;
  /** Channels that lie beside each other in the blocked layout; `undefined`: ONNX's own operators alone. */
  readonly block: number | undefined;
  readonly threads: number;
}

type Part =
  | {
      readonly kind: "model";
      readonly session: InferenceSession;
      readonly lowered: Extract<LoweredPart, { kind: "model" }>;
      readonly early: (EarlyModel & { readonly session: InferenceSession }) | undefined;
    }
  | { readonly kind: "host"; readonly step: Step };

export class NativeExecutor implements Executor {
  readonly #options: NativeOptions;
  readonly #table: LoweringTable;
  readonly #state = new NativeState();
  readonly #prepared = new Set<NativeProgram>();

  constructor(options: NativeOptions) {
    this.#options = options;
    this.#table = options.block === undefined ? publicLowerings : blockedLowerings(options.block);
  }

  async prepare(program: Program): Promise<PreparedProgram> {
    const { runtime } = this.#options;
    const lower = () => this.#opened(program);
    const prepared = new NativeProgram(runtime, program, this.#state, lower, () =>
      this.#prepared.delete(prepared),
    );
    await prepared.ready();
    this.#prepared.add(prepared);
    return prepared;
  }

  /** Its models as sessions. */
  async #opened(program: Program): Promise<readonly Part[]> {
    const { runtime, threads } = this.#options;
    const parts: Part[] = [];
    const flat = isUpdate(program) ? this.#options.block : undefined;
    const settings = { table: this.#table, orders: this.#ordersFor(program), flat };
    for (const lowered of lowerProgram(program, settings)) {
      if (lowered.kind === "host") parts.push(lowered);
      else {
        const session = await open(runtime, lowered.model, threads);
        const { early } = lowered;
        parts.push({
          kind: "model",
          lowered,
          session,
          early: early && { ...early, session: await open(runtime, early.model, threads) },
        });
      }
    }
    return parts;
  }

  /** The orders of the weights that the program reads; its gradients' are those of their weights. */
  #ordersFor(program: Program): ReadonlyMap<string, WeightOrder> {
    const weights = program.state.filter(({ kind }) => kind === "weight");
    if (isUpdate(program)) return new Map();
    const { block } = this.#options;
    const wanted = block === undefined ? new Map<string, WeightOrder>() : weightOrders(program, block);
    for (const { name, value } of weights) {
      const order = wanted.get(name);
      if (order !== undefined)
        this.#state.reorder(name, { order, shape: program.values[value]?.shape ?? [] });
    }
    return new Map(
      weights.flatMap(({ name }) => {
        const stored = this.#state.orderOf(name);
        return stored === undefined ? [] : [[name, stored.order] as const];
      }),
    );
  }

  writeState(name: string, data: Float32Array): void {
    this.#state.write(name, data);
  }

  async readState(name: string): Promise<Float32Array> {
    return this.#state.read(name);
  }

  allocations(): number {
    return this.#state.size + [...this.#prepared].reduce((sum, { buffers }) => sum + buffers, 0);
  }

  close(): void {
    for (const prepared of [...this.#prepared]) prepared.close();
    this.#state.clear();
  }
}

/** An update takes each element by itself, in whatever order. */
function isUpdate({ state, updates }: Program): boolean {
  const changed = new Set(updates.map((update) => update.state));
  return state.some(({ kind, name }) => kind === "weight" && changed.has(name));
}

function open(runtime: OnnxRuntime, model: Uint8Array, threads: number): Promise<InferenceSession> {
  return whereItFits(() =>
    runtime.InferenceSession.create(model, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      // a plan for all buffers at once takes half as much memory again
      enableMemPattern: false,
      // threads that wait by spinning take the cores of those that decode images
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    }),
  );
}

/** @throws EngineFull where the machine has no more memory. */
async function whereItFits<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    if (!/bad_alloc|failed to allocate memory|bad allocation/i.test(message)) throw problem;
    throw new EngineFull(
      `the machine has not enough memory: ${message.split("\n")[0]}`,
      "use smaller images or a smaller batch",
    );
  }
}

type ModelPart = Extract<Part, { kind: "model" }>;

class NativeProgram implements PreparedProgram {
  readonly program: Program;
  readonly #runtime: OnnxRuntime;
  readonly #lower: () => Promise<readonly Part[]>;
  #parts: readonly Part[] = [];
  /** The version of the weights' orders that the parts were made for. */
  #orders: number | undefined;
  /** Of all programs of the executor. */
  readonly #state: NativeState;
  readonly #closed: () => void;
  /** What each run writes its results into, by value. */
  readonly #results = new Map<number, FeedValues>();
  /** Of the gradients of the last run: their float32 sum. */
  #finite = true;
  /** What was computed from the state, and from which. */
  readonly #kept = new Map<
    EarlyModel,
    { readonly version: number; readonly values: InferenceSession.OnnxValueMapType }
  >();

  constructor(
    runtime: OnnxRuntime,
    program: Program,
    state: NativeState,
    lower: () => Promise<readonly Part[]>,
    closed: () => void,
  ) {
    this.program = program;
    this.#runtime = runtime;
    this.#state = state;
    this.#lower = lower;
    this.#closed = closed;
  }

  /** Made again where a program that was prepared later stores weights in another order. */
  async ready(): Promise<void> {
    if (this.#orders === this.#state.orderVersion) return;
    this.#release();
    this.#parts = await this.#lower();
    this.#orders = this.#state.orderVersion;
  }

  get buffers(): number {
    return this.#results.size;
  }

  async run(feeds: ReadonlyMap<string, FeedValues>): Promise<ProgramRun> {
    await this.ready();
    const values = this.#given(feeds);
    this.#finite = true;
    for (const part of this.#parts) {
      if (part.kind === "host") this.#runOnHost(part.step, values);
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
        for (const { state, value } of updates) this.#commit(state, value, resultOf(value));
      },
    };
  }

  /** The state takes the buffer of the result, and the next run writes into the state's old one. */
  #commit(state: string, value: number, result: FeedValues): void {
    const old = this.#state.stored(state);
    this.#state.replaceStored(state, asFloat32(result));
    this.#results.set(value, old);
  }

  #given(feeds: ReadonlyMap<string, FeedValues>): Map<number, FeedValues> {
    const values = new Map<number, FeedValues>();
    for (const { kind, name, value } of this.program.feeds) {
      const given = feeds.get(feedName(kind, name));
      if (given === undefined) throw new Error(`${feedName(kind, name)} is not given`);
      values.set(value, given);
    }
    for (const { name, value } of this.program.state) {
      values.set(value, this.#state.stored(name));
    }
    return values;
  }

  /** What depends on the state alone, as it is now. */
  async #early(
    { early }: ModelPart,
    values: ReadonlyMap<number, FeedValues>,
  ): Promise<InferenceSession.OnnxValueMapType> {
    if (early === undefined) return {};
    const known = this.#kept.get(early);
    if (known?.version === this.#state.version) return known.values;
    const feeds: Record<string, Tensor> = {};
    for (const [id, shape] of early.inputs) feeds[inputName(id)] = this.#tensor(id, values.get(id), shape);
    const { version } = this.#state;
    const kept = { version, values: await whereItFits(() => early.session.run(feeds)) };
    this.#kept.set(early, kept);
    return kept.values;
  }

  async #runModel(part: ModelPart, values: Map<number, FeedValues>): Promise<void> {
    const { session, lowered } = part;
    const early = await this.#early(part, values);
    const feeds: Record<string, Tensor> = {};
    for (const [id, shape] of lowered.inputs) feeds[inputName(id)] = this.#tensor(id, values.get(id), shape);
    const fetches: Record<string, Tensor> = {};
    for (const [id, shape] of lowered.outputs) {
      const buffer = this.#results.get(id) ?? this.#empty(id);
      this.#results.set(id, buffer);
      fetches[resultName(id)] = this.#tensor(id, buffer, shape);
    }
    const sum = new this.#runtime.Tensor("float32", new Float32Array(1), [1]);
    if (lowered.sums) fetches[sumName] = sum;
    await whereItFits(() => session.run({ ...feeds, ...early }, fetches));
    if (lowered.sums) this.#finite &&= Number.isFinite(sum.data[0]);
    for (const id of lowered.outputs.keys()) values.set(id, this.#results.get(id) ?? this.#empty(id));
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
    this.#closed();
    this.#results.clear();
    this.#release();
  }

  /** A session that runs ends after its run. */
  #release(): void {
    for (const part of this.#parts) {
      if (part.kind === "host") continue;
      void part.session.release();
      void part.early?.session.release();
    }
    this.#parts = [];
    this.#kept.clear();
  }
}

function asFloat32(data: FeedValues): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
