/** docs/tutorial-language.md: its commands print what the page shows, and its figures are what they draw. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writeShownPrograms } from "../../tools/documentation/console-blocks.ts";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { shownFigures, tutorials } from "../../tools/documentation/tutorials.ts";
import { shown, workingDirectory } from "./run-fcn.ts";

const blocks = readSpecPage(tutorials.language);
const consoles = blocks.filter(({ language }) => language === "console");
const figures = shownFigures(tutorials.language, readFileSync(tutorials.language, "utf8"));

const directory = workingDirectory();
beforeAll(() => writeShownPrograms(blocks, directory));

describe("the tutorial of the language", () => {
  it.each(consoles)("says what the command at line $line prints", async ({ text, values }) => {
    const [command = "", ...rest] = text.split("\n");
    const run = await shown(directory, command);
    expect(run.text).toBe(rest.join("\n").trimEnd());
    expect(run.status).toBe(Number(values.get("status")?.[0]));
  });

  it("has figures", () => expect(figures.length).toBeGreaterThan(0));

  it.each(figures)(
    "shows $made as its command draws it (else: npm run documentation:tutorial)",
    ({ path, made }) => {
      expect(readFileSync(path, "utf8")).toBe(readFileSync(join(directory, made), "utf8"));
    },
  );
});
