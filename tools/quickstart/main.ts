/**
 * `npm run quickstart`: from a program to a trained network and its predictions, on synthetic data.
 *
 * It calls what the commands call; each step prints the command that does the same.
 */
import { readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { makeOutputFolder } from "../../runtime/files/output-place.ts";
import { UserError } from "../../runtime/user-error.ts";
import { checkFiles } from "../cli/commands/check/check.ts";
import { runSynth } from "../cli/commands/data/run-data.ts";
import { drawTo } from "../cli/commands/diagram/run-diagram.ts";
import { runEvaluation } from "../cli/commands/evaluate/run-evaluation.ts";
import { runPrediction } from "../cli/commands/predict/run-prediction.ts";
import { runTraining } from "../cli/commands/train/run-training.ts";
import { metricsTable } from "../cli/console/metrics-table.ts";
import { duration } from "../cli/console/numbers.ts";
import { reportError } from "../cli/console/report-error.ts";
import { openTerminal, styled } from "../cli/console/terminal.ts";
import { withWayOut } from "../cli/console/with-way-out.ts";
import { loadNetwork } from "../cli/program/load-network.ts";
import { packageRoot } from "../host/package-root.ts";

/** A run that learned less has failed. */
const leastMeanIoU = 0.85;
const out = join("out", "quickstart");
const data = join(out, "data");
const program = relative(process.cwd(), join(packageRoot(), "examples", "u-net.fcn"));
const scenes = { count: 120, size: [96, 96], seed: 1, validate: 0.2, classes: ["disc"] } as const;
const set = new Map([
  ["width", "8"],
  ["classes", "[background, disc]"],
]);
const settings = [...set].map(([name, value]) => `--set "${name}=${value}"`).join(" ");
const engine = "auto";
const terminal = openTerminal(true);

try {
  const began = performance.now();
  makeOutputFolder(out);

  step(`fcn data synth ${data} --count 120 --size 96x96 --classes disc`);
  await rm(data, { recursive: true, force: true });
  await runSynth(data, scenes, terminal);

  step(`fcn check ${program}`);
  await checkFiles([program], { set: new Map() }, terminal);

  step(`fcn diagram ${program} ${settings} --size 96x96 -o ${join(out, "diagram.svg")}`);
  const loaded = await loadNetwork(program, { set }, terminal);
  await drawTo(join(out, "diagram.svg"), loaded, { size: scenes.size });

  step(
    `fcn train ${program} ${settings} --data ${data} --epochs 10 --learning-rate 0.002 --out ${out} --force`,
  );
  await runTraining(
    program,
    { set, data, engine, epochs: 10, learningRate: 0.002, out, force: true },
    terminal,
  );

  const weights = join(out, "weights.safetensors");
  step(`fcn evaluate ${program} --weights ${weights} --data ${data}`);
  const metrics = await runEvaluation(
    program,
    { set: new Map(), weights: [weights], data, engine, split: "validation" },
    terminal,
  );
  terminal.print(metricsTable(metrics, terminal.columns));

  const images = await validationImages(4);
  step(`fcn predict ${program} --weights ${weights} ${images[0]} … --out ${join(out, "predictions")}`);
  await runPrediction(
    program,
    images,
    { set: new Map(), weights: [weights], engine, out: join(out, "predictions") },
    terminal,
  );

  summary(began);
  const iou = metrics.outputs.labels?.mean_iou ?? null;
  if (iou === null || iou < leastMeanIoU) {
    throw new UserError(
      `the mean IoU is ${iou?.toFixed(3) ?? "not measured"}, and the quickstart expects at least ${leastMeanIoU}`,
      "please report this, with the output above",
    );
  }
} catch (error) {
  process.exitCode = reportError(await withWayOut(error), terminal);
}

function step(command: string): void {
  terminal.note(styled(`\n$ ${command}`, "bold", terminal.noteColour));
}

async function validationImages(count: number): Promise<readonly string[]> {
  const folder = join(data, "images", "val");
  return (await readdir(folder))
    .sort()
    .slice(0, count)
    .map((name) => join(folder, name));
}

function summary(began: number): void {
  const files = [
    ["diagram.svg", "the network as a figure"],
    ["report.html", "curves, classes, samples: open it in a browser"],
    ["metrics.json", "the metrics of the best weights"],
    ["weights.safetensors", "the best weights"],
    ["predictions", "label images and overlays"],
  ] as const;
  terminal.print("");
  for (const [name, what] of files) terminal.print(`${join(out, name).padEnd(36)}  ${what}`);
  terminal.print(`done in ${duration((performance.now() - began) / 1000)}`);
}
