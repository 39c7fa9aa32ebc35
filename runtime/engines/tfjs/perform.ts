/** One action of a compiled program: kernels, a computation on the host, or a feed. */
import { feedName } from "../../../compiler/tensors/evaluate.ts";
import type { MapBatch } from "../../arrays.ts";
import type { HeldValues } from "../executor.ts";
import type { FeedValues } from "../feeds/program-feeds.ts";
import type { Action, Numbers } from "./compile/compiled.ts";
import { HeldTensor } from "./held-tensor.ts";
import type { Slots } from "./slots.ts";
import type { Tensor, TensorFlow } from "./types.ts";

export type Feeds = ReadonlyMap<string, FeedValues | MapBatch | HeldValues>;

/** Computes what an action writes, and puts it into its slots. */
export async function perform(
  tf: TensorFlow,
  { work, reads, writes }: Action,
  slots: Slots,
  feeds: Feeds,
): Promise<void> {
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
          return work.run(operands).map((tensor) => (operands.includes(tensor) ? tf.clone(tensor) : tensor));
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
        const own = values !== given && values !== ("data" in given ? given.data : undefined);
        put([tensorOf(own ? values : values.slice(), 0)]);
      }
      return;
    }
    case "constant":
      throw new Error("constants are made before a run");
  }
}

function shaped(tensor: Tensor, shape: readonly number[]): Tensor {
  const same = tensor.shape.length === shape.length && shape.every((extent, i) => tensor.shape[i] === extent);
  return same ? tensor : tensor.reshape([...shape]);
}

export async function valuesOf(tensor: Tensor): Promise<Numbers> {
  const data = await tensor.data();
  return data instanceof Float32Array || data instanceof Int32Array ? data : Int32Array.from(data); // of what compares
}
