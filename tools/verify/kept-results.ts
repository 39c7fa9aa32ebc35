/** Results of a long verification, kept in a file as they come: a run that ended early continues from it. */
import { readFile } from "node:fs/promises";
import { writeAtomically } from "../../runtime/files/atomic-write.ts";
import { UserError } from "../../runtime/user-error.ts";

interface Kept<T> {
  readonly of: string;
  readonly results: Readonly<Record<string, T>>;
}

/** @typeParam T what JSON can hold */
export class KeptResults<T> {
  readonly #file: string | undefined;
  readonly #of: string;
  readonly #results: Map<string, T>;

  private constructor(file: string | undefined, of: string, results: Map<string, T>) {
    this.#file = file;
    this.#of = of;
    this.#results = results;
  }

  /**
   * @param file `undefined`: they are kept in memory only
   * @param of what was run, with everything that the results depend on
   * @throws UserError for a file with the results of something else
   */
  static async open<T>(file: string | undefined, of: string): Promise<KeptResults<T>> {
    const text = file === undefined ? undefined : await readIfThere(file);
    if (text === undefined) return new KeptResults<T>(file, of, new Map());
    const kept = JSON.parse(text) as Kept<T>; // as `put` writes it
    if (kept.of !== of)
      throw new UserError(`${file} has the results of "${kept.of}", not of "${of}": name another file`);
    return new KeptResults<T>(file, of, new Map(Object.entries(kept.results)));
  }

  get(name: string): T | undefined {
    return this.#results.get(name);
  }

  async put(name: string, result: T): Promise<void> {
    this.#results.set(name, result);
    if (this.#file === undefined) return;
    const kept: Kept<T> = { of: this.#of, results: Object.fromEntries(this.#results) };
    await writeAtomically(this.#file, [new TextEncoder().encode(`${JSON.stringify(kept, undefined, 1)}\n`)]);
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
