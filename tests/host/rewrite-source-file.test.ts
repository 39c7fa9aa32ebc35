import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSourceFile } from "../../tools/host/read-source-file.ts";
import { rewriteSourceFile } from "../../tools/host/rewrite-source-file.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-rewrite-"));
  file = join(folder, "n.fcn");
  writeFileSync(file, "before");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (path: string) => readFileSync(path, "utf8");

test("a file has its new text, and nothing else is left in the folder", async () => {
  await rewriteSourceFile(file, "before", "after");
  expect(text(file)).toBe("after");
  expect(readdirSync(folder)).toEqual(["n.fcn"]);
});

test("a symbolic link stays one, and the file it leads to is written", async () => {
  mkdirSync(join(folder, "elsewhere"));
  const target = join(folder, "elsewhere", "target.fcn");
  writeFileSync(target, "before");
  const link = join(folder, "link.fcn");
  symlinkSync(join("elsewhere", "target.fcn"), link);
  await rewriteSourceFile(link, "before", "after");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(text(target)).toBe("after");
});

test("a file with a second name keeps it", async () => {
  linkSync(file, join(folder, "other.fcn"));
  await rewriteSourceFile(file, "before", "after, and longer");
  expect(text(join(folder, "other.fcn"))).toBe("after, and longer");
  expect(statSync(file).nlink).toBe(2);
  expect(readdirSync(folder)).toEqual(["n.fcn", "other.fcn"]);
});

test.skipIf(process.platform === "win32")("the mode stays, whatever new files would have", async () => {
  for (const mode of [0o640, 0o600, 0o755, 0o666]) {
    chmodSync(file, mode);
    writeFileSync(file, "before");
    await rewriteSourceFile(file, "before", "after");
    expect(statSync(file).mode & 0o7777).toBe(mode);
  }
});

test.runIf(process.getuid?.() === 0)("owner and group stay", async () => {
  const { chown } = await import("node:fs/promises");
  await chown(file, 12_345, 23_456);
  await rewriteSourceFile(file, "before", "after");
  expect(statSync(file)).toMatchObject({ uid: 12_345, gid: 23_456 });
});

test("a read-only file is left as it is, for root too", async () => {
  chmodSync(file, 0o444);
  await expect(rewriteSourceFile(file, "before", "after")).rejects.toThrow(`${file} is read-only`);
  expect(text(file)).toBe("before");
});

test("a byte order mark stays", async () => {
  writeFileSync(file, "\ufeffbefore");
  const { text: read } = readSourceFile(file);
  await rewriteSourceFile(file, read, "after");
  expect(text(file)).toBe("\ufeffafter");
});

test("a file that was removed since it was read stays so, and one in a path of files is named in words", async () => {
  rmSync(file);
  await expect(rewriteSourceFile(file, "before", "after")).rejects.toThrow(
    `${file} was removed in the meantime`,
  );
  writeFileSync(file, "before");
  const below = join(file, "n.fcn");
  await expect(rewriteSourceFile(below, "before", "after")).rejects.toThrow(
    `${below} cannot be written: a part of its path is a file, not a folder`,
  );
});

test("a file that was changed since it was read is left as it is", async () => {
  writeFileSync(file, "saved meanwhile");
  await expect(rewriteSourceFile(file, "before", "after")).rejects.toThrow("has changed in the meantime");
  expect(text(file)).toBe("saved meanwhile");
});
