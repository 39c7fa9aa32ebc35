import { expect, test } from "vitest";
import { reachOf, startUpOf } from "../../tools/build/start-up.ts";

const outputs = {
  "dist/fcn.js": output(100, [
    ["dist/shared.js", "import-statement"],
    ["dist/train.js", "dynamic-import"],
    ["node:fs", "import-statement", true],
  ]),
  "dist/shared.js": output(20, [
    ["dist/fcn.js", "import-statement"],
    ["sharp", "import-statement", true],
    ["@scope/late", "dynamic-import", true],
  ]),
  "dist/train.js": output(3000, [["heavy", "import-statement", true]]),
};

function output(
  bytes: number,
  imports: readonly (readonly [path: string, kind: "import-statement" | "dynamic-import", external?: true])[],
) {
  return {
    bytes,
    imports: imports.map(([path, kind, external]) => ({ path, kind, ...(external ? { external } : {}) })),
    inputs: {},
    exports: [],
  };
}

test("what starts with a program is what it imports statically, at any depth; a dynamic import waits", () => {
  expect(startUpOf({ inputs: {}, outputs }, "fcn.js", ["fs"])).toEqual({ bytes: 120, packages: ["sharp"] });
});

test("what can ever load includes what is imported when it is needed, and Node's own modules", () => {
  const reach = reachOf({ inputs: {}, outputs }, "fcn.js");
  expect(reach.packages).toEqual(["@scope/late", "heavy", "node:fs", "sharp"]);
});
