/** Runs the `console` blocks of a specification page, in one folder, with the files the page shows. */
import { beforeAll, expect, it } from "vitest";
import { writeShownPrograms } from "../../tools/documentation/console-blocks.ts";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";

/** To be called in a `describe`. */
export function runConsoles(page: string): void {
  const blocks = readSpecPage(page);
  const consoles = blocks.filter(({ language }) => language === "console");
  const directory = workingDirectory();
  beforeAll(() => writeShownPrograms(blocks, directory));

  it("runs commands", () => expect(consoles.length).toBeGreaterThan(5));

  it.each(consoles)("shows what the command at line $line really says", async ({ text, values }) => {
    const [first = "", ...rest] = text.split("\n");
    const [prompt, program, ...words] = first.split(" ");
    expect([prompt, program]).toEqual(["$", "fcn"]);
    const { status, out, err } = await fcn(directory, ...words);
    expect(out + err).toBe(rest.join("\n"));
    expect(status).toBe(Number(values.get("status")?.[0]));
  });
}
