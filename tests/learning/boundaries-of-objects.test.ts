import { expect, test } from "vitest";
import { mistakesIn } from "../support/compile-source.ts";

const program = (data: string, targets: string) =>
  `network N {\n input image [3, H, W]\n conv(1, 3x3)\n output edges by sigmoid\n}\ntrain N {\n data folder("d", images = "*/images/*.png", labels = "*/masks/*.png"${data})\n targets edges = ${targets}\n epochs 2\n}\n`;

test("boundaries without files of their own and data of one file an object are refused at check time, with the way out", () => {
  const text = program(", objects", "boundaries");
  expect(
    mistakesIn(text).map(({ code, span, help }) => [code, text.slice(span.start, span.end), help]),
  ).toEqual([
    [
      "training/files",
      "targets edges = boundaries",
      'give files of boundaries: targets edges = boundaries("edges/*.png"); or remove objects if there are label images',
    ],
  ]);
  expect(mistakesIn(program("", "boundaries"))).toEqual([]);
  expect(mistakesIn(program(", objects", 'boundaries("e/*.png")'))).toEqual([]);
});
