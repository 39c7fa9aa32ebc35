/** What `fcn weights convert` and `fcn weights rename` do: write the tensors of a file as a safetensors file. */
import { existsSync } from "node:fs";
import { writeAtomically } from "../../../../runtime/files/atomic-write.ts";
import { checkOutputFile } from "../../../../runtime/files/output-place.ts";
import { plainWeights } from "../../../../runtime/training/plain-weights.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { asFloat32 } from "../../../../runtime/weights/as-float32.ts";
import { newNames } from "../../../../runtime/weights/rename-tensors.ts";
import {
  encodeTensors,
  type StoredTensor,
  type TensorFile,
} from "../../../../runtime/weights/tensor-file.ts";
import { readWeightMap } from "../../../../runtime/weights/weight-map.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { type OpenedTensors, openTensors } from "./open-tensors.ts";
import { describeLeftOut, total } from "./run-show.ts";

export interface RewriteCommand {
  readonly strip?: string | undefined;
  readonly force?: boolean | undefined;
}

export interface ConvertCommand extends RewriteCommand {
  readonly key?: string | undefined;
  readonly float32?: boolean | undefined;
}

export interface RenameCommand extends RewriteCommand {
  readonly map?: string | undefined;
}

/** What DistributedDataParallel and DataParallel put before every name. */
const wrapper = "module.";

/**
 * A file of PyTorch becomes a safetensors file, a checkpoint the weights that it would be evaluated with.
 * @throws UserError when the file cannot be read, or the output exists or cannot be written
 */
export async function runConvert(
  path: string,
  output: string,
  command: ConvertCommand,
  terminal: Terminal,
): Promise<void> {
  await checkOutput(output, command);
  const opened = await openTensors(path, command.key);
  const { content, from } = plain(opened);
  if (opened.kind === "weights" && !command.float32 && command.strip === undefined)
    throw new UserError(
      `${opened.file} is a safetensors file of weights already`,
      "fcn weights rename changes names; --float32 changes floating-point types",
    );
  const typed = command.float32
    ? content.tensors.map((tensor) => asFloat32(tensor, opened.file))
    : content.tensors;
  const tensors = renamed(
    typed,
    newNames(
      opened.file,
      typed.map(({ name }) => name),
      { strip: command.strip },
    ),
  );
  await write(output, { tensors, metadata: content.metadata }, terminal);
  terminal.note(`${total(tensors)}, ${from}`);
  for (const line of describeLeftOut(opened)) terminal.note(line);
  if (tensors.every(({ name }) => name.startsWith(wrapper)))
    terminal.note(`every name begins with "${wrapper}": --strip ${wrapper} removes it`);
}

/** @throws UserError as `runConvert`; naming the prefix or the line of the map that does not fit the file */
export async function runRename(
  path: string,
  output: string,
  { map: mapFile, strip, force }: RenameCommand,
  terminal: Terminal,
): Promise<void> {
  if (mapFile === undefined && strip === undefined)
    throw new UsageError(
      "rename needs new names",
      "give a map of names by --map, or a prefix to remove by --strip",
    );
  await checkOutput(output, { force });
  const opened = await openTensors(path);
  if (opened.kind !== "weights")
    throw new UserError(
      `${opened.file} is ${opened.kind === "checkpoint" ? "a checkpoint" : "a file of PyTorch"}, and rename takes safetensors files of weights`,
      `first: fcn weights convert ${opened.file} ${output}`,
    );
  const map = mapFile === undefined ? undefined : await readWeightMap(mapFile);
  const names = opened.tensors.map(({ name }) => name);
  const renaming = newNames(opened.file, names, { strip, map });
  const tensors = renamed(opened.tensors, renaming);
  await write(output, { tensors, metadata: opened.metadata }, terminal);
  const changed = [...renaming].filter(([before, after]) => before !== after).length;
  const left = names.length - tensors.length;
  terminal.note(
    `${changed} of ${names.length} tensors renamed${left === 0 ? "" : `, ${left} left out`}: ${total(tensors)}`,
  );
}

function plain(opened: OpenedTensors): { readonly content: TensorFile; readonly from: string } {
  const { file, kind, under } = opened;
  if (kind === "checkpoint") {
    const content = plainWeights(opened);
    const averages = content.averaged ? "the averages over the updates" : "the weights";
    return { content, from: `${averages} of the checkpoint ${file}` };
  }
  if (kind === "weights") return { content: opened, from: `from ${file}` };
  // what PyTorch's own writer says of a file
  const metadata = new Map([["format", "pt"]]);
  return {
    content: { tensors: opened.tensors, metadata },
    from: `from ${file}${under === "" ? "" : `, under ${JSON.stringify(under)}`}`,
  };
}

/** In the file's order, without those that have no new name. */
function renamed(
  tensors: readonly StoredTensor[],
  names: ReadonlyMap<string, string>,
): readonly StoredTensor[] {
  return tensors.flatMap((tensor) => {
    const name = names.get(tensor.name);
    return name === undefined ? [] : [{ ...tensor, name }];
  });
}

/** Before anything that takes time. */
async function checkOutput(output: string, { force }: RewriteCommand): Promise<void> {
  if (!/\.safetensors$/i.test(output))
    throw new UsageError(
      `weights are written as safetensors, and ${output} does not end in .safetensors`,
      "choose a name that ends in .safetensors",
    );
  await checkOutputFile(output);
  if (existsSync(output) && !force)
    throw new UserError(`${output} already exists`, "choose another name, or overwrite it with --force");
}

async function write(output: string, content: TensorFile, terminal: Terminal): Promise<void> {
  if (content.tensors.length === 0)
    throw new UserError("no tensor is left to write", "the map leaves all of them out: change it");
  await writeAtomically(output, encodeTensors(content));
  terminal.print(output);
}
