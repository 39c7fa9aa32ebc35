import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserError } from "../../runtime/user-error.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";
import { largestSource, readSourceFile } from "../../tools/host/read-source-file.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-host-"));
  mkdirSync(join(folder, "parts"));
  writeFileSync(join(folder, "parts", "head.fcn"), "// head");
});

afterAll(() => rmSync(folder, { recursive: true }));

test("an import is found beside the file that says it, with .fcn added", () => {
  const from = join(folder, "main.fcn");
  const path = join(folder, "parts", "head.fcn");
  expect(createFileHost().read("./parts/head", from)).toEqual({ path, text: "// head" });
  expect(createFileHost().read("parts/head.fcn", from)).toEqual({ path, text: "// head" });
});

test("a file belongs to the project of the nearest folder above it that is marked, by paths as they are written", () => {
  const host = createFileHost();
  const nets = join(folder, "project", "nets");
  mkdirSync(nets, { recursive: true });
  const from = join(nets, "main.fcn");
  const marker = join(folder, "project", "project.fcn");
  expect(host.project?.(from)).toBeUndefined();
  mkdirSync(join(nets, "project.fcn"));
  writeFileSync(marker, "");
  expect(host.project?.(from)).toBe(marker);
  expect(host.project?.(marker)).toBe(marker);
  expect(host.project?.(relative("", from))).toBe(relative("", marker));
  // A file and a folder elsewhere belong to the project in which there is a link to them.
  symlinkSync(join(folder, "parts", "head.fcn"), join(nets, "linked.fcn"));
  symlinkSync(join(folder, "parts"), join(folder, "project", "linked"));
  expect(host.project?.(join(nets, "linked.fcn"))).toBe(marker);
  expect(host.project?.(join(folder, "project", "linked", "head.fcn"))).toBe(marker);
  expect(host.project?.(join(folder, "parts", "head.fcn"))).toBeUndefined();
});

test("a file has one path from the working folder, however it is imported", () => {
  const [above, name] = [basename(dirname(folder)), basename(folder)];
  const from = relative("", join(folder, "main.fcn"));
  const path = relative("", join(folder, "parts", "head.fcn"));
  expect(createFileHost().read("parts/head", from)).toMatchObject({ path });
  expect(createFileHost().read(`../../${above}/${name}/parts/head`, from)).toMatchObject({ path });
});

test("whoever watches hears of every folder that may become that of the project", () => {
  const looked: string[] = [];
  createFileHost((path) => looked.push(path)).project?.(join(folder, "parts", "head.fcn"));
  expect(looked.slice(0, 2)).toEqual([join(folder, "parts", "project.fcn"), join(folder, "project.fcn")]);
  expect(looked.at(-1)).toBe(resolve("/", "project.fcn"));
});

test("an import of a file that is not there gives undefined", () => {
  expect(createFileHost().read("./absent", join(folder, "main.fcn"))).toBeUndefined();
});

test("std cannot be left by climbing out of it", () => {
  expect(createFileHost().read("std/../../package", join(folder, "main.fcn"))).toBeUndefined();
  expect(createFileHost().read("../../package", "std/encoders.fcn")).toBeUndefined();
});

test("a std name that does not exist gives undefined", () => {
  expect(createFileHost().read("std/no-such-thing", "main.fcn")).toBeUndefined();
});

test("a file in UTF-16 is refused, and how to save it is said", () => {
  for (const mark of [
    [0xff, 0xfe],
    [0xfe, 0xff],
  ]) {
    writeFileSync(join(folder, "wide.fcn"), Uint8Array.of(...mark, 0, 0));
    const read = () => readSourceFile(join(folder, "wide.fcn"));
    expect(read).toThrow(UserError);
    expect(read).toThrow("the text is UTF-16");
  }
});

test("a byte that is not UTF-8 is refused by file, line and byte, in an imported file too", () => {
  const cases: readonly (readonly [bytes: readonly number[], place: string])[] = [
    [[0xff, 0x41], ":1: byte 1 of the line (0xFF)"],
    [[0x41, 0x0a, 0xc3, 0xa4, 0xe4], ":2: byte 3 of the line (0xE4)"],
    [[0x0d, 0x0a, 0x0d, 0x41, 0xe2, 0x82], ":3: byte 2 of the line (0xE2)"],
    // A replacement character that the author wrote is one like any other; a surrogate is none.
    [[0xef, 0xbf, 0xbd, 0xed, 0xa0, 0x80], ":1: byte 4 of the line (0xED)"],
    [[0xef, 0xbb, 0xbf, 0x41, 0xef, 0xbf], ":1: byte 5 of the line (0xEF)"],
  ];
  for (const [bytes, place] of cases) {
    writeFileSync(join(folder, "bytes.fcn"), Uint8Array.from(bytes));
    const message = `${join(folder, "bytes.fcn")}${place} is not UTF-8`;
    expect(() => readSourceFile(join(folder, "bytes.fcn"))).toThrow(UserError);
    expect(() => readSourceFile(join(folder, "bytes.fcn"))).toThrow(message);
    expect(createFileHost().read("./bytes", join(folder, "main.fcn"))).toMatchObject({
      unreadable: expect.stringContaining(message),
    });
  }
});

test("a missing file and a folder are user errors that name the path", () => {
  expect(() => readSourceFile(join(folder, "absent.fcn"))).toThrow(UserError);
  expect(() => readSourceFile(join(folder, "absent.fcn"))).toThrow(/absent\.fcn: no such file/);
  expect(() => readSourceFile(folder)).toThrow(/this is a folder/);
});

test("an import of a pipe, a folder or a device is refused unread, and a name too long for a file is not found", () => {
  execFileSync("mkfifo", [join(folder, "pipe.fcn")]);
  mkdirSync(join(folder, "folder.fcn"));
  const read = (specifier: string) => createFileHost().read(specifier, join(folder, "main.fcn"));
  expect(read("pipe")).toMatchObject({ unreadable: "this is not a regular file" });
  expect(read("folder")).toMatchObject({ unreadable: "this is a folder" });
  expect(read("x".repeat(5_000))).toBeUndefined();
});

test("a binary file, and one larger than any program, are refused", () => {
  const path = join(folder, "large.fcn");
  writeFileSync(path, Uint8Array.of(0x41, 0, 0x42));
  expect(() => readSourceFile(path)).toThrow(/large\.fcn: this is a binary file/);
  const image = join(folder, "0.png");
  writeFileSync(image, Uint8Array.of(0x89, 0x50, 0));
  expect(() => readSourceFile(image)).toThrow(/0\.png: this is an image, and a program is expected here/);
  writeFileSync(path, Buffer.alloc(largestSource + 1, "/"));
  expect(() => readSourceFile(path)).toThrow(/large\.fcn: this is larger than 2 MiB/);
  writeFileSync(path, Buffer.alloc(largestSource, "/"));
  expect(readSourceFile(path).text.length).toBe(largestSource);
});
