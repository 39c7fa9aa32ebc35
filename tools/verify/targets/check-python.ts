/** What black, mypy and Python's own compiler say of emitted packages. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../host/package-root.ts";
import { hasTorch, python } from "./pytorch-driver.ts";

const run = promisify(execFile);

/** mypy reads PyTorch once, which takes it half a minute, and remembers what it found. */
const typeCache = join(packageRoot(), ".build", "mypy");

const typeOptions = [
  "--cache-dir",
  typeCache,
  "--disallow-untyped-defs",
  "--disallow-any-generics",
  "--warn-unused-ignores",
];

/** Which of the programs that check packages are not installed, as Debian calls them. */
export async function missingCheckers(): Promise<readonly string[]> {
  const found = await Promise.all(
    ["black", "mypy"].map((name) =>
      run(name, ["--version"]).then(
        () => undefined,
        () => name,
      ),
    ),
  );
  return [...found, (await hasTorch()) ? undefined : "python3-torch"].filter((name) => name !== undefined);
}

/**
 * A line for each fault; empty when all are formatted, typed and valid. Files that are the same in several packages are formatted
 * once.
 * @param files of the packages, by path
 * @param typed the packages whose types are checked
 */
export async function packageFaults(
  files: ReadonlyMap<string, Uint8Array>,
  typed: ReadonlySet<string>,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-python-"));
  try {
    const contents = new Map<string, string>();
    const paths: string[] = [];
    for (const [name, bytes] of files) {
      if (!name.endsWith(".py") && !name.endsWith("pyproject.toml")) continue;
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      if (!name.endsWith(".py")) continue;
      paths.push(path);
      contents.set(new TextDecoder().decode(bytes), path);
    }
    const faults: string[] = [];
    const check = async (program: string, given: readonly string[]): Promise<void> => {
      try {
        await run(program, given, { cwd: folder, maxBuffer: 1e8 });
      } catch (error) {
        const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string }; // of execFile
        faults.push(`${program}: ${stdout}${stderr}`);
      }
    };
    await check("black", ["--check", "--workers", "1", "--quiet", "--diff", ...contents.values()]);
    await check(python, ["-m", "compileall", "-q", "-f", folder]);
    if (typed.size > 0) await check("mypy", [...typeOptions, ...typed]);
    return faults;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
