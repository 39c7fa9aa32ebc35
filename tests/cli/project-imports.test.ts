/** Imports from a project's folder through the commands: from any working folder, and from the folder of a run alone. */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const project = join(directory, "project");
const nets = join(project, "nets");
const program = `import { stem } from "@/blocks/stem"\n\n${tinyProgram.replace("conv(width, 3x3) batchnorm relu as top", "stem(width) as top")}`;

beforeAll(async () => {
  mkdirSync(nets, { recursive: true });
  mkdirSync(join(project, "blocks"));
  await writeTiny(nets, program);
  writeFileSync(
    join(project, "blocks", "stem.fcn"),
    'import { unit } from "@/blocks/unit"\n\nblock stem(width) { unit(width) }\n',
  );
  writeFileSync(
    join(project, "blocks", "unit.fcn"),
    "block unit(width) { conv(width, 3x3) batchnorm relu }\n",
  );
});

describe("an import from the project", () => {
  it("needs a folder that is marked, and the message says how", async () => {
    const { status, err } = await fcn(nets, "check", "tiny.fcn");
    expect(status).toBe(1);
    expect(err).toContain("error[names/no-project]");
    expect(err).toContain("tiny.fcn:1:22");
    expect(err).toContain("create an empty file project.fcn in the folder that");
    writeFileSync(join(project, "project.fcn"), "");
    expect(await fcn(nets, "check", "tiny.fcn")).toMatchObject({ status: 0, err: "" });
  });

  it("means the same from every working folder, and by a link", async () => {
    symlinkSync(project, join(directory, "linked"));
    const diagnosticsOf = ({ out }: { readonly out: string }) =>
      JSON.parse(out, (key, value) => (key === "file" ? basename(value) : value));
    const checked = diagnosticsOf(await fcn(nets, "check", "tiny.fcn", "--json"));
    for (const [folder, file] of [
      [directory, "project/nets/tiny.fcn"],
      [project, join(nets, "tiny.fcn")],
      [directory, "linked/nets/tiny.fcn"],
      [join(project, "blocks"), "../nets/tiny.fcn"],
    ] as const) {
      const found = await fcn(folder, "check", file, "--json");
      expect(found).toMatchObject({ status: 0, err: "" });
      expect(diagnosticsOf(found)).toEqual(checked);
    }
  });

  it("leaves the marker a program like any other to the other commands", async () => {
    expect(await fcn(project, "format", "--check", "project.fcn", "nets/tiny.fcn")).toMatchObject({
      status: 0,
    });
    expect(await fcn(project, "check", "project.fcn")).toMatchObject({ status: 0 });
  });

  it("gives the network of a relative one, which is emitted", async () => {
    writeFileSync(join(nets, "relative.fcn"), program.replace("@/blocks", "../blocks"));
    const graphOf = async (file: string) => (await fcn(nets, "inspect", file, "--ir")).out;
    expect(await graphOf("tiny.fcn")).toContain("conv");
    expect(await graphOf("tiny.fcn")).toBe(await graphOf("relative.fcn"));
    for (const target of ["onnx", "pytorch", "typescript"]) {
      const emitted = await fcn(nets, "emit", "tiny.fcn", "--to", target, "--output", `emitted-${target}`);
      expect(emitted, emitted.err).toMatchObject({ status: 0 });
    }
  });

  it("works in the folder of a run, without the project: it is checked, resumed and predicted with", async () => {
    const trained = await fcn(nets, "train", "tiny.fcn", "--engine", "wasm", "--out", "run", "--epochs", "1");
    expect(trained, trained.err).toMatchObject({ status: 0 });
    const alone = join(directory, "alone");
    mkdirSync(alone);
    renameSync(join(nets, "run"), join(alone, "run"));
    cpSync(join(nets, "data"), join(alone, "data"), { recursive: true });
    rmSync(project, { recursive: true });
    const copies = ["nets/tiny.fcn", "project.fcn", "blocks/stem.fcn", "blocks/unit.fcn"];
    expect(JSON.parse(readFileSync(join(alone, "run", "run.json"), "utf8")).source.files).toEqual(copies);
    const source = join(alone, "run", "source");
    expect(readdirSync(source).sort()).toEqual(["blocks", "nets", "project.fcn"]);

    const copy = "run/source/nets/tiny.fcn";
    expect(await fcn(alone, "check", copy)).toMatchObject({ status: 0, err: "" });
    const options = ["--out", "run", "--data", "data", "--epochs", "2", "--resume"];
    const resumed = await fcn(alone, "train", copy, ...options);
    expect(resumed, resumed.err).toMatchObject({ status: 0 });
    expect(resumed.err).not.toContain("differs");
    expect(readdirSync(source).sort()).toEqual(["blocks", "nets", "project.fcn"]);
    const image = "data/images/train/00000.png";
    const words = ["predict", copy, image, "--weights", "run/weights.safetensors", "--out", "predicted"];
    const predicted = await fcn(alone, ...words);
    expect(predicted, predicted.err).toMatchObject({ status: 0 });
  });
});
