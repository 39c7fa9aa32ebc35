import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writeShownPrograms } from "../../tools/documentation/console-blocks.ts";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";

const blocks = readSpecPage(join(packageRoot(), "docs", "checker.md"));
const consoles = blocks.filter(({ language }) => language === "console");

const directory = workingDirectory();
beforeAll(() => writeShownPrograms(blocks, directory));

describe("the page of twenty mistakes", () => {
  it("shows a command for each of them", () => expect(consoles.length).toBeGreaterThanOrEqual(20));

  it.each(consoles)("shows what the command at line $line really says", async ({ text, values }) => {
    const [first = "", ...rest] = text.split("\n");
    const [prompt, program, ...words] = first.split(" ");
    expect([prompt, program]).toEqual(["$", "fcn"]);
    const { status, out, err } = await fcn(directory, ...words);
    expect((out + err).replaceAll(directory, "DIR").trimEnd()).toBe(rest.join("\n").trimEnd());
    expect(status).toBe(Number(values.get("status")?.[0]));
  });
});
