import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Running, startFcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram } from "./tiny-run.ts";

const directory = workingDirectory();
let running: Running | undefined;
afterAll(() => {
  running?.child.kill("SIGKILL"); // a test that failed has left it waiting
});

/** Waits until the notes hold `text` `times` times. */
function noted({ child }: Running, text: string, times: number, so: { far: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (so.far.split(text).length > times) resolve();
    };
    child.stderr?.on("data", look);
    child.on("close", () => reject(new Error(`ended before it said "${text}" ${times} times:\n${so.far}`)));
    look();
  });
}

describe("fcn check --watch", () => {
  it("checks again when a file, or one it imports, changes or appears, and ends with 130 on Ctrl-C", async () => {
    const blocks = join(directory, "blocks.fcn");
    const program = join(directory, "net.fcn");
    const uses = `import { twice } from "./blocks"\n${tinyProgram.replace("maxpool(2)", "twice() maxpool(2)")}`;
    writeFileSync(program, uses);
    running = startFcn(directory, "check", "--watch", "net.fcn");
    const so = { far: "" };
    running.child.stderr?.on("data", (part: Buffer) => {
      so.far += part.toString("utf8");
    });

    await noted(running, "watching 2 files", 1, so);
    expect(so.far).toContain("error[names/");

    writeFileSync(blocks, "block twice() {\n  relu\n}\n");
    await noted(running, "watching 2 files", 2, so);
    expect(so.far.split("blocks.fcn changed")[1]).not.toContain("error");

    writeFileSync(program, uses.replace("relu as top", "rellu as top"));
    await noted(running, 'did you mean "relu"?', 1, so);
    await noted(running, "watching 2 files", 3, so);

    rmSync(program);
    await noted(running, "net.fcn: no such file", 1, so);
    await noted(running, "watching 1 file;", 1, so);

    writeFileSync(program, tinyProgram);
    await noted(running, "watching 1 file;", 2, so);
    running.child.kill("SIGINT");
    const { status, out } = await running.finished;
    expect(status).toBe(130);
    expect(out.split("180 parameters").length).toBe(3); // with blocks.fcn there, and at the end
  }, 60_000);
});
