/** What tells one set of data from another: the contents of its files. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { imagePlace } from "../images/stacks/image-place.ts";
import { UserError } from "../user-error.ts";
import type { DataSet } from "./data-set.ts";
import type { Pair } from "./pair.ts";

/** Of one kind of file of the training or validation pairs. */
export interface FilesDigest {
  readonly files: number;
  /** SHA-256 over the SHA-256 of every file's bytes (and the number of a slice) in the order of the pairs, in hexadecimal. Names and folders do not count. */
  readonly sha256: string;
}

/** By what the files are: "training images", "validation labels", "training depth maps". */
export type DataDigest = Readonly<Record<string, FilesDigest>>;

/** Files read at a time. */
const together = 8;

/**
 * Every byte of every image, label and further file that training or validation reads. Each is read once; that is less work than the
 * check of the data, which decodes each of them.
 * @throws UserError naming a file that cannot be read
 */
export async function digestOfData(
  data: Pick<DataSet, "training" | "validation" | "layers">,
): Promise<DataDigest> {
  const lists = Object.entries({ training: data.training, validation: data.validation }).flatMap(
    ([part, pairs]) =>
      [...filesByKind(data, pairs)].map(([kind, files]) => [`${part} ${kind}`, files] as const),
  );
  const known = await digestsOf(
    new Set(lists.flatMap(([, files]) => files.map((file) => imagePlace(file).file))),
  );
  return Object.fromEntries(
    lists.map(([what, files]) => {
      const hash = createHash("sha256");
      for (const reference of files) {
        const { file, slice } = imagePlace(reference);
        hash.update(known.get(file) ?? "");
        if (slice !== undefined) hash.update(`#${slice}`);
      }
      return [what, { files: files.length, sha256: hash.digest("hex") }];
    }),
  );
}

function filesByKind(
  { layers = [] }: Pick<DataSet, "layers">,
  pairs: readonly Pair[],
): ReadonlyMap<string, readonly string[]> {
  const kinds = new Map([["images", pairs.map(({ image }) => image)]]);
  const labels = pairs.flatMap(({ label, objects }) => objects ?? (label === undefined ? [] : [label]));
  if (labels.length > 0) kinds.set("labels", labels);
  for (const { key, source, from } of layers) {
    if (typeof from === "string") continue; // the pair's own files
    const files = pairs.flatMap((pair) => pair.layers?.[key] ?? []);
    const kind = `${source.kind} files`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), ...files]);
  }
  return kinds;
}

async function digestsOf(files: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  const waiting = files.values();
  const work = async () => {
    for (const file of waiting) digests.set(file, await digestOf(file));
  };
  await Promise.all(Array.from({ length: together }, work));
  return digests;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const part of createReadStream(file)) hash.update(part as Buffer); // a stream without an encoding gives buffers
  } catch (error) {
    throw new UserError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "put it back, or take it out of the data",
    );
  }
  return hash.digest("hex");
}
