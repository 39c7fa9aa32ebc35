/** Weights in safetensors files, as float32. */
import { endianness } from "node:os";
import type { WeightArray } from "../arrays.ts";
import { writeAtomically } from "../files/atomic-write.ts";
import { UserError } from "../user-error.ts";
import { quoteName } from "./quote-name.ts";
import { decodeTensors, encodeTensors, readBytes, valuesOf } from "./tensor-file.ts";

export interface WeightFile {
  readonly weights: ReadonlyMap<string, WeightArray>;
  /** Tensors of a format that is no weight's, such as counts of batches in I64; left out where there are none. */
  readonly unread?: ReadonlyMap<string, UnreadTensor> | undefined;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface UnreadTensor {
  readonly shape: readonly number[];
  /** "I64" */
  readonly type: string;
}

/** Tensors that a message lists by name. */
const mostNamed = 8;

/**
 * Weights are written as F32, in the map's order.
 * @throws UserError naming the file when it cannot be written.
 */
export async function writeSafetensors(file: string, content: WeightFile): Promise<void> {
  await writeAtomically(file, encodeSafetensors(content));
}

/** @throws UserError naming the file when it cannot be read or is malformed, and each tensor with a value that is not finite. */
export async function readSafetensors(file: string): Promise<WeightFile> {
  return decodeSafetensors(await readBytes(file), file);
}

/** The file's bytes, in parts. */
export function encodeSafetensors({ weights, metadata }: WeightFile): readonly Uint8Array[] {
  const tensors = [...weights].map(([name, { shape, data }]) => ({
    name,
    type: "F32",
    shape,
    bytes: littleEndian(data),
  }));
  return encodeTensors({ tensors, metadata });
}

/** @throws UserError as `readSafetensors`. */
export function decodeSafetensors(bytes: Uint8Array, file: string): WeightFile {
  const { tensors, metadata } = decodeTensors(bytes, file);
  const weights = new Map<string, WeightArray>();
  const unread = new Map<string, UnreadTensor>();
  for (const tensor of tensors) {
    const { name, shape, type } = tensor;
    const data = valuesOf(tensor);
    if (data === undefined) unread.set(name, { shape, type });
    else weights.set(name, { shape, data });
  }
  checkFinite(weights, file);
  return { weights, ...(unread.size === 0 ? {} : { unread }), metadata };
}

/** Most operations pass NaN on, some kernels turn it into 0: nothing later would name the tensor. */
function checkFinite(weights: ReadonlyMap<string, WeightArray>, file: string): void {
  const wrong = [...weights].flatMap(([name, { data }]) => {
    const value = data.find((number) => !Number.isFinite(number));
    return value === undefined ? [] : [`${quoteName(name)} (${value})`];
  });
  if (wrong.length === 0) return;
  const shown = wrong.slice(0, mostNamed).join(", ");
  const more = wrong.length > mostNamed ? ` and ${wrong.length - mostNamed} more` : "";
  throw new UserError(
    `${file}: ${wrong.length} of ${weights.size} tensors hold values that are not finite in float32: ${shown}${more}`,
    "the training run diverged, or the file is damaged: use weights of an earlier epoch, or train again with a lower learning rate",
  );
}

export function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}
