/** Runs tensor programs on TensorFlow.js: by one table of kernels, tensors freed after their last reader. */
import { feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import type { Executor, HeldValues, PreparedProgram, ProgramRun } from "../executor.ts";
import type { FeedValues } from "../feeds/program-feeds.ts";
import { type Backend, onBackend } from "./backend.ts";
import { compileProgram } from "./compile/compile-program.ts";
import type { Action, Compiled, Numbers } from "./compile/compiled.ts";
import { exclusively } from "./exclusive.ts";
import { sumOfTensors } from "./sum-of-tensors.ts";
import { inRowOrder, TensorState } from "./tensor-state.ts";
import type { Tensor } from "./types.ts";

type Feeds = ReadonlyMap<string, FeedValues | HeldValues>;

/** Those that are open, of all backends. */
const executors = new Set<TfjsExecutor>();

export class TfjsExecutor implements Executor {
  readonly #backend: Backend;
  readonly #state: TensorState;
  readonly #prepared = new Set<TfjsProgram>();

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#state = new TensorState(backend.tf);
    executors.add(this);
  }

  prepare(program: Program): Promise<PreparedProgram> {
    return onBackend(this.#backend, async () => {
      const compiled = compileProgram(this.#backend.tf, this.#backend.name, program);
      const prepared = new TfjsProgram(this.#backend, compiled, this.#state, () =>
        this.#prepared.delete(prepared),
      );
      this.#prepared.add(prepared);
      return prepared;
    });
  }

  writeState(name: string, data: Float32Array): void {
    this.#state.write(name, data);
  }

  readState(name: string): Promise<Float32Array> {
    return onBackend(this.#backend, () => this.#state.read(name));
  }

  /** The parts of the state; and the tensors of this process, with the buffers behind them, that no executor keeps. */
  allocations(): number {
    const { numTensors, numDataBuffers } = this.#backend.tf.memory();
    const kept = [...executors].reduce((sum, { tensors }) => sum + tensors, 0);
    return this.#state.size + numTensors + numDataBuffers - 2 * kept;
  }

  /** That it keeps from run to run. */
  get tensors(): number {
    return [...this.#prepared].reduce((sum, { tensors }) => sum + tensors, this.#state.tensors);
  }

  close(): void {
    for (const prepared of [...this.#prepared]) prepared.close();
    void exclusively(async () => {
      this.#state.dispose();
      executors.delete(this);
    });
  }
}

/** A gradient that no program has taken yet. */
class HeldTensor implements HeldValues {
  readonly kind = "held";
  #tensor: Tensor | undefined;

  constructor(tensor: Tensor) {
    this.#tensor = tensor;
  }

  get taken(): boolean {
    return this.#tensor === undefined;
  }

  get tensor(): Tensor {
    if (this.#tensor === undefined) throw new Error("a gradient is taken once, before the next run");
    return this.#tensor;
  }

  /** It becomes the caller's. */
  take(): Tensor {
    const { tensor } = this;
    this.#tensor = undefined;
    return tensor;
  }

  dispose(): void {
    this.#tensor?.dispose();
    this.#tensor = undefined;
  }
}

/** The tensors of one run, by slot. */
class Slots {
  readonly #tensors = new Map<number, Tensor>();
  /** Not the run's own: of the state and of constants. */
  readonly #lasting = new Set<number>();

  lend(slot: number, tensor: Tensor): void {
    this.#tensors.set(slot, tensor);
    this.#lasting.add(slot);
  }

  put(slot: number, tensor: Tensor): void {
    this.#tensors.set(slot, tensor);
  }

  at(slot: number): Tensor {
    const tensor = this.#tensors.get(slot);
    if (tensor === undefined) throw new Error(`tensor ${slot} is not there`);
    return tensor;
  }

  /** It becomes the caller's; a copy where somebody else has it. */
  take(slot: number, again: boolean): Tensor {
    const tensor = this.at(slot);
    if (again || this.#lasting.has(slot)) return tensor.clone();
    this.#tensors.delete(slot);
    return tensor;
  }

  free(slot: number): void {
    if (this.#lasting.has(slot)) return;
    this.#tensors.get(slot)?.dispose();
    this.#tensors.delete(slot);
  }

  freeAll(): void {
    for (const slot of [...this.#tensors.keys()]) this.free(slot);
  }
}

class TfjsProgram implements PreparedProgram {
  readonly program: Program;
  readonly #backend: Backend;
  readonly #compiled: Compiled;
  readonly #state: TensorState;
  readonly #closed: () => void;
  /** By slot. */
  #constants: ReadonlyMap<number, Tensor> | undefined;
  /** New state of the last run, by name, where it was not committed. */
  readonly #pending = new Map<string, Tensor>();
  #held: ReadonlyMap<string, HeldTensor> = new Map();

  constructor(backend: Backend, compiled: Compiled, state: TensorState, closed: () => void) {
    this.program = compiled.program;
    this.#backend = backend;
    this.#compiled = compiled;
    this.#state = state;
    this.#closed = closed;
  }

  /** That it keeps from run to run, or until they are taken. */
  get tensors(): number {
    const held = [...this.#held.values()].filter(({ taken }) => !taken).length;
    return (this.#constants?.size ?? 0) + this.#pending.size + held;
  }

  /** A program that gives nothing but new state runs when it is committed: the old state then goes bit by bit. */
  run(feeds: Feeds): Promise<ProgramRun> {
    return onBackend(this.#backend, async () => {
      this.#drop();
      if (this.program.outputs.length > 0) return this.#run(feeds);
      return {
        outputs: new Map(),
        commit: () => onBackend(this.#backend, () => this.#update(feeds)),
      };
    });
  }

  async #run(feeds: Feeds): Promise<ProgramRun> {
    const { outputs, updates } = this.program;
    const slots = this.#begun();
    const kept = new Set([...this.#compiled.outputs, ...this.#compiled.updates].map(({ slot }) => slot));
    try {
      for (const action of this.#compiled.actions) {
        await this.#perform(action, slots, feeds);
        for (const slot of action.last) if (!kept.has(slot)) slots.free(slot);
      }
      const given = new Map<string, FeedValues>();
      const held = new Map<string, HeldTensor>();
      const uses = new Map<number, number>();
      for (const { slot } of [...this.#compiled.outputs, ...this.#compiled.updates])
        uses.set(slot, (uses.get(slot) ?? 0) + 1);
      const take = (slot: number): Tensor => {
        const left = (uses.get(slot) ?? 1) - 1;
        uses.set(slot, left);
        return slots.take(slot, left > 0);
      };
      for (const [place, found] of this.#compiled.outputs.entries()) {
        const output = outputs[place];
        if (output === undefined || found.held) continue;
        const data = await valuesOf(slots.at(found.slot));
        const plain = inRowOrder(data, found);
        // the cpu backend gives its own array
        given.set(outputName(output.kind, output.name), plain === data ? data.slice() : plain);
      }
      for (const [place, found] of this.#compiled.outputs.entries()) {
        const output = outputs[place];
        if (output === undefined) continue;
        if (found.held) held.set(output.name, new HeldTensor(take(found.slot)));
        else take(found.slot).dispose();
      }
      this.#held = held;
      for (const [place, found] of this.#compiled.updates.entries()) {
        const update = updates[place];
        if (update !== undefined) this.#pending.set(update.state, take(found.slot));
      }
      const sum = await sumOfTensors(
        this.#backend.tf,
        [...held.values()].map(({ tensor }) => tensor),
      );
      return {
        outputs: given,
        gradientsFinite: Number.isFinite(sum),
        ...(held.size === 0 ? {} : { held }),
        gradient: (name) => onBackend(this.#backend, () => this.#gradient(name)),
        commit: () => this.#commit(),
      };
    } finally {
      slots.freeAll();
    }
  }

  #commit(): void {
    for (const [place, { state }] of this.program.updates.entries()) {
      const [tensor, found] = [this.#pending.get(state), this.#compiled.updates[place]];
      if (tensor === undefined || found === undefined) throw new Error(`${state} was not computed`);
      this.#state.replace(state, tensor, found);
      this.#pending.delete(state);
    }
  }

  /** Every part of the state is replaced as soon as nothing reads the old one. */
  async #update(feeds: Feeds): Promise<void> {
    const slots = this.#begun();
    const waiting = new Map(
      this.program.updates.map(({ state }, place) => [state, this.#compiled.updates[place]] as const),
    );
    const kept = new Set(this.#compiled.updates.map(({ slot }) => slot));
    const read = new Map(
      this.#compiled.actions.flatMap(({ last }, place) => last.map((slot) => [slot, place] as const)),
    );
    const written = new Set<number>();
    try {
      for (const [place, action] of this.#compiled.actions.entries()) {
        await this.#perform(action, slots, feeds);
        for (const { slot } of action.writes) written.add(slot);
        for (const [state, found] of waiting) {
          const old = this.#compiled.state.get(state)?.slot ?? -1;
          const ready = found !== undefined && written.has(found.slot) && (read.get(old) ?? -1) <= place;
          if (!ready || (read.get(found.slot) ?? -1) > place) continue;
          this.#state.replace(state, slots.take(found.slot, false), found);
          waiting.delete(state);
        }
        for (const slot of action.last) if (!kept.has(slot)) slots.free(slot);
      }
      for (const [state, found] of waiting)
        if (found !== undefined) this.#state.replace(state, slots.take(found.slot, true), found);
    } finally {
      slots.freeAll();
    }
  }

  /** With the state and the constants in their slots. */
  #begun(): Slots {
    const slots = new Slots();
    this.#constants ??= new Map(
      this.#compiled.constants.flatMap(({ work, writes: [writing] }) => {
        if (work.kind !== "constant" || writing === undefined) return [];
        const { slot, shape, type } = writing;
        return [[slot, this.#backend.tf.tensor(work.values.slice(), [...shape], type)] as const];
      }),
    );
    for (const [slot, tensor] of this.#constants) slots.lend(slot, tensor);
    for (const [name, found] of this.#compiled.state) slots.lend(found.slot, this.#state.tensor(name, found));
    return slots;
  }

  async #perform({ work, reads, writes }: Action, slots: Slots, feeds: Feeds): Promise<void> {
    const { tf } = this.#backend;
    const put = (made: readonly Tensor[]) => {
      for (const [place, { slot }] of writes.entries()) {
        const tensor = made[place];
        if (tensor !== undefined) slots.put(slot, tensor);
      }
    };
    const tensorOf = (values: Numbers, place: number): Tensor => {
      const { shape = [], type = "float32" } = writes[place] ?? {};
      return tf.tensor(values, [...shape], type);
    };
    switch (work.kind) {
      case "kernels":
        put(
          tf.tidy(() => {
            const operands = reads.map(({ slot, shape }) => shaped(slots.at(slot), shape));
            // a kernel may give its operand back
            return work
              .run(operands)
              .map((tensor) => (operands.includes(tensor) ? tf.clone(tensor) : tensor));
          }),
        );
        return;
      case "host": {
        const arrays: Numbers[] = [];
        for (const { slot } of reads) arrays.push(await valuesOf(slots.at(slot)));
        put(work.run(arrays).map(tensorOf));
        return;
      }
      case "feed": {
        const name = feedName(work.feed.kind, work.feed.name);
        const given = feeds.get(name);
        if (given === undefined) throw new Error(`${name} is not given`);
        if (given instanceof HeldTensor) put([given.take()]);
        else if ("kind" in given) throw new Error(`${name} is held by another executor`);
        else {
          const values = work.arrange(given);
          // the cpu backend keeps the array it is given
          put([tensorOf(values === given ? values.slice() : values, 0)]);
        }
        return;
      }
      case "constant":
        throw new Error("constants are made before a run");
    }
  }

  async #gradient(name: string): Promise<FeedValues> {
    const place = this.program.outputs.findIndex((one) => one.kind === "gradient" && one.name === name);
    const [held, found] = [this.#held.get(name), this.#compiled.outputs[place]];
    if (held === undefined || found === undefined)
      throw new Error(`the program gives no gradient of ${name}`);
    return inRowOrder(await valuesOf(held.tensor), found);
  }

  #drop(): void {
    for (const tensor of this.#pending.values()) tensor.dispose();
    this.#pending.clear();
    for (const held of this.#held.values()) held.dispose();
    this.#held = new Map();
  }

  close(): void {
    this.#closed();
    void exclusively(async () => {
      this.#drop();
      for (const tensor of this.#constants?.values() ?? []) tensor.dispose();
      this.#constants = undefined;
    });
  }
}

function shaped(tensor: Tensor, shape: readonly number[]): Tensor {
  const same = tensor.shape.length === shape.length && shape.every((extent, i) => tensor.shape[i] === extent);
  return same ? tensor : tensor.reshape([...shape]);
}

async function valuesOf(tensor: Tensor): Promise<Numbers> {
  const data = await tensor.data();
  return data instanceof Float32Array || data instanceof Int32Array ? data : Int32Array.from(data); // of what compares
}
