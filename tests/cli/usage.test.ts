import { describe, expect, it } from "vitest";
import { UserError } from "../../runtime/user-error.ts";
import { reportError } from "../../tools/cli/report-error.ts";
import type { Terminal } from "../../tools/cli/terminal.ts";
import { UsageError } from "../../tools/cli/usage-error.ts";
import { fcn } from "./run-fcn.ts";

const run = (...words: readonly string[]) => fcn(process.cwd(), ...words);

describe("the command line", () => {
  it("lists the commands and what the exit status means", async () => {
    const { status, out } = await run("--help");
    expect(status).toBe(0);
    for (const command of [
      "check",
      "inspect",
      "cost",
      "diagram",
      "train",
      "evaluate",
      "predict",
      "format",
      "doctor",
      "data",
      "new",
    ]) {
      expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
    }
    expect(out).toContain("0 fine, 1 the input has errors, 2 the command line is wrong");
    expect(out).toContain("130 interrupted");
  });

  it("names the nearest command or option for one that does not exist, and ends with 2", async () => {
    const command = await run("inspct", "a.fcn");
    expect(command).toMatchObject({ status: 2, out: "" });
    expect(command.err).toContain("(Did you mean inspect?)");
    const option = await run("train", "a.fcn", "--epoch", "3");
    expect(option.status).toBe(2);
    expect(option.err).toContain("(Did you mean --epochs?)");
    expect(option.err).toContain("(fcn train --help lists its options)");
  });

  it.each(["--rate", "--lr"])("points from %s to --learning-rate", async (option) => {
    expect(await run("train", "a.fcn", option, "1e-3")).toEqual({
      status: 2,
      out: "",
      err: `error: there is no option ${option}\nhelp: write --learning-rate 1e-3\n`,
    });
  });

  it("says what a value should look like", async () => {
    expect(await run("inspect", "a.fcn", "--size", "12")).toMatchObject({
      status: 2,
      err: "error: --size 12 is no size\nhelp: write height x width in pixels, e.g. --size 572x572\n",
    });
    expect(await run("inspect", "a.fcn", "--set", "width")).toMatchObject({
      status: 2,
      err: "error: --set width gives no parameter a value\nhelp: write --set name=value, e.g. --set width=8\n",
    });
    expect(await run("train", "a.fcn", "--epochs", "0")).toMatchObject({
      status: 2,
      err: "error: --epochs 0: give a whole number from 1 on\n",
    });
    expect(await run("diagram", "a.fcn", "--cell", "1,1")).toMatchObject({
      status: 2,
      err: "error: --cell says which cell --field draws, and there is no --field\nhelp: add --field MAP\n",
    });
    expect((await run("train", "a.fcn", "--engine", "gpu")).err).toContain(
      "Allowed choices are auto, tensorflow, webgpu, wasm, cpu",
    );
  });
});

describe("reporting what went wrong", () => {
  const said: string[] = [];
  const terminal: Terminal = {
    print: () => {},
    note: (text) => void said.push(text),
    printColour: false,
    noteColour: false,
    interactive: false,
  };

  it("shows a mistake of the user with its way out, without a stack", () => {
    said.length = 0;
    expect(reportError(new UserError("x.png is empty", "copy it again"), terminal)).toBe(1);
    expect(said).toEqual(["error: x.png is empty", "help: copy it again"]);
    expect(reportError(new UsageError("--size 3 is no size"), terminal)).toBe(2);
  });

  it("calls anything else a fault in fcn, with the stack and how to report it", () => {
    said.length = 0;
    expect(reportError(new TypeError("x is undefined"), terminal)).toBe(3);
    expect(said[0]).toMatch(
      /^error: this is a fault in fcn, not in your input\n\nTypeError: x is undefined\n\s+at /,
    );
    expect(said[1]).toMatch(/^Please report it .*\nfcn \d+\.\d+\.\d+, Node v/s);
  });
});
