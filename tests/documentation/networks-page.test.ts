import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { networksPage } from "../../tools/documentation/networks-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const committed = readFileSync(join(packageRoot(), "docs", "networks.md"), "utf8");

it("is what the examples and the published definitions say (else: npm run documentation)", () => {
  expect(committed).toBe(networksPage());
});

it("has a section for every example, with what its author says of it", () => {
  for (const name of readdirSync(join(packageRoot(), "examples")))
    expect(committed).toMatch(new RegExp(`\\n## \\[${name}\\]\\(\\.\\./examples/${name}\\)\\n\\n\\w`));
});
