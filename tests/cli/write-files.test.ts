/** The files of one result: all of them, or none. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../runtime/user-error.ts";
import { writeFiles } from "../../tools/cli/console/write-files.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fcn-write-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const path = (name: string) => join(directory, name);
const two = (): Map<string, Uint8Array> =>
  new Map([
    [path("out/a.txt"), bytes("new a")],
    [path("out/b.txt"), bytes("new b")],
  ]);

describe("writing several files", () => {
  it("makes their folder", async () => {
    await writeFiles(two(), false);
    expect(readdirSync(path("out")).toSorted()).toEqual(["a.txt", "b.txt"]);
    expect(readFileSync(path("out/b.txt"), "utf8")).toBe("new b");
  });

  it("writes none where one exists, until it may be replaced", async () => {
    mkdirSync(path("out"));
    writeFileSync(path("out/b.txt"), "old b");
    await expect(writeFiles(two(), false)).rejects.toThrow(/out\/b\.txt already exists/);
    expect(readdirSync(path("out"))).toEqual(["b.txt"]);
    expect(readFileSync(path("out/b.txt"), "utf8")).toBe("old b");
    await writeFiles(two(), true);
    expect(readFileSync(path("out/b.txt"), "utf8")).toBe("new b");
  });

  it("writes none where a folder has the name of one", async () => {
    mkdirSync(path("out/b.txt"), { recursive: true });
    await expect(writeFiles(two(), true)).rejects.toThrow(UserError);
    expect(readdirSync(path("out"))).toEqual(["b.txt"]);
  });

  it("leaves nothing behind where one cannot be written", async () => {
    const files = new Map([...two(), [path("nowhere/deep/c.txt"), bytes("c")]]);
    mkdirSync(path("out"));
    await expect(writeFiles(files, true)).rejects.toThrow(
      /nowhere\/deep\/c\.txt cannot be written: its folder does not exist/,
    );
    expect(readdirSync(path("out"))).toEqual([]);
  });
});
