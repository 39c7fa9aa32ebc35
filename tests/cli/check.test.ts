import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram } from "./tiny-run.ts";

const directory = workingDirectory();
beforeAll(() => {
  writeFileSync(join(directory, "tiny.fcn"), tinyProgram);
  writeFileSync(
    join(directory, "wrong.fcn"),
    "network W {\n  input image [1, H, W]\n  convv(2, 3x3)\n  output y\n}\n",
  );
  writeFileSync(join(directory, "loose.fcn"), tinyProgram.replace("conv(width, 3x3)", "conv( width,3x3 )"));
});

describe("fcn check", () => {
  it("answers with what a good network accepts and gives, and ends with 0", async () => {
    const { status, out, err } = await fcn(directory, "check", "tiny.fcn");
    expect(err).toBe("");
    expect(out).toBe(`Tiny(classes = [background, disc], width = 2)
  image [3, H, W]  →  labels [2, H, W]
  accepts          H mod 2 = 0   (2, 4, 6 …)   and the same for W
  receptive field  8 px   stride 1, aligned to the input
  180 parameters
  1 note (lints/bias-before-normalisation): --notes shows it
`);
    expect(status).toBe(0);
  });

  it("shows what is information only when it is asked for", async () => {
    const { status, err, out } = await fcn(directory, "check", "--notes", "tiny.fcn");
    expect(err).toContain("information[lints/bias-before-normalisation]: batchnorm subtracts");
    expect(out).not.toContain("--notes");
    expect(status).toBe(0);
  });

  it("shows a mistake where it stands, without colour in a pipe and without a stack, and ends with 1", async () => {
    const { status, err } = await fcn(directory, "check", "wrong.fcn", "tiny.fcn");
    expect(status).toBe(1);
    expect(err).toContain(" --> wrong.fcn:3:3");
    expect(err).toContain('did you mean "conv"?');
    expect(err).not.toContain("\u001b");
    expect(err).not.toMatch(/\n\s+at /);
  });

  it("gives the diagnostics of every file as JSON", async () => {
    const { status, out } = await fcn(directory, "check", "--json", "tiny.fcn", "wrong.fcn");
    expect(status).toBe(1);
    const answer = JSON.parse(out);
    expect(answer.files.map(({ file }: { file: string }) => file)).toEqual(["tiny.fcn", "wrong.fcn"]);
    expect(answer.files[0]).toMatchObject({
      file: "tiny.fcn",
      diagnostics: [{ code: "lints/bias-before-normalisation", severity: "information" }],
    });
    const [first] = answer.files[1].diagnostics;
    expect(Object.keys(first)).toEqual([
      "code",
      "severity",
      "message",
      "file",
      "start",
      "end",
      "help",
      "fixes",
    ]);
    expect(first).toMatchObject({
      severity: "error",
      file: "wrong.fcn",
      start: { line: 3, column: 3 },
      end: { line: 3, column: 8 },
    });
  });

  it("checks the others where a file cannot be read, in every form of answer", async () => {
    const files = ["none.fcn", "tiny.fcn", "wrong.fcn"];
    const people = await fcn(directory, "check", ...files);
    expect(people.status).toBe(1);
    expect(people.err).toContain("error: none.fcn: no such file");
    expect(people.err).toContain(" --> wrong.fcn:3:3");
    expect(people.out).toContain("Tiny(");

    const json = await fcn(directory, "check", "--json", ...files);
    expect(json).toMatchObject({ status: 1, err: "" });
    expect(JSON.parse(json.out).files).toMatchObject([
      {
        file: "none.fcn",
        error: { message: "none.fcn: no such file", help: "give the path of a .fcn file" },
        diagnostics: [],
      },
      { file: "tiny.fcn", diagnostics: [{}] },
      { file: "wrong.fcn", diagnostics: [{ code: "names/unknown" }] },
    ]);

    const sarif = JSON.parse((await fcn(directory, "check", "--sarif", ...files)).out);
    expect(sarif.runs[0].invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { message: { text: expect.stringContaining("none.fcn: no such file") } },
        ],
      },
    ]);
    expect(sarif.runs[0].results).toHaveLength(2);

    const github = await fcn(directory, "check", "--github", ...files);
    expect(github.out).toContain(
      "::error file=none.fcn::none.fcn: no such file%0Ahelp: give the path of a .fcn file",
    );
    expect(github.out).toContain("file=wrong.fcn,line=3");
  });

  it("writes no control character that a path, an option or a name has, and JSON keeps them as they are", async () => {
    const evil = "\u001b[31m\u009b1mevil\u202e\u0007\u007f";
    writeFileSync(join(directory, `${evil}.fcn`), tinyProgram);
    const answers = [
      await fcn(directory, "check", `${evil}.fcn`, `${evil}none.fcn`),
      await fcn(directory, "check", "tiny.fcn", `--${evil}`),
      await fcn(directory, "check", "tiny.fcn", "--set", `${evil}=3`),
      await fcn(directory, "check", "tiny.fcn", "--network", evil),
      await fcn(directory, "diagram", `${evil}.fcn`, "-o", `${evil}.dot`),
      await fcn(directory, "format", "--check", `${evil}.fcn`, "loose.fcn"),
      await fcn(directory, "check", "--json", `${evil}.fcn`, `${evil}none.fcn`),
    ];
    for (const { out, err } of answers) expect(out + err).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
    expect(answers.map(({ status }) => status)).toEqual([1, 2, 1, 1, 0, 1, 1]);
    expect(JSON.parse(answers.at(-1)?.out ?? "").files).toMatchObject([
      { file: `${evil}.fcn` },
      { file: `${evil}none.fcn` },
    ]);
  });

  it("says which file does not exist", async () => {
    expect(await fcn(directory, "check", "none.fcn")).toMatchObject({
      status: 1,
      err: "error: none.fcn: no such file\nhelp: give the path of a .fcn file\n",
    });
  });
});

describe("fcn inspect", () => {
  it("gives formulas as JSON without a size", async () => {
    const { status, out } = await fcn(directory, "inspect", "tiny.fcn", "--json");
    expect(status).toBe(0);
    const answer = JSON.parse(out);
    expect(Object.keys(answer)).toEqual([
      "network",
      "parameters",
      "trainable",
      "acceptedSizes",
      "inputs",
      "outputs",
      "layers",
    ]);
    const accepts = { period: 2, residues: [0], from: 2, also: [] };
    expect(answer.acceptedSizes).toEqual({ H: accepts, W: accepts });
    expect(answer.inputs).toMatchObject([
      { name: "image", channels: 3, accepts: { height: accepts, width: accepts } },
    ]);
    expect(answer.outputs).toMatchObject([{ name: "labels", channels: 2, height: "H", width: "W" }]);
    expect(answer.layers[3]).toMatchObject({
      name: "maxpool1",
      op: "maxpool",
      channels: 2,
      height: "H/2",
      width: "W/2",
      parameters: 0,
      macs: null,
      stride: [2, 2],
      offset: ["1/2", "1/2"],
      field: [4, 4],
    });
  });

  it("gives numbers at a size, of the network with other parameters", async () => {
    const { out } = await fcn(
      directory,
      "inspect",
      "tiny.fcn",
      "--json",
      "--size",
      "12x16",
      "--set",
      "width=3",
    );
    const answer = JSON.parse(out);
    expect(answer.outputs).toMatchObject([{ name: "labels", channels: 2, height: 12, width: 16 }]);
    expect(answer.layers[0]).toMatchObject({
      name: "conv1",
      height: 12,
      width: 16,
      parameters: 84,
      macs: 15552,
    });
  });

  it("refuses a size the network does not accept, with the nearest that it does", async () => {
    const { status, err } = await fcn(directory, "inspect", "tiny.fcn", "--size", "13x16");
    expect(status).toBe(1);
    expect(err).toContain("Tiny does not accept H = 13");
    expect(err).toContain("12 and 14");
  });
});

describe("fcn format", () => {
  it("leaves a file as it is under --check and says that it would change", async () => {
    const before = readFileSync(join(directory, "loose.fcn"), "utf8");
    expect(await fcn(directory, "format", "--check", "loose.fcn")).toMatchObject({
      status: 1,
      out: "loose.fcn would change\n",
    });
    expect(readFileSync(join(directory, "loose.fcn"), "utf8")).toBe(before);
  });

  it("writes the one layout, and then has nothing to do", async () => {
    expect(await fcn(directory, "format", "loose.fcn")).toMatchObject({
      status: 0,
      out: "loose.fcn formatted\n",
    });
    expect(readFileSync(join(directory, "loose.fcn"), "utf8")).toBe(tinyProgram);
    expect(await fcn(directory, "format", "--check", "loose.fcn")).toMatchObject({ status: 0, out: "" });
  });
});

describe("fcn diagram", () => {
  it("writes the same bytes for the same program", async () => {
    expect((await fcn(directory, "diagram", "tiny.fcn", "-o", "a.dot")).status).toBe(0);
    expect((await fcn(directory, "diagram", "tiny.fcn", "-o", "b.dot")).status).toBe(0);
    const [a, b] = ["a.dot", "b.dot"].map((name) => readFileSync(join(directory, name), "utf8"));
    expect(a).toBe(b);
    expect(a).toContain("digraph");
  });

  it("refuses an extension that stands for no format", async () => {
    expect(await fcn(directory, "diagram", "tiny.fcn", "-o", "a.gif")).toMatchObject({
      status: 2,
      err: "error: a.gif: unknown figure format\nhelp: end the file's name in .svg, .png, .pdf, .tex, .dot\n",
    });
  });
});
