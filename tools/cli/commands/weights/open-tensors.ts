/** A file of weights of any kind: safetensors, a checkpoint or the folder of a run, or what torch.save wrote. */
import { existsSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { errorCode, reasonOf } from "../../../../runtime/files/file-error.ts";
import { runFolder } from "../../../../runtime/training/run-folder.ts";
import { isCheckpoint } from "../../../../runtime/training/weights-metadata.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { type LeftOut, readPyTorchFile } from "../../../../runtime/weights/pytorch/read-pytorch.ts";
import { decodeTensors, readBytes, type TensorFile } from "../../../../runtime/weights/tensor-file.ts";
import { UsageError } from "../../console/usage-error.ts";

export interface OpenedTensors extends TensorFile {
  /** As given; of the folder of a run its best weights. */
  readonly file: string;
  readonly kind: "weights" | "checkpoint" | "pytorch";
  /** Of PyTorch's: see `PyTorchFile`. */
  readonly under: string;
  readonly leftOut: readonly LeftOut[];
}

/**
 * @param key of PyTorch's: which of its mappings to read
 * @throws UserError naming the file when it cannot be read, or is of no such kind
 */
export async function openTensors(path: string, key?: string): Promise<OpenedTensors> {
  const file = await fileOf(path);
  if (await isSafetensors(file)) {
    if (key !== undefined)
      throw new UsageError(
        `--key is for files of PyTorch, and ${file} is a safetensors file`,
        "leave it out",
      );
    const content = decodeTensors(await readBytes(file), file);
    return {
      file,
      ...content,
      kind: isCheckpoint(content.metadata) ? "checkpoint" : "weights",
      under: "",
      leftOut: [],
    };
  }
  return { file, kind: "pytorch", metadata: new Map(), ...(await readPyTorchFile(file, key)) };
}

async function fileOf(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    const reason = errorCode(error) === "ENOENT" ? "no such file" : reasonOf(error);
    throw new UserError(`${path} cannot be read: ${reason}`, whatToGive);
  });
  if (!found.isDirectory()) {
    if (found.isFile()) return path;
    throw new UserError(`${path} cannot be read: it is not a regular file`, whatToGive);
  }
  const { weights } = runFolder(path);
  if (existsSync(weights)) return weights;
  throw new UserError(`${path} is a folder without weights.safetensors`, whatToGive);
}

const whatToGive = "give a file of weights, or the folder of a training run";

/** Every other file is left to PyTorch, which knows several forms. */
async function isSafetensors(file: string): Promise<boolean> {
  if (/\.safetensors$/i.test(file)) return true;
  if (/\.(pth|pt|bin|ckpt)$/i.test(file)) return false;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(9), 0, 9, 0);
    return bytesRead === 9 && buffer.toString("latin1", 8) === "{";
  } finally {
    await handle.close();
  }
}
