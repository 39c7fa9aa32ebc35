import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emittedPage } from "../../tools/documentation/emitted-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

it("docs/emitted-u-net.md is what fcn emits", async () => {
  const page = readFileSync(join(packageRoot(), "docs", "emitted-u-net.md"), "utf8");
  expect(page, "run npm run documentation").toBe(await emittedPage());
}, 30_000);
