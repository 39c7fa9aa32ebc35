import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitCode } from "../../tools/cli/console/exit-code.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { runConsoles } from "./console-page.ts";

const page = join(packageRoot(), "specs", "command-line.md");

describe("the page of the command line", () => {
  runConsoles(page);

  it("names every exit status that there is", () => {
    const rows = [...readFileSync(page, "utf8").matchAll(/^\| (\d+) \|/gm)].map(([, status]) =>
      Number(status),
    );
    expect(rows).toEqual(Object.values(exitCode));
  });
});
