import { expect, test } from "vitest";
import { foldNames } from "../../tools/cli/commands/diagram/fold-names.ts";
import { fitTable } from "../../views/text/table.ts";

test("the joins of repeated blocks are one row, where they are alike", () => {
  const add = (name: string, size = "[256, H, W]") => [name, "add", size];
  const rows = ["stage[0].unit1.add1", "stage[0].unit2.add1", "stage[0].unit3.add1"].map((name) => add(name));
  expect(foldNames([...rows, add("stage[1].unit1.add1", "[512, H, W]"), add("add2")])).toEqual([
    add("stage[0].unit1–3.add1"),
    add("stage[1].unit1.add1", "[512, H, W]"),
    add("add2"),
  ]);
});

test("a table that is too wide drops columns, least important first, and breaks no word", () => {
  const columns = [
    { title: "layer", align: "left" },
    { title: "channels", align: "right", drop: 2 },
    { title: "offset", align: "right", drop: 1 },
  ] as const;
  const rows = [["encoder.conv1", "64", "1/2"]];
  expect(fitTable(columns, rows, undefined)[0]).toBe("layer          channels  offset");
  expect(fitTable(columns, rows, 28)).toEqual(["layer          channels", "encoder.conv1        64"]);
  expect(fitTable(columns, rows, 10)).toEqual(["layer", "encoder.conv1"]);
});
