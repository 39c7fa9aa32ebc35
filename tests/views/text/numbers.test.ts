import { expect, test } from "vitest";
import { thousands, withPrefix } from "../../../views/text/numbers.ts";
import { alignTable } from "../../../views/text/table.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [31030658, "31,030,658"],
])("%d is written %s", (value, text) => {
  expect(thousands(value)).toBe(text);
});

test.each([
  [0, "0 MAC"],
  [999, "999 MAC"],
  [1000, "1.00 kMAC"],
  [9_996, "10.0 kMAC"],
  [99_960, "100 kMAC"],
  [999_499, "999 kMAC"],
  [999_500, "1.00 MMAC"],
  [166_900_000_000, "167 GMAC"],
])("%d is written %s", (value, text) => {
  expect(withPrefix(value, "MAC")).toBe(text);
});

test("columns are aligned by characters, numbers to the right, without blanks at the end of a line", () => {
  const columns = [
    { title: "layer", align: "left" },
    { title: "field", align: "right" },
    { title: "cut", align: "right" },
  ] as const;
  expect(
    alignTable(columns, [
      ["conv", "3×3", ""],
      ["crop", "14", "4"],
    ]),
  ).toEqual(["layer  field  cut", "conv     3×3", "crop      14    4"]);
});
