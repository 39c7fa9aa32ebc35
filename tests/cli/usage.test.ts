import { describe, expect, it } from "vitest";
import { UserError } from "../../runtime/user-error.ts";
import { reportError } from "../../tools/cli/console/report-error.ts";
import type { Terminal } from "../../tools/cli/console/terminal.ts";
import { UsageError } from "../../tools/cli/console/usage-error.ts";
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
      "weights",
      "data",
      "new",
    ]) {
      expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
    }
    expect(out).toContain("0 success, 1 errors in the input, 2 wrong command line");
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
      err: "error: --size 12 is not a size\nhelp: write height x width in pixels, for example --size 572x572\n",
    });
    expect(await run("inspect", "a.fcn", "--set", "width")).toMatchObject({
      status: 2,
      err: "error: --set width does not have the form name=value\nhelp: write, for example, --set width=8\n",
    });
    expect(await run("train", "a.fcn", "--epochs", "0")).toMatchObject({
      status: 2,
      err: "error: --epochs 0: expected a whole number of at least 1\n",
    });
    expect((await run("inspect", "a.fcn", "--size", "9007199254740993x4")).err).toBe(
      "error: --size 9007199254740993x4 is larger than can be computed\nhelp: give at most 2^53 − 1 pixels along each side\n",
    );
    expect((await run("train", "a.fcn", "--epochs", "9007199254740993")).err).toBe(
      "error: --epochs 9007199254740993: expected a whole number of at most 2^53 − 1\n",
    );
    expect(await run("diagram", "a.fcn", "--position", "1,1")).toMatchObject({
      status: 2,
      err: "error: --position selects a position for --field, and --field is not given\nhelp: add --field NAME\n",
    });
    expect((await run("train", "a.fcn", "--engine", "gpu")).err).toContain(
      "Allowed choices are auto, tensorflow, webgpu, native, wasm, cpu",
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
    expect(reportError(new UsageError("--size 3 is not a size"), terminal)).toBe(2);
  });

  it("calls anything else an internal error, with the stack and how to report it", () => {
    said.length = 0;
    expect(reportError(new TypeError("x is undefined"), terminal)).toBe(3);
    expect(said[0]).toMatch(
      /^error: internal error: this is a bug in fcn, not in your input\n\nTypeError: x is undefined\n\s+at /,
    );
    expect(said[1]).toMatch(/^Please report it\. Attach .*\nfcn \d+\.\d+\.\d+, Node v/s);
  });
});
