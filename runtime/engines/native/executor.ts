/** Runs tensor programs on ONNX Runtime, in this thread. */
import type { Parts } from "../../../compiler/tensors/passes/by-parts.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import type { Executor, PreparedProgram } from "../executor.ts";
import { blockedLowerings } from "./blocked/table.ts";
import { EarlyModels } from "./early-models.ts";
import { type LoweredPart, lowerProgram, recomputes, trains, updatesWeights } from "./lower-program.ts";
import type { LoweringTable } from "./lowered.ts";
import { publicLowerings } from "./lowering/table.ts";
import { NativeState } from "./native-state.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { openModel } from "./open-model.ts";
import { type BufferOwner, NativeProgram, type Part, releasePart } from "./prepared-program.ts";
import type { Provider } from "./provider.ts";
import { withUncopiedResults } from "./uncopied-results.ts";
import type { WeightOrder } from "./weight-order.ts";
import { weightOrders } from "./weight-orders.ts";

export interface NativeOptions {
  readonly runtime: OnnxRuntime;
  /** Channels that lie beside each other in the blocked layout; `undefined`: ONNX's own operators alone. */
  readonly block: number | undefined;
  readonly threads: number;
  /** Left out: the CPU. With another, `block` is `undefined`. */
  readonly provider?: Provider;
}

/** Where one cannot be opened, those opened beside it are released. */
async function allOpened(opening: readonly Promise<Part>[]): Promise<readonly Part[]> {
  const settled = await Promise.allSettled(opening);
  const failed = settled.find((one) => one.status === "rejected");
  const parts = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (failed === undefined) return parts;
  for (const part of parts) releasePart(part);
  throw failed.reason;
}

export class NativeExecutor implements Executor {
  readonly parts: Parts;
  readonly keepsMemory = true;
  readonly #options: NativeOptions;
  readonly #table: LoweringTable;
  readonly #state = new NativeState();
  readonly #early = new EarlyModels();
  readonly #prepared = new Set<NativeProgram>();
  readonly #buffers: BufferOwner = {
    hasBuffer: (buffer) => [...this.#prepared].some((program) => program.hasBuffer(buffer)),
    exchange: (buffer, other) => {
      for (const program of this.#prepared) program.exchange(buffer, other);
    },
    closed: (program) => this.#prepared.delete(program),
  };

  constructor(options: NativeOptions) {
    this.#options = options;
    this.parts = { block: options.block ?? 1 };
    this.#table = options.block === undefined ? publicLowerings : blockedLowerings(options.block);
  }

  async prepare(program: Program): Promise<PreparedProgram> {
    const { runtime } = this.#options;
    const lower = () => this.#opened(program);
    const prepared = new NativeProgram(runtime, program, this.#state, lower, this.#buffers);
    await prepared.ready();
    this.#prepared.add(prepared);
    return prepared;
  }

  /** Its models as sessions. */
  async #opened(program: Program): Promise<readonly Part[]> {
    const { runtime, threads, provider } = this.#options;
    const settings = {
      table: this.#table,
      orders: this.#ordersFor(program),
      flat: updatesWeights(program) ? this.#options.block : undefined,
      // for memory: a step takes a twentieth more time; other providers need the shapes
      hidesShapes: recomputes(program) && (provider ?? "cpu") === "cpu",
    };
    const open = (model: Uint8Array) =>
      openModel(runtime, model, { threads, provider, trains: trains(program) });
    const opened = async (lowered: LoweredPart): Promise<Part> => {
      if (lowered.kind !== "model") return lowered;
      const session = await open(withUncopiedResults(lowered.model));
      try {
        const early = lowered.early && (await this.#early.take(program, lowered.early, open));
        return { kind: "model", lowered, session, early };
      } catch (error) {
        await session.release();
        throw error;
      }
    };
    return allOpened(lowerProgram(program, settings).map(opened));
  }

  /** The orders of the weights that the program reads; its gradients' are those of their weights. */
  #ordersFor(program: Program): ReadonlyMap<string, WeightOrder> {
    const weights = program.state.filter(({ kind }) => kind === "weight");
    if (updatesWeights(program)) return new Map();
    const { block } = this.#options;
    const wanted = block === undefined ? new Map<string, WeightOrder>() : weightOrders(program, block);
    this.#state.reorder(
      new Map(
        weights.flatMap(({ name, value }) => {
          const order = wanted.get(name);
          return order === undefined
            ? []
            : [[name, { order, shape: program.values[value]?.shape ?? [] }] as const];
        }),
      ),
    );
    return new Map(
      weights.flatMap(({ name }) => {
        const stored = this.#state.orderOf(name);
        return stored === undefined ? [] : [[name, stored.order] as const];
      }),
    );
  }

  /** In which a weight is stored from now on; `undefined`: in the graph's, until a program says another. */
  orderOf(weight: string): WeightOrder | undefined {
    return this.#state.orderOf(weight)?.order;
  }

  /** The array, which becomes a weight, is in the order of that weight already. */
  noteStored(data: Float32Array): void {
    this.#state.noteStored(data);
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
