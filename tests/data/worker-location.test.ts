import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeWorkerLocation } from "../../runtime/data/worker-location.ts";
import { type Folder, flat, temporaryFolder } from "./fixture.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

let folder: Folder;
/** A program that prints the labels of the only batch of the folder's data. */
let program: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  await folder.grey("images/1.png", flat(2, 2, 9));
  await folder.grey("labels/1.png", [
    [0, 1],
    [1, 0],
  ]);
  await folder.bytes("package.json", '{ "type": "module" }');
  const from = (path: string) => JSON.stringify(join(root, path));
  program = await folder.bytes(
    "program.ts",
    `import { validationBatches } from ${from("runtime/data/batches.ts")};
     const path = (name: string) => ${JSON.stringify(folder.path)} + "/" + name;
     const pair = { name: "1", image: path("images/1.png"), label: path("labels/1.png") };
     const masks = { values: undefined, ignore: [], classes: ["a", "b"] };
     const dataSet = { source: "", training: [], validation: [pair], masks };
     const image = { key: "image", source: { kind: "image", channels: 1 }, from: "images" } as const;
     const classes = { key: "classes", source: { kind: "classes" }, from: "labels" } as const;
     const normalisation = { mean: [0], deviation: [1] };
     const inputs = [{ name: "image", layer: image, shrink: 1, noise: 0, normalisation }];
     const options = { batch: 1, inputs, targets: [{ output: "labels", layer: classes }] };
     for await (const batch of validationBatches(dataSet, options))
       console.log(batch.targets.get("labels")?.data.join(" "));`,
  );
});
afterAll(() => folder.remove());

describe("the decode worker is found and starts, and its idle threads let the program end", () => {
  it("from source, under tsx", async () => {
    const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
    const { stdout } = await run(process.execPath, [tsx, program]);
    expect(stdout.trim()).toBe("0 1 1 0");
  });

  it("beside the bundle that esbuild makes", async () => {
    const outdir = join(folder.path, "dist");
    await build({
      entryPoints: { program, "decode-worker": join(root, "runtime/data/decode-worker.ts") },
      outdir,
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      external: ["sharp"], // a native module, not needed for PNG
      logLevel: "silent",
    });
    const { stdout } = await run(process.execPath, [join(outdir, "program.js")]);
    expect(stdout.trim()).toBe("0 1 1 0");
  });

  it("or its absence is said", () => {
    expect(() => decodeWorkerLocation("file:///nowhere/dist/fcn.js")).toThrow(
      /decode-worker\.js is missing: the build makes it/,
    );
  });
});
