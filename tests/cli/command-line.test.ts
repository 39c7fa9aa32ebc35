import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";

const page = join(packageRoot(), "specs", "command-line.md");
const blocks = readSpecPage(page);
const consoles = blocks.filter(({ language }) => language === "console");

let directory: string;
let remove: () => void;
beforeAll(() => {
  ({ path: directory, remove } = workingDirectory());
  for (const { language, values, text } of blocks) {
    const [file] = values.get("file") ?? [];
    if (language === "fcn" && file !== undefined) writeFileSync(join(directory, file), text);
  }
});
afterAll(() => remove());

describe("the page of the command line", () => {
  it("runs commands", () => expect(consoles.length).toBeGreaterThan(5));

  it.each(consoles)("shows what the command at line $line really says", async ({ text, values }) => {
    const [first = "", ...rest] = text.split("\n");
    const [prompt, program, ...words] = first.split(" ");
    expect([prompt, program]).toEqual(["$", "fcn"]);
    const { status, out, err } = await fcn(directory, ...words);
    expect(out + err).toBe(rest.join("\n"));
    expect(status).toBe(Number(values.get("status")?.[0]));
  });

  it("names every exit status that there is", async () => {
    const { exitCode } = await import("../../tools/cli/exit-code.ts");
    const rows = blocks.length > 0 ? await statusRows() : [];
    expect(rows).toEqual(Object.values(exitCode));
  });
});

async function statusRows(): Promise<readonly number[]> {
  const { readFileSync } = await import("node:fs");
  return [...readFileSync(page, "utf8").matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
}
