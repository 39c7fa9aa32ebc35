import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";

const blocks = readSpecPage(join(packageRoot(), "README.md"));
const [program = "", trainSection = ""] = blocks
  .filter(({ language }) => language === "fcn")
  .map(({ text }) => text);
const [answer = "", mistake = ""] = blocks
  .filter(({ language }) => language === "text")
  .map(({ text }) => text);

const directory = workingDirectory();

describe("the README", () => {
  it("shows what fcn check really answers to its program, which is in the one layout", async () => {
    writeFileSync(join(directory, "u-net.fcn"), program);
    expect(await fcn(directory, "check", "u-net.fcn")).toEqual({ status: 0, out: answer, err: "" });
    expect((await fcn(directory, "format", "--check", "u-net.fcn")).out).toBe("");
  });

  it("shows what fcn check really says about the misspelt word", async () => {
    writeFileSync(join(directory, "u-net.fcn"), program.replace("maxpool", "maxpol"));
    const { err } = await fcn(directory, "check", "u-net.fcn");
    expect(err.startsWith(mistake), err).toBe(true);
  });

  it("shows a train section without mistakes", async () => {
    writeFileSync(join(directory, "u-net.fcn"), `${program}\n${trainSection}`);
    expect(await fcn(directory, "check", "u-net.fcn")).toMatchObject({ status: 0, err: "" });
    expect((await fcn(directory, "format", "--check", "u-net.fcn")).out).toBe("");
  });

  it("names every command, and no file that is not there", async () => {
    const text = readFileSync(join(packageRoot(), "README.md"), "utf8");
    const { out } = await fcn(directory, "--help");
    const commands = [...out.matchAll(/^ {2}(\w+) (?:\[options\] )?[<[ ]/gm)].map(([, name]) => name ?? "");
    expect(commands).toHaveLength(19); // those of the table, and help
    for (const name of commands.filter((name) => name !== "help"))
      expect(text, name).toContain(`fcn ${name}`);
    for (const [, link = ""] of text.matchAll(/\]\(([^)#]+)\)/g)) {
      expect(existsSync(join(packageRoot(), link)), link).toBe(true);
    }
  });
});
