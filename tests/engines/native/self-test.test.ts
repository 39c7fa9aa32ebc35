/** The self-test of the blocked kernels runs once on a machine with the same versions. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { passes } from "../../../runtime/engines/native/self-test.ts";
import { cacheFolder, passRecord } from "../../../runtime/engines/native/self-test-record.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "fcn-self-test-"));
});
afterAll(() => rm(root, { recursive: true }));

/** Asks with that folder, and says how often the test ran. */
async function ask(folder: string | undefined, result = true) {
  let runs = 0;
  const test = async () => {
    runs += 1;
    return result;
  };
  return { passed: await passes(runtime, 16, folder, test), runs };
}

describe("a self-test", () => {
  it("that passed is remembered, in a folder that is made for it", async () => {
    const folder = join(root, "new", "fcn-lang");
    expect(await ask(folder)).toEqual({ passed: true, runs: 1 });
    expect(await ask(folder)).toEqual({ passed: true, runs: 0 });
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^native-self-test-[\da-f]{16}\.json$/)]);
  });

  it("that failed is run again", async () => {
    const folder = join(root, "failed");
    expect(await ask(folder, false)).toEqual({ passed: false, runs: 1 });
    expect(await ask(folder)).toEqual({ passed: true, runs: 1 });
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, 40)],
    ["of another machine", (text: string) => text.replace(/"processor": "/, '"processor": "other ')],
    ["empty", () => ""],
    ["anything else", () => '{"passed": "native self-test"}'],
  ])("whose record is %s is run again, and recorded again", async (name, change) => {
    const folder = join(root, name);
    await ask(folder);
    const [file = ""] = await readdir(folder);
    const path = join(folder, file);
    const text = await readFile(path, "utf8");
    await writeFile(path, change(text));
    expect((await ask(folder)).runs).toBe(1);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("runs every time where nothing can be written, or there is no home", async () => {
    const file = join(root, "a-file");
    await writeFile(file, "");
    for (const folder of [join(file, "below"), undefined]) {
      expect((await ask(folder)).runs).toBe(1);
      expect((await ask(folder)).runs).toBe(1);
    }
  });

  it("is recorded by versions, models and machine", async () => {
    const tested = [Uint8Array.of(1)];
    const one = await passRecord(root, { tested, runtime: "1.30.0" });
    const others = [
      await passRecord(root, { tested, runtime: "1.31.0" }),
      await passRecord(root, { tested: [Uint8Array.of(2)], runtime: "1.30.0" }),
    ];
    for (const other of others) expect(other.file).not.toBe(one.file);
    expect(one.text).toContain(process.version);
  });
});

it.each([
  [{ XDG_CACHE_HOME: "/cache" }, "linux", "/cache/fcn-lang"],
  [{ XDG_CACHE_HOME: "relative" }, "linux", expect.stringMatching(/\.cache.fcn-lang$/)],
  [{}, "darwin", expect.stringMatching(/Library.Caches.fcn-lang$/)],
  [{ LOCALAPPDATA: "/users/me/local" }, "win32", expect.stringMatching(/local.fcn-lang$/)],
] as const)("records are where %o on %s says", (env, platform, folder) => {
  expect(cacheFolder(env, platform)).toEqual(folder);
});
