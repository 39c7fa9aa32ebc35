/** Small data sets written to a temporary folder. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";

export interface Folder {
  readonly path: string;
  /** A grey PNG of 8 bits from rows of levels. */
  readonly grey: (name: string, rows: readonly (readonly number[])[]) => Promise<string>;
  readonly bytes: (name: string, content: Uint8Array | string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "fcn-data-"));
  const bytes = async (name: string, content: Uint8Array | string) => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  return {
    path,
    bytes,
    grey: (name, rows) =>
      bytes(
        name,
        encode({
          width: rows[0]?.length ?? 0,
          height: rows.length,
          channels: 1,
          data: Uint8Array.from(rows.flat()),
        }),
      ),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Rows of one value. */
export function flat(height: number, width: number, value: number): number[][] {
  return Array.from({ length: height }, () => Array.from({ length: width }, () => value));
}

export function masksOf(
  classes: readonly string[],
  values?: readonly (number | string)[],
  ignore: readonly (number | string)[] = [],
): MaskConfiguration {
  return {
    classes,
    ignore,
    values: values?.map((value, i) => ({ className: classes[i] ?? "", value })),
  };
}
