import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KeptResults } from "../../tools/verify/kept-results.ts";

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
