import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { findImages } from "../../runtime/prediction/image-files.ts";

const folder = mkdtempSync(join(tmpdir(), "fcn-found-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "in", "deep"), { recursive: true });
mkdirSync(join(folder, "empty"));
for (const name of ["b.PNG", "a.tif", "notes.txt", "a[1]*.png", "deep/c.jpg"])
  writeFileSync(join(folder, "in", name), "");

const found = async (...given: readonly string[]) =>
  (await findImages(given.map((name) => join(folder, name)))).map(({ path, below }) => [
    path.slice(folder.length + 1),
    below,
  ]);

it("takes the images of a folder by name, whatever the case of their extension, and not those in folders below", async () => {
  expect(await found("in")).toEqual([
    ["in/a.tif", ""],
    ["in/a[1]*.png", ""],
    ["in/b.PNG", ""],
  ]);
});

it("takes what a pattern matches, with the folders it was found in", async () => {
  expect(await found("in/**/*.{jpg,tif}")).toEqual([
    ["in/a.tif", ""],
    ["in/deep/c.jpg", "deep"],
  ]);
});

it("takes a file that is there as it is called, and keeps one that is not there for its reader to say so", async () => {
  expect(await found("in/a[1]*.png", "in/missing.png")).toEqual([
    ["in/a[1]*.png", ""],
    ["in/missing.png", ""],
  ]);
});

it("takes nothing twice", async () => {
  expect(await found("in/b.PNG", "in", "in/../in/b.PNG")).toHaveLength(3);
});

it("refuses a folder without images, and a pattern that matches nothing", async () => {
  await expect(found("empty")).rejects.toThrow("has no image files (.png, .jpg");
  await expect(found("in/*.webp")).rejects.toThrow(/no file matches ".*in\/\*\.webp"/);
});
