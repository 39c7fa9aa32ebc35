import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixText } from "../../tools/cli/commands/check/run-fix.ts";
import { compileText } from "../support/compile-source.ts";
import { fcn } from "./run-fcn.ts";

const fixed = (text: string) => fixText(text, "test.fcn", compileText);

describe("the safe fixes of a text", () => {
  it("are made pass after pass, as one mistake uncovers the next", () => {
    const wrong =
      "network N(classes = 2) {\n  input image [3, H W]\n  convv(classes, 3x3, paddin = vald) softmx\n  output y by softmx\n}\n";
    const { text, made } = fixed(wrong);
    expect(text).toBe(
      "network N(classes = 2) {\n  input image [3, H, W]\n  conv(classes, 3x3, padding = valid) softmax\n  output y by softmax\n}\n".replace(
        " softmax\n  output",
        " \n  output",
      ),
    );
    expect(made).toHaveLength(7);
    expect(compileText(text).diagnostics).toEqual([]);
  });

  it("write what the learning rate and stopping were once called as they are called", () => {
    const program = (optimizer: string, stop: string) =>
      `network N(classes = 2) {\n  input image [3, H, W]\n  conv(classes, 3x3)\n  output y by softmax\n}\n\ntrain N {\n  optimizer ${optimizer}\n  keep      ${stop}\n}\n`;
    for (const name of ["rate", "lr"]) {
      expect(fixed(program(`adam(${name} = 1e-3)`, "stop after 8 without gain")).text).toBe(
        program("adam(learning_rate = 1e-3)", "stop after 8 epochs without improvement"),
      );
    }
  });

  it("leave out what is not safe", () => {
    const text = "network N {\n  input image [3, H, W]\n  conv(2, 3x3) batchnorm\n  output y\n}\n";
    expect(fixed(text)).toEqual({ text, made: [] });
  });

  it("are left out where what they lead to is wrong too", () => {
    for (const value of ["if n > 2 { 4 } else { 8 }", "if n > 2 then 4 else 8", "if n > 2 4"]) {
      const text = `network N(n = 3) {\n  input image [3, H, W]\n  conv(${value}, 3x3)\n  output y\n}\n`;
      expect(fixed(text)).toEqual({ text, made: [] });
      // The others are made all the same.
      const two = fixed(text.replace("output y", "relu;\n  output y"));
      expect(two.text).toBe(text.replace("output y", "relu\n  output y"));
      expect(two.made).toEqual(["4:7: remove `;` (syntax/unknown-character)"]);
    }
  });

  it("end where two texts would follow each other in a circle", () => {
    const flip = (text: string) => {
      const compiled = compileText(text);
      const span = { file: "test.fcn", start: 0, end: 1 };
      const edits = [{ span, text: text.startsWith("a") ? "b" : "a" }];
      const [diagnostic] = compileText("wrong").diagnostics;
      if (diagnostic === undefined) throw new Error("a wrong text has a diagnostic");
      const diagnostics = [{ ...diagnostic, fixes: [{ title: "flip", safe: true, edits }] }];
      return { ...compiled, diagnostics, again: () => ({ ...compiled, diagnostics: [] }) };
    };
    expect(fixText("a", "test.fcn", flip)).toEqual({ text: "b", made: ["1:1: flip (syntax/unexpected)"] });
  });
});

describe("fcn check --fix", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "fcn-fix-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("writes the file, says what it changed, and checks what is left", async () => {
    const text = "network N {\n  input image [3, H, W]\n  convv(2, 3x3)\n  output y\n}\n";
    writeFileSync(join(directory, "n.fcn"), text);
    const { status, out, err } = await fcn(directory, "check", "--fix", "n.fcn");
    expect(err).toBe("n.fcn:3:3: write `conv` (names/unknown)\n");
    expect(out).toContain("image [3, H, W]  →  y [2, H, W]");
    expect(status).toBe(0);
    expect(readFileSync(join(directory, "n.fcn"), "utf8")).toBe(text.replace("convv", "conv"));
    expect(readdirSync(directory)).toEqual(["n.fcn"]);
  });

  it("keeps line ends, a byte order mark, the mode and a symbolic link", async () => {
    const folder = mkdtempSync(join(directory, "kept-"));
    const text = "\ufeffnetwork N {\r\n  input image [3, H, W]\r\n  convv(2, 3x3)\r\n  output y\r\n}\r\n";
    writeFileSync(join(folder, "target.fcn"), text, { mode: 0o640 });
    symlinkSync("target.fcn", join(folder, "link.fcn"));
    expect(await fcn(folder, "check", "--fix", "link.fcn")).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, "target.fcn"), "utf8")).toBe(text.replace("convv", "conv"));
    expect(statSync(join(folder, "target.fcn")).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(folder, "link.fcn")).isSymbolicLink()).toBe(true);
    writeFileSync(join(folder, "target.fcn"), text.replace("convv(2,", "conv( 2,"));
    expect(await fcn(folder, "format", "link.fcn")).toMatchObject({ status: 0, out: "link.fcn formatted\n" });
    expect(readFileSync(join(folder, "target.fcn"), "utf8")).toBe(text.replace("convv", "conv"));
    expect(await fcn(folder, "format", "--check", "link.fcn")).toMatchObject({ status: 0, out: "" });
    expect(statSync(join(folder, "target.fcn")).mode & 0o777).toBe(0o640);
    rmSync(folder, { recursive: true });
  });

  it("leaves a file alone that is read-only or not UTF-8, and does the others", async () => {
    const folder = mkdtempSync(join(directory, "left-"));
    const good = "network N {\n  input image [3, H, W]\n  conv( 2, 3x3)\n  output y\n}\n";
    writeFileSync(join(folder, "read.fcn"), good);
    chmodSync(join(folder, "read.fcn"), 0o444);
    const latin = Buffer.from(`// \u00e9t\u00e9\n${good}`, "latin1");
    writeFileSync(join(folder, "latin.fcn"), latin);
    writeFileSync(join(folder, "good.fcn"), good);
    const { status, out, err } = await fcn(folder, "format", "latin.fcn", "read.fcn", "none.fcn", "good.fcn");
    expect(status).toBe(1);
    expect(out).toBe("good.fcn formatted\n");
    expect(err).toContain("error: latin.fcn:1: byte 4 of the line (0xE9) is not UTF-8");
    expect(err).toContain("error: read.fcn is read-only");
    expect(err).toContain("error: none.fcn: no such file");
    expect(readFileSync(join(folder, "read.fcn"), "utf8")).toBe(good);
    expect(readFileSync(join(folder, "latin.fcn"))).toEqual(latin);
    rmSync(folder, { recursive: true });
  });
});
