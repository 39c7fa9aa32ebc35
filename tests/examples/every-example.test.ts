import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../../tools/host/package-root.ts";
import { naiveExamples } from "./naive-examples.ts";
import { narrowExamples } from "./narrow-examples.ts";
import { ownTargets } from "./own-targets.ts";

it("every example learns four scenes by heart in some test, but for those that label patches", () => {
  const files = readdirSync(join(packageRoot(), "examples")).filter((name) => name.endsWith(".fcn"));
  const narrow = Object.values(narrowExamples).flatMap((group) => Object.keys(group));
  expect([...narrow, ...ownTargets, ...naiveExamples].toSorted()).toEqual(files.toSorted());
});
