import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { standardFiles } from "../../compiler/language/modules/modules.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

it("the standard files that a message names are those of the prelude", () => {
  const files = readdirSync(join(packageRoot(), "compiler", "prelude"));
  expect(files.map((name) => `std/${name.replace(/\.fcn$/, "")}`).toSorted()).toEqual([...standardFiles]);
});
