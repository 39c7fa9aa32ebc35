/** Where the values of a program are and how they are stored, and the kernel calls that were found so far. */
import type { Feed, Output, Program, StepOrigin } from "../../../../compiler/tensors/program.ts";
import { gradientName } from "../../../../compiler/tensors/programs/state-names.ts";
import { elementCount, type TensorType } from "../../../../compiler/tensors/value.ts";
import type { MapBatch } from "../../../arrays.ts";
import { inRows } from "../../feeds/in-rows.ts";
import type { FeedValues } from "../../feeds/program-feeds.ts";
import {
  type AxisOrder,
  channelsLast,
  reordered,
  reshapedOrder,
  rowMajor,
  storedAlike,
  storedShape,
  usualOrder,
} from "../axis-order.ts";
import { onArrays } from "../kernels/array-heap.ts";
import { composeGroup } from "../pointwise/composed.ts";
import type { Group } from "../pointwise/group.ts";
import { loopOf } from "../pointwise/loops.ts";
import type { Stored } from "../primitives/kernel-call.ts";
import { flatPlaces } from "../primitives/windows.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import type { Action, Found, Reading, Writing } from "./compiled.ts";
import { stateOrder } from "./state-order.ts";

/** A value that is there: in a slot, or one number for all its elements. */
export type Known =
  | { readonly kind: "tensor"; readonly slot: number; readonly stored: Stored }
  | { readonly kind: "number"; readonly value: number; readonly type: TensorType };

export type KnownTensor = Extract<Known, { readonly kind: "tensor" }>;

export type Unfreed = Omit<Action, "last">;

export const none = { passing: 0 } as const;

export class Values {
  readonly constants: Unfreed[] = [];
  readonly actions: Unfreed[] = [];
  readonly state = new Map<string, Found>();
  readonly #tf: TensorFlow;
  readonly #program: Program;
  readonly #loops: boolean;
  readonly #known = new Map<number, Known>();
  /** Values in another order, by value and order. */
  readonly #copies = new Map<string, KnownTensor>();
  #slots = 0;

  /** @param loops whether loops over arrays are possible */
  constructor(tf: TensorFlow, program: Program, loops: boolean) {
    this.#tf = tf;
    this.#program = program;
    this.#loops = loops;
    for (const { name, value } of program.state) {
      const type = this.type(value);
      const order = stateOrder(type.shape);
      const slot = this.#slots++;
      this.know(value, slot, { ...type, order, places: undefined });
      this.state.set(name, { slot, order, shape: storedShape({ ...type, order }) });
    }
  }

  get slots(): number {
    return this.#slots;
  }

  /** `undefined`: not computed yet. */
  known(id: number): Known | undefined {
    return this.#known.get(id);
  }

  /** Whether it is the gradient of a weight. */
  isWeight({ kind, name }: Feed | Output): boolean {
    const own = [name, gradientName(name)];
    return kind === "gradient" && this.#program.state.some((one) => own.includes(one.name));
  }

  orderOf(id: number): AxisOrder {
    const known = this.#known.get(id);
    return known?.kind === "tensor" ? known.stored.order : usualOrder(this.type(id).shape);
  }

  type(id: number): TensorType {
    const type = this.#program.values[id];
    if (type === undefined) throw new Error(`the program has no value ${id}`);
    return type;
  }

  know(id: number, slot: number, stored: Stored): void {
    this.#known.set(id, { kind: "tensor", slot, stored });
  }

  add(action: Unfreed): void {
    this.actions.push(action);
  }

  feed(feed: Feed): void {
    const type = this.type(feed.value);
    // gradients of weights come as this executor gave them
    const own = this.isWeight(feed);
    const usual =
      type.type === "int32" && feed.kind === "table" ? rowMajor(type.shape) : usualOrder(type.shape);
    const order = own ? stateOrder(type.shape) : usual;
    const stored = { ...type, order, places: undefined };
    const writing = this.writing(stored);
    this.know(feed.value, writing.slot, stored);
    const arrange = (given: FeedValues | MapBatch) => {
      if (!ArrayBuffer.isView(given) && order === channelsLast) return given.data;
      const data = typed(inRows(given), type);
      return own ? data : reordered(data, type.shape, rowMajor(type.shape), order);
    };
    this.add({
      reads: [],
      writes: [writing],
      origin: undefined,
      workspace: none,
      work: { kind: "feed", feed, gradient: own, arrange },
    });
  }

  writing(stored: Stored): Writing {
    return { slot: this.#slots++, type: stored.type, shape: storedShape(stored) };
  }

  constant(result: number, values: readonly number[]): void {
    const type = this.type(result);
    const [first = 0] = values;
    if (values.every((value) => Object.is(value, first))) {
      this.#known.set(result, { kind: "number", value: first, type });
      return;
    }
    const order = usualOrder(type.shape);
    const stored = { ...type, order, places: undefined };
    const data = reordered(typed(Float64Array.from(values), type), type.shape, rowMajor(type.shape), order);
    this.know(result, this.#constantSlot(stored, data), stored);
  }

  /** A tensor that is made once. @returns its slot */
  #constantSlot(stored: Stored, data: Float32Array | Int32Array): number {
    const writing = this.writing(stored);
    this.constants.push({
      reads: [],
      writes: [writing],
      origin: undefined,
      workspace: none,
      work: { kind: "constant", values: data },
    });
    return writing.slot;
  }

  rename(operand: number, result: number, plain: boolean, change: (stored: Stored) => Stored): void {
    const known = this.knownAt(operand);
    if (known.kind === "number") {
      this.#known.set(result, { ...known, type: this.type(result) });
      return;
    }
    const { slot, stored } = plain ? this.tensorAt(operand) : known;
    this.know(result, slot, change(stored));
  }

  reshape(operand: number, result: number): void {
    const known = this.knownAt(operand);
    const to = this.type(result);
    if (known.kind === "number") {
      this.#known.set(result, { ...known, type: to });
      return;
    }
    const { stored } = known;
    const places = undefined;
    const order = stored.places === undefined ? reshapedOrder(stored, to.shape) : undefined;
    if (order !== undefined) {
      this.know(result, known.slot, { ...to, order, places });
      return;
    }
    const wanted = usualOrder(to.shape);
    const before = reshapedOrder({ shape: to.shape, order: wanted }, stored.shape);
    const from = this.ordered(operand, before ?? rowMajor(stored.shape));
    this.know(result, from.slot, {
      ...to,
      order: before === undefined ? rowMajor(to.shape) : wanted,
      places,
    });
  }

  knownAt(id: number): Known {
    const known = this.#known.get(id);
    if (known === undefined) throw new Error(`value ${id} is not computed yet`);
    return known;
  }

  /** The value as a tensor of plain numbers in that order; copied where it is not. */
  ordered(id: number, order: AxisOrder): KnownTensor {
    const known = this.knownAt(id);
    const { shape, type } = this.type(id);
    if (known.kind === "number") {
      const stored = { shape, type, order, places: undefined };
      const data =
        type === "float32" ? new Float32Array(elementCount(shape)) : new Int32Array(elementCount(shape));
      const slot = this.#constantSlot(stored, data.fill(known.value));
      const made = { kind: "tensor", slot, stored } as const;
      this.#known.set(id, made);
      return made;
    }
    const plain = known.stored.places === undefined ? known : this.#flattened(id, known);
    if (storedAlike(shape, plain.stored.order, order))
      return { ...plain, stored: { ...plain.stored, order } };
    const key = `${id} ${order.join()}`;
    const old = this.#copies.get(key);
    if (old !== undefined) return old;
    const stored = { ...plain.stored, order };
    const writing = this.writing(stored);
    const group: Group = {
      shape,
      order,
      leaves: [plain.stored],
      nodes: [],
      results: [{ of: { kind: "leaf", place: 0 }, type, shape, order, reduced: undefined }],
    };
    this.addGroup(group, [plain], [writing], undefined);
    const made = { kind: "tensor", slot: writing.slot, stored } as const;
    this.#copies.set(key, made);
    return made;
  }

  /** Pooling indices as plain numbers. */
  #flattened(id: number, known: KnownTensor): KnownTensor {
    const key = `${id} flat`;
    const old = this.#copies.get(key);
    if (old !== undefined) return old;
    const { places } = known.stored;
    if (places === undefined) return known;
    const stored = { ...known.stored, places: undefined };
    const writing = this.writing(stored);
    const run = ([x]: readonly Tensor[]) => [flatPlaces(this.#tf, x as Tensor4D, places)]; // pooling indices have rank 4
    this.add({
      reads: [reading(known)],
      writes: [writing],
      origin: undefined,
      workspace: { passing: 3 * bytesOf(writing) },
      work: { kind: "kernels", run },
    });
    const made = { kind: "tensor", slot: writing.slot, stored } as const;
    this.#copies.set(key, made);
    return made;
  }

  tensorAt(id: number): KnownTensor {
    const known = this.knownAt(id);
    if (known.kind !== "tensor") throw new Error(`value ${id} is one number`);
    return known.stored.places === undefined ? known : this.#flattened(id, known);
  }

  addGroup(
    group: Group,
    found: readonly KnownTensor[],
    writes: readonly Writing[],
    origin: StepOrigin | undefined,
  ): void {
    const reads = found.map(reading);
    const tf = this.#tf;
    const loop = this.#loops ? loopOf(group) : undefined;
    const run = (tensors: readonly Tensor[]): readonly Tensor[] => {
      if (loop === undefined) return composeGroup(tf, group, tensors);
      const made = onArrays(tf, (heap) => loop(heap, tensors));
      return made.map((info) => tf.engine().makeTensorFromTensorInfo(info));
    };
    this.add({ reads, writes, origin, workspace: none, work: { kind: "kernels", run } });
  }
}

export function reading({ slot, stored }: KnownTensor): Reading {
  return { slot, shape: storedShape(stored) };
}

function bytesOf({ shape }: Pick<Writing, "shape">): number {
  return 4 * elementCount(shape);
}

export function typed(data: FeedValues, { type }: TensorType): Float32Array | Int32Array {
  if (type === "float32") return data instanceof Float32Array ? data : Float32Array.from(data);
  return data instanceof Int32Array ? data : Int32Array.from(data);
}
