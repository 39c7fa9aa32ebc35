import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";

const directory = workingDirectory();

describe("fcn new", () => {
  it("writes a project whose program and data have no mistake", async () => {
    expect((await fcn(directory, "new", "mine", "--synth")).status).toBe(0);
    const project = join(directory, "mine");
    expect(readdirSync(project).sort()).toEqual([".gitignore", "README.md", "data", "u-net.fcn"]);
    expect(await fcn(project, "check", "u-net.fcn")).toMatchObject({ status: 0, err: "" });
    expect((await fcn(project, "format", "--check", "u-net.fcn")).out).toBe("");
    const { status, out } = await fcn(project, "data", "check", "u-net.fcn");
    expect(out).toContain("96 training images, 24 validation images");
    expect(out).toContain("no problems found");
    expect(status).toBe(0);
  });

  it("names the next command as a shell takes it", async () => {
    const { status, err } = await fcn(directory, "new", "Zellen Köln's");
    expect(status).toBe(0);
    expect(err).toContain("next: cd 'Zellen Köln'\\''s' && fcn data synth data && fcn train u-net.fcn\n");
    const plain = await fcn(directory, "new", "Köln-2");
    expect(plain.err).toContain("next: cd Köln-2 && ");
  });

  it("leaves a folder alone that holds anything", async () => {
    expect(await fcn(directory, "new", ".")).toMatchObject({
      status: 1,
      err: "error: . is not empty\nhelp: give a folder that does not exist yet, or is empty\n",
    });
    expect(existsSync(join(directory, "u-net.fcn"))).toBe(false);
  });
});

describe("fcn doctor", () => {
  it("lists every engine, and what would add those that do not work, as JSON", async () => {
    const { status, out } = await fcn(directory, "doctor", "--json");
    expect(status).toBe(0);
    const answer = JSON.parse(out);
    expect(Object.keys(answer)).toEqual([
      "fcn",
      "node",
      "platform",
      "cores",
      "processor",
      "memory",
      "engines",
      "chosen",
      "torch",
    ]);
    expect(Object.keys(answer.torch)).toEqual([
      "interpreter",
      "from",
      "python",
      "version",
      "devices",
      "reason",
      "remedy",
    ]);
    expect(answer.torch.version === null ? answer.torch.remedy : answer.torch.python).not.toBeNull();
    expect(answer.engines.map(({ engine }: { engine: string }) => engine)).toEqual([
      "tensorflow",
      "webgpu",
      "native",
      "wasm",
      "cpu",
    ]);
    for (const { works, reason, description } of answer.engines)
      expect(works ? description : reason).not.toBe("");
    expect(answer.engines.find(({ engine }: { engine: string }) => engine === "cpu").works).toBe(true);
    expect(answer.chosen.engine).not.toBe("cpu");
  });
});
