import { expect, test } from "vitest";
import { folderCircles } from "../../tools/arrows/folder-circles.ts";
import { importsOf } from "../../tools/arrows/import-graph.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const circlesOf = (...arrows: readonly string[]): readonly string[] => {
  const imports = arrows.map((arrow) => {
    const [from = "", to = ""] = arrow.split(" → ");
    return { from, to };
  });
  return folderCircles(imports).map(
    ({ folder, steps }) => `${folder}: ${steps.map(({ entry }) => entry).join(" → ")}`,
  );
};

test("two folders whose files import each other are a circle, though no two files are", () => {
  expect(circlesOf("room/a/one.ts → room/b/two.ts", "room/b/three.ts → room/a/four.ts")).toEqual([
    "room: a → b",
  ]);
});

test("a file beside folders counts as an entry, and a folder inside another as part of it", () => {
  expect(
    circlesOf(
      "room/a/deep/one.ts → room/main.ts",
      "room/main.ts → room/b/two.ts",
      "room/b/two.ts → room/a/x.ts",
    ),
  ).toEqual(["room: a → main.ts → b"]);
});

test("arrows in one direction, and inside one folder, are none", () => {
  expect(circlesOf("room/a/one.ts → room/b/two.ts", "room/a/three.ts → room/b/four.ts")).toEqual([]);
  expect(circlesOf("room/a/one.ts → room/a/two.ts")).toEqual([]);
});

test("imports are read with their types, and those made when they are needed", () => {
  const imports = importsOf(packageRoot(), ["tools/cli"]);
  const from = (file: string) => imports.filter((each) => each.from === file).map(({ to }) => to);
  expect(from("tools/cli/commands/inspect/inspect.ts")).toEqual(
    expect.arrayContaining(["tools/cli/console/terminal.ts", "tools/cli/commands/inspect/show-near.ts"]),
  );
});
