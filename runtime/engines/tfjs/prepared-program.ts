/** A program prepared for TensorFlow.js: its tensors freed after their last reader, new state put in place when it is committed. */
import { outputName } from "../../../compiler/tensors/evaluate.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import type { PreparedProgram, ProgramRun } from "../executor.ts";
import type { FeedValues } from "../feeds/program-feeds.ts";
import { channelsLast } from "./axis-order.ts";
import { type Backend, onBackend } from "./backend.ts";
import type { Compiled } from "./compile/compiled.ts";
import { exclusively } from "./exclusive.ts";
import { HeldTensor } from "./held-tensor.ts";
import { type Feeds, perform, valuesOf } from "./perform.ts";
import { Slots } from "./slots.ts";
import { sumOfTensors } from "./sum-of-tensors.ts";
import { inRowOrder, type TensorState } from "./tensor-state.ts";
import type { Tensor } from "./types.ts";

export class TfjsProgram implements PreparedProgram {
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
    const slots = this.#lentSlots();
    const kept = new Set([...this.#compiled.outputs, ...this.#compiled.updates].map(({ slot }) => slot));
    try {
      for (const action of this.#compiled.actions) {
        await perform(this.#backend.tf, action, slots, feeds);
        for (const slot of action.last) if (!kept.has(slot)) slots.free(slot);
      }
      const given = new Map<string, FeedValues>();
      const maps = new Map<string, Float32Array>();
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
        const name = outputName(output.kind, output.name);
        const data = await valuesOf(slots.at(found.slot)); // of the cpu backend: its own array
        if (
          output.kind === "map" &&
          data instanceof Float32Array &&
          found.order.join() === channelsLast.join()
        ) {
          maps.set(name, data.slice());
          continue;
        }
        const plain = inRowOrder(data, found);
        given.set(name, plain === data ? data.slice() : plain);
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
        maps,
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
    const slots = this.#lentSlots();
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
        await perform(this.#backend.tf, action, slots, feeds);
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
  #lentSlots(): Slots {
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
