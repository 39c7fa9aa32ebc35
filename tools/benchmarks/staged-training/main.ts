/**
 * Staged training (Long, Shelhamer & Darrell 2015): FCN-32s, FCN-16s from it, FCN-8s from that, at a small width. Prints Markdown
 * tables of mean IoU and, on synthetic scenes, writes a picture of the three side by side.
 *
 *   npm run benchmark:staged -- [--data DIR] [--epochs N] [--compare] [--tables] [--out DIR] [--engine E]
 *
 * Without --data it generates synthetic scenes. DIR contains train, trainannot, val and valannot, as CamVid does. --epochs is the
 * number for FCN-32s; the others train for half as many. --compare also trains FCN-8s in one run, FCN-32s for longer, and the finer
 * two from that. --tables only evaluates existing runs. Every run prints the command that does the same; networks.fcn contains the
 * networks and their train sections.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { writeAtomically } from "../../../runtime/files/atomic-write.ts";
import type { Raster } from "../../../runtime/images/raster.ts";
import { readImage } from "../../../runtime/images/read-image.ts";
import { packageRoot } from "../../host/package-root.ts";
import { bandWidth, evaluationFile, resultTables } from "./results.ts";
import { sideBySide } from "./side-by-side.ts";
import { comparisons, epochsOf, stages } from "./stages.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    epochs: { type: "string" },
    compare: { type: "boolean" },
    tables: { type: "boolean" },
    out: { type: "string" },
    engine: { type: "string", default: "native" },
  },
});
const synthetic = values.data === undefined;
const directory = resolve(values.out ?? join("out", synthetic ? "staged-synthetic" : "staged-training"));
const program = join(packageRoot(), "tools", "benchmarks", "staged-training", "networks.fcn");
const scenes = {
  options: ["--count", "100", "--size", "192x256", "--classes", "disc,box,triangle,ring", "--seed", "1"],
  classes: "[background, disc, box, triangle, ring]",
  /** Validation scenes in the picture. */
  shown: ["00001", "00007", "00012"],
};
const epochs = values.epochs === undefined ? (synthetic ? 12 : 30) : Number(values.epochs);
if (!Number.isInteger(epochs) || epochs < 1)
  throw new Error(`--epochs ${values.epochs}: must be a whole number ≥ 1`);
const runs = values.compare ? [...stages, ...comparisons] : stages;

/** Runs `fcn` in the experiment's folder, where `start from` finds the runs. Returns what it prints. */
function fcn(...words: readonly string[]): string {
  console.error(`\n$ fcn ${words.map((word) => (/[^\w./=,-]/.test(word) ? `"${word}"` : word)).join(" ")}`);
  const run = spawnSync(process.execPath, [join(packageRoot(), "dist", "fcn.js"), ...words], {
    cwd: directory,
    stdio: ["ignore", "pipe", 2],
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`fcn exited with status ${run.status}`);
  return run.stdout;
}

const setting = synthetic ? ["--set", `classes=${scenes.classes}`] : [];
const data = synthetic ? "scenes" : resolve(values.data ?? "");
mkdirSync(directory, { recursive: true });
if (!values.tables) {
  console.error(`in ${directory}:`);
  if (synthetic) fcn("data", "synth", data, ...scenes.options);
  for (const stage of runs) {
    const usual = stage.run === stage.network ? [] : ["--out", join("out", stage.run)];
    const length = ["--epochs", `${epochsOf(stage, epochs)}`, "--engine", values.engine];
    const which = ["--network", stage.network, "--data", data, ...setting];
    fcn("train", program, ...which, ...length, ...stage.options, ...usual, "--force");
  }
}
for (const stage of [...stages, ...comparisons]) {
  const weights = join("out", stage.run, "weights.safetensors");
  if (!existsSync(join(directory, weights))) continue;
  const which = ["--network", stage.network, "--weights", weights, "--data", data, "--engine", values.engine];
  const printed = fcn("evaluate", program, ...which, "--trimap", `${bandWidth}`, "--json");
  await writeAtomically(evaluationFile(directory, stage), [Buffer.from(printed)]);
}
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}\n`,
);
console.log(resultTables(directory, [...stages, ...comparisons]));
if (synthetic) console.log(`\n${await drawPicture()}`);

/** Draws image, label and the three predictions of each shown scene. Returns the file. */
async function drawPicture(): Promise<string> {
  const folder = (kind: string) => join(directory, data, kind, "val");
  const files = readdirSync(folder("images")).filter((file) =>
    scenes.shown.some((name) => file.startsWith(name)),
  );
  const images = files.map((file) => join(folder("images"), file));
  for (const { run, network } of stages) {
    const weights = ["--weights", join("out", run, "weights.safetensors"), "--engine", values.engine];
    fcn("predict", program, ...images, "--network", network, ...weights, "--out", join("predicted", run));
  }
  const rows: Raster[][] = [];
  for (const file of files) {
    const predicted = stages.map(({ run }) =>
      join(directory, "predicted", run, file.replace(/\.png$/, ".labels.png")),
    );
    const shown = [join(folder("images"), file), join(folder("labels"), file), ...predicted];
    rows.push(await Promise.all(shown.map((path) => readImage(path, 3))));
  }
  const picture = join(directory, "side-by-side.png");
  const { data: samples, width, height } = sideBySide(rows);
  // 128 colours: a quarter of the size, and the classes keep theirs.
  const png = sharp(samples, { raw: { width, height, channels: 3 } }).png({
    palette: true,
    colours: 128,
    dither: 0,
  });
  await writeAtomically(picture, [await png.toBuffer()]);
  return picture;
}
