import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeptResults } from "../../tools/verify/kept-results.ts";
import { circumstances } from "../../tools/verify/recorded-result.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-kept-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a verification that ended continues from the results that it had", async () => {
  const file = join(folder, "results.json");
  const first = await KeptResults.open<number>(file, "ten steps");
  await first.put("u-net.fcn", 3);
  await first.put("hed.fcn", 4);
  const again = await KeptResults.open<number>(file, "ten steps");
  expect(["u-net.fcn", "hed.fcn", "segnet.fcn"].map((name) => again.get(name))).toEqual([3, 4, undefined]);
});

test("results of another run are not taken for those of this one", async () => {
  const file = join(folder, "results.json");
  await (await KeptResults.open<number>(file, "ten steps")).put("u-net.fcn", 3);
  await expect(KeptResults.open<number>(file, "two steps")).rejects.toThrow(
    `${file} has the results of "ten steps", not of "two steps": name another file`,
  );
});

test("results that other sources made stay, and their commits are named", async () => {
  const file = join(folder, "results.json");
  const first = await KeptResults.open<number>(file, "ten steps", "11111111");
  await first.put("u-net.fcn", 3);
  const said = vi.spyOn(console, "log").mockReturnValue();
  const same = await KeptResults.open<number>(file, "ten steps", "11111111");
  expect(same.commits).toEqual(["11111111"]);
  expect(said).not.toHaveBeenCalled();
  const later = await KeptResults.open<number>(file, "ten steps", "22222222-dirty");
  expect(later.get("u-net.fcn")).toBe(3);
  await later.put("hed.fcn", 4);
  const last = await KeptResults.open<number>(file, "ten steps", "33333333");
  expect(last.commits).toEqual(["11111111", "22222222-dirty", "33333333"]);
  expect(said.mock.calls.flat()).toEqual([
    `${file} has results of 11111111, which are not made again at 22222222-dirty`,
    `${file} has results of 11111111, 22222222-dirty, which are not made again at 33333333`,
  ]);
  said.mockRestore();
  expect(circumstances(last.commits)).toMatch(/, in parts at 11111111, 22222222-dirty, 33333333$/);
  expect(circumstances(same.commits)).not.toContain("11111111");
});
