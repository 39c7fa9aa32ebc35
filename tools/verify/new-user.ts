/**
 * What a new user does, in empty folders and with packages from the registry: installs the packed package, makes a project, adds the
 * native engine, trains, emits TypeScript with programs around it, trains on and predicts with those, loads the graph model from a script
 * that has @tensorflow/tfjs and nothing else, and predicts and trains with the package for PyTorch, in one process and in two, in a
 * folder that has nothing else.
 *
 *   npm run verify:new-user [-- --keep]
 *
 * Prints every command with its time. Ends with status 1 at the first that fails, or that does not do what it should.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { packageRoot } from "../host/package-root.ts";

const run = promisify(execFile);

/** With TensorFlow.js alone: a server for the folder of the model, and a prediction at two sizes. */
const script = `import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import * as tf from "@tensorflow/tfjs";

const server = createServer(async ({ url }, response) => response.end(await readFile("model" + url))).listen();
const model = await tf.loadGraphModel("http://127.0.0.1:" + server.address().port + "/model.json");
for (const shape of [[1, 32, 48, 3], [2, 64, 32, 3]]) console.log(model.predict(tf.zeros(shape)).shape.join("x"));
console.log(Object.keys(model.modelSignature.outputs).join());
server.close();
`;

/** Debian's, which has python3-torch. */
const python = process.env.FCN_PYTHON ?? "/usr/bin/python3";
/** PyTorch 1.13 under Python 3.11 misreads the usual value of the last two. */
const launched = "--standalone --redirects 9:0 --tee 9:0";

async function main({ keep }: { readonly keep?: true }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-new-user-"));
  try {
    await trial(folder);
  } finally {
    if (keep) console.log(folder);
    else await rm(folder, { recursive: true, force: true });
  }
}

async function trial(folder: string): Promise<void> {
  const made = (name: string): string => join(folder, name);
  await shell(packageRoot(), `npm pack --pack-destination ${folder} --loglevel error`);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no package");
  await mkdir(made("tool"));
  await shell(made("tool"), `npm install --no-audit --no-fund --loglevel error ../${tarball}`);
  const fcn = `node ${join(made("tool"), "node_modules", "fcn-lang", "dist", "fcn.js")}`;

  const help = await shell(made("tool"), "npx --no-install fcn --help");
  expect(help.includes("train"), "npx finds the installed command");
  await shell(folder, `${fcn} new project`);
  const project = made("project");
  await shell(project, `${fcn} data synth data --count 24 --size 64x64`);
  const advice = "ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0";
  const before = await shell(project, `${fcn} doctor`);
  expect(before.includes("--engine auto takes wasm"), "without ONNX Runtime, wasm is selected");
  expect(before.includes(advice), "doctor names the command that adds the native engine");
  await shell(made("tool"), `${advice} --no-audit --no-fund --loglevel error`);
  expect(
    (await shell(project, `${fcn} doctor`)).includes("--engine auto takes native"),
    "the native engine is there",
  );
  await shell(project, `${fcn} train u-net.fcn --epochs 3`);
  const weights = join("out", "UNet", "weights.safetensors");

  await shell(project, `${fcn} emit u-net.fcn --to typescript --runnable --weights ${weights} -o app`);
  const app = join(project, "app");
  await shell(app, "npm install --no-audit --no-fund --loglevel error");
  await shell(app, "npx tsc");
  const trained = await shell(app, `npx tsx train.ts ../data --epochs 1`);
  expect(trained.includes("epoch 1 of 1: loss "), "train.ts says the loss of its epoch");
  const scratch = await shell(app, "npx tsx train.ts ../data --epochs 1 --weights scratch.safetensors");
  expect(lossOf(trained) < 0.8 * lossOf(scratch), "train.ts continues from the weights of fcn train");
  await shell(app, `npx tsx predict.ts ../data/images/val`);
  expect(readdirSync(join(app, "predictions")).length > 0, "predict.ts writes label images");
  await shell(project, `${fcn} evaluate u-net.fcn --weights ${weights}`);

  await mkdir(made("page"));
  const model = join("..", "page", "model");
  await shell(project, `${fcn} emit u-net.fcn --to tfjs-model --weights ${weights} --preprocess -o ${model}`);
  expect(existsSync(join(made("page"), "model", "model.json")), "the model is there");
  await writeFile(join(made("page"), "package.json"), '{ "private": true, "type": "module" }\n');
  await shell(made("page"), "npm install --no-audit --no-fund --loglevel error @tensorflow/tfjs@4.22.0");
  await writeFile(join(made("page"), "predict.js"), script);
  const predicted = await shell(made("page"), "node predict.js");
  expect(predicted.includes("1x32x48x4\n2x64x32x4\nlabels\n"), "the graph model predicts at two sizes");

  await shell(project, `${fcn} emit u-net.fcn --to pytorch --weights ${weights} -o ${made("package")}`);
  const alone = made("package");
  const validation = join("..", "project", "data", "images", "val");
  await shell(alone, `${python} -m unet.predict ${validation} --out predictions`);
  await shell(
    project,
    `${fcn} predict u-net.fcn ${join("data", "images", "val")} --weights ${weights} --out seen`,
  );
  const labels = (name: string): readonly string[] =>
    readdirSync(name).filter((file) => file.endsWith(".labels.png"));
  expect(
    labels(join(alone, "predictions")).join() === labels(join(project, "seen")).join(),
    "the package writes the label images of fcn predict",
  );
  const train = "-m unet.train --data ../project/data --epochs 1 --out";
  await shell(alone, `${python} ${train} run`);
  await shell(alone, `${python} -m torch.distributed.run ${launched} --nproc_per_node 2 ${train} shared`);
  for (const out of ["run", "shared"]) {
    const file = join(alone, out, "weights.safetensors");
    const evaluated = await shell(project, `${fcn} evaluate u-net.fcn --weights ${file}`);
    expect(evaluated.includes("mean IoU"), `fcn evaluates the weights of ${out}`);
  }
  console.log("done");
}

/** Without what npm and this package set for scripts, as in a terminal. */
async function shell(cwd: string, command: string): Promise<string> {
  const start = performance.now();
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(registry|cache|userconfig|globalconfig))/.test(name) && name !== "NODE_ENV",
  );
  try {
    const { stdout } = await run("sh", ["-c", command], {
      cwd,
      env: Object.fromEntries(inherited),
      maxBuffer: 2 ** 26,
    });
    console.log(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${command}`);
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string }; // of execFile
    throw new Error(`${command}\n${stdout}\n${stderr}`);
  }
}

function lossOf(printed: string): number {
  return Number(/loss (\d+\.\d+)/.exec(printed)?.[1]);
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

const command = new Command("verify:new-user")
  .description("Does what a new user does, from the packed package to predictions.")
  .option("--keep", "leave the folder");
await main(command.parse().opts<{ readonly keep?: true }>());
