/** What runs of compiled programs take and give back, in order. */
import type { MemoryPhase } from "../../../../compiler/analyses/cost/memory-schedule.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import type { Action, Compiled, Workspace } from "../compile/compiled.ts";

export interface Entry {
  readonly allocation: number;
  /** Negative: given back. Where there is a `most`, as many as it would be without. */
  readonly bytes: number;
  readonly most?: number | undefined;
  readonly phase: MemoryPhase;
  readonly node: number | undefined;
  /** Taken by the first run, and kept. */
  readonly throughout: boolean;
}

interface Taken {
  readonly allocation: number;
  readonly bytes: number;
}

export class Course {
  readonly entries: Entry[] = [];
  /** Whether the state stays, and with it what kernels made for it. */
  readonly #lasting: boolean;
  /** What kernels made for the state, by its name; and the gradients, by their weights. */
  readonly #made = new Map<string, Taken[]>();
  readonly #gradients = new Map<string, Taken>();
  #allocations = 0;
  #at: Pick<Entry, "phase" | "node"> = { phase: "forward", node: undefined };

  constructor(lasting: boolean) {
    this.#lasting = lasting;
  }

  /** A prediction, or gradients, which stay. */
  run(compiled: Compiled): this {
    const slots = this.#begin(compiled);
    const { outputs, updates, program } = compiled;
    const kept = new Set([...outputs, ...updates].map(({ slot }) => slot));
    for (const action of compiled.actions) {
      this.#perform(action, compiled, slots);
      for (const slot of action.last) if (!kept.has(slot)) this.#freeAt(slots, slot);
    }
    for (const [place, { held, slot }] of outputs.entries()) {
      const taken = slots.get(slot)?.[0];
      const name = program.outputs[place]?.name;
      if (!held || taken === undefined || name === undefined) continue;
      this.#gradients.set(name, taken);
      slots.delete(slot);
    }
    this.#at = { phase: "update", node: undefined };
    for (const slot of [...slots.keys()]) this.#freeAt(slots, slot);
    return this;
  }

  /** Replaces the state bit by bit, and frees the gradients. */
  update(compiled: Compiled): this {
    this.#at = { phase: "update", node: undefined };
    const slots = this.#begin(compiled);
    const stateOf = new Map(
      compiled.updates.map(({ slot }, place) => [slot, compiled.program.updates[place]?.state ?? ""]),
    );
    for (const action of compiled.actions) {
      const { work, writes } = action;
      const held = work.kind === "feed" ? this.#gradients.get(work.feed.name) : undefined;
      if (work.kind === "feed" && held !== undefined) {
        for (const { slot } of writes) slots.set(slot, [held]);
        this.#gradients.delete(work.feed.name);
      } else this.#perform(action, compiled, slots);
      for (const slot of action.last) {
        const state = stateOf.get(slot);
        if (state !== undefined) for (const made of this.#made.get(state) ?? []) this.#free(made);
        this.#freeAt(slots, slot); // of new state: the old one goes
      }
    }
    for (const slot of [...slots.keys()]) this.#freeAt(slots, slot);
    return this;
  }

  /** Constants are made by the first run. */
  #begin({ constants }: Compiled): Map<number, Taken[]> {
    for (const { writes } of constants)
      for (const { shape } of writes) this.#take(4 * elementCount(shape), { throughout: true });
    return new Map();
  }

  #perform({ origin, writes, workspace }: Action, compiled: Compiled, slots: Map<number, Taken[]>): void {
    if (this.#at.phase !== "update" && origin !== undefined) {
      const phase = origin.part === "backward" || origin.part === "recomputation" ? "backward" : "forward";
      this.#at = { phase, node: origin.part === "loss" ? undefined : origin.node };
    }
    const { passing, bounded, attached } = workspace;
    if (attached !== undefined) this.#attach(attached, compiled, slots);
    const passed = [
      ...(passing > 0 ? [this.#take(passing)] : []),
      ...(bounded === undefined ? [] : [this.#take(bounded.bytes, { most: bounded.most })]),
    ];
    for (const { slot, shape } of writes) slots.set(slot, [this.#take(4 * elementCount(shape))]);
    for (const [i, taken] of passed.toReversed().entries())
      this.#free(taken, i === 0 ? bounded?.most : undefined);
  }

  /** What a kernel makes for an operand; once for weights that several layers of the same sizes share. */
  #attach(
    { slot, bytes }: NonNullable<Workspace["attached"]>,
    compiled: Compiled,
    slots: Map<number, Taken[]>,
  ): void {
    const state = [...compiled.state].find(([, operand]) => operand.slot === slot)?.[0];
    if (state === undefined) {
      slots.set(slot, [...(slots.get(slot) ?? []), this.#take(bytes)]);
      return;
    }
    const made = this.#made.get(state) ?? [];
    if (made.some((one) => one.bytes === bytes)) return;
    this.#made.set(state, [...made, this.#take(bytes, { throughout: this.#lasting })]);
  }

  #take(
    bytes: number,
    { throughout = false, most }: { readonly throughout?: boolean; readonly most?: number } = {},
  ): Taken {
    this.#allocations += 1;
    this.entries.push({ allocation: this.#allocations, bytes, most, throughout, ...this.#at });
    return { allocation: this.#allocations, bytes };
  }

  #free({ allocation, bytes }: Taken, most?: number): void {
    this.entries.push({ allocation, bytes: -bytes, most, throughout: false, ...this.#at });
  }

  #freeAt(slots: Map<number, Taken[]>, slot: number): void {
    for (const taken of slots.get(slot) ?? []) this.#free(taken);
    slots.delete(slot);
  }
}
