/**
 * Results of a long verification, kept in a file as they come: a run that ended early continues from it, and says so where other
 * sources made some of them.
 */
import { readFile } from "node:fs/promises";
import { writeAtomically } from "../../runtime/files/atomic-write.ts";
import { UserError } from "../../runtime/user-error.ts";
import { commitOfSources } from "../host/commit-of-sources.ts";

interface Kept<T> {
  readonly of: string;
  /** The commits of the sources that made results, in turn; left out by older ones. */
  readonly commits?: readonly string[];
  readonly results: Readonly<Record<string, T>>;
}

/** @typeParam T what JSON can hold */
export class KeptResults<T> {
  readonly #file: string | undefined;
  readonly #of: string;
  readonly #results: Map<string, T>;
  /** The commits of the sources that made the results, the last one those of now. */
  readonly commits: readonly string[];

  private constructor(
    file: string | undefined,
    of: string,
    results: Map<string, T>,
    commits: readonly string[],
  ) {
    this.#file = file;
    this.#of = of;
    this.#results = results;
    this.commits = commits;
  }

  /**
   * @param file `undefined`: they are kept in memory only
   * @param of what was run, with everything that the results depend on but the sources
   * @throws UserError for a file with the results of something else
   */
  static async open<T>(
    file: string | undefined,
    of: string,
    commit = commitOfSources(),
  ): Promise<KeptResults<T>> {
    const text = file === undefined ? undefined : await readIfThere(file);
    if (text === undefined) return new KeptResults<T>(file, of, new Map(), [commit]);
    const kept = JSON.parse(text) as Kept<T>; // as `put` writes it
    if (kept.of !== of)
      throw new UserError(`${file} has the results of "${kept.of}", not of "${of}": name another file`);
    const others = (kept.commits ?? ["an unknown commit"]).filter((one) => one !== commit);
    if (others.length > 0)
      console.log(`${file} has results of ${others.join(", ")}, which are not made again at ${commit}`);
    return new KeptResults<T>(file, of, new Map(Object.entries(kept.results)), [...others, commit]);
  }

  get(name: string): T | undefined {
    return this.#results.get(name);
  }

  async put(name: string, result: T): Promise<void> {
    this.#results.set(name, result);
    if (this.#file === undefined) return;
    const kept: Kept<T> = { of: this.#of, commits: this.commits, results: Object.fromEntries(this.#results) };
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
