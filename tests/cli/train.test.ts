import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, startFcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, trainTiny, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const weights = ["--weights", "run/weights.safetensors"];
beforeAll(async () => {
  await writeTiny(directory);
  await trainTiny(directory);
});

describe("fcn train", () => {
  it("leaves weights, checkpoint, log, metrics and a report that needs nothing beside it", () => {
    expect(readdirSync(join(directory, "run")).sort()).toEqual([
      "checkpoint.safetensors",
      "checkpoints",
      "metrics.json",
      "metrics.jsonl",
      "report.html",
      "run.json",
      "source",
      "weights.safetensors",
    ]);
    expect(readdirSync(join(directory, "run", "source"))).toEqual(["tiny.fcn"]);
    const report = readFileSync(join(directory, "run", "report.html"), "utf8");
    expect(report).toContain("<h1>Tiny</h1>");
    expect(report).toContain("Tiny(classes = [background, disc], width = 2)");
    expect(report).toMatch(/data:image\/png;base64/);
    expect(report).not.toMatch(/(?:src|href)="(?!data:|#)(?!file:)[^"]*"/);
    expect(report).not.toMatch(/<(script|link|iframe)[^>]* (src|href)=/);
    expect(report).not.toContain(directory);
    expect(report).toMatch(/peak resident memory of the process/);
  });

  it("refuses to overwrite a run, and says how to continue or replace it", async () => {
    const { status, err } = await fcn(directory, "train", "tiny.fcn", "--out", "run");
    expect(status).toBe(1);
    expect(err).toContain("error: run already holds a training run");
    expect(err).toContain("resume it by --resume, overwrite it by --force");
  });

  it("ends with 130 after Ctrl-C, with a checkpoint to resume from and no part of a file", async () => {
    const running = startFcn(directory, "train", "tiny.fcn", "--epochs", "5000", "--out", "cut");
    const log = join(directory, "cut", "metrics.jsonl");
    await until(() => existsSync(log) && readFileSync(log, "utf8").includes('"kind":"epoch"'));
    running.child.kill("SIGINT");
    const { status, err } = await running.finished;
    expect(status).toBe(130);
    expect(err).toContain("interrupted: finishing this step, then writing a checkpoint");
    expect(err).toMatch(/interrupted after \d+ steps; --resume continues/);
    expect(readdirSync(join(directory, "cut")).filter((name) => name.endsWith(".part"))).toEqual([]);
    const steps = Number(/interrupted after ([\d,]+) steps/.exec(err)?.[1]?.replace(",", ""));
    const epochs = Math.ceil(steps / 3) + 1;
    const resumed = await fcn(
      directory,
      "train",
      "tiny.fcn",
      "--epochs",
      `${epochs}`,
      "--out",
      "cut",
      "--resume",
    );
    expect(resumed.status).toBe(0);
    expect(resumed.err).toContain(`resuming Tiny after step ${steps.toLocaleString("en-US")}`);
    expect(resumed.err).toContain(`finished after ${epochs} epochs`);
  });

  it("continues with the engine that a run began with, unless told another", async () => {
    const words = (epochs: number) => ["train", "tiny.fcn", "--epochs", `${epochs}`, "--out", "kept"];
    await fcn(directory, ...words(1), "--engine", "cpu");
    const resumed = await fcn(directory, ...words(2), "--resume");
    expect(resumed.err).toContain("engine cpu on CPU");
    const moved = await fcn(directory, ...words(3), "--resume", "--engine", "wasm");
    expect(moved).toMatchObject({ status: 0, err: expect.stringContaining("engine wasm on CPU") });
  });

  it("starts from the weights that --start-from names, and says which it took over", async () => {
    const options = ["--epochs", "1", "--start-from", "run/weights.safetensors", "--out", "started"];
    const { status, err } = await fcn(directory, "train", "tiny.fcn", ...options);
    expect(status).toBe(0);
    expect(err).toMatch(/\n\d+ weights loaded from run\/weights\.safetensors\n/);
  });

  it("keeps the best by a measure of one class, and says its value", async () => {
    const program = tinyProgram.replace("train Tiny {", "train Tiny {\n  keep best by dice of disc");
    writeFileSync(join(directory, "disc.fcn"), program);
    const { out } = await fcn(directory, "train", "disc.fcn", "--epochs", "1", "--out", "disc");
    const { classes } = JSON.parse(readFileSync(join(directory, "disc", "metrics.json"), "utf8"));
    const disc = classes.labels.classes.find(({ name }: { readonly name: string }) => name === "disc");
    expect(out).toContain(`best: epoch 1, Dice of disc ${disc.dice.toFixed(3)} on the validation images`);
  });

  it("starts from scratch with --start-from none, where the train section's start has no run", async () => {
    const program = tinyProgram.replace("train Tiny {", "train Tiny {\n  start from Other");
    writeFileSync(join(directory, "staged.fcn"), program);
    const refused = await fcn(directory, "train", "staged.fcn", "--epochs", "1", "--out", "anew");
    expect(refused.status).toBe(1);
    expect(refused.err).toContain("starts from Other, and out/Other/weights.safetensors does not exist");
    const options = ["--epochs", "1", "--start-from", "none", "--out", "anew"];
    const { status, err } = await fcn(directory, "train", "staged.fcn", ...options);
    expect(status).toBe(0);
    expect(err).not.toContain("weights loaded");
  });

  it("stops before the first step when a mask holds a value that stands for no class, naming the way out", async () => {
    writeFileSync(
      join(directory, "one.fcn"),
      tinyProgram.replace("train Tiny {", "train Tiny {\n  masks [background = 0, disc = 7]"),
    );
    const { status, err } = await fcn(directory, "train", "one.fcn", "--out", "one");
    expect(status).toBe(1);
    expect(err).toMatch(/error\[labels\/undeclared-value\]/);
    expect(err).toMatch(/error: the data in .* has an error/);
    expect(existsSync(join(directory, "one", "checkpoint.safetensors"))).toBe(false);
  });

  it("says what a train section looks like where there is none", async () => {
    writeFileSync(join(directory, "bare.fcn"), tinyProgram.slice(0, tinyProgram.indexOf("train Tiny")));
    const { status, err } = await fcn(directory, "train", "bare.fcn");
    expect(status).toBe(1);
    expect(err).toContain("error: bare.fcn has no train section for Tiny");
  });
});

describe("fcn evaluate", () => {
  it("gives the measures of every image as a table, and intervals of all by resampling them", async () => {
    const words = ["--split", "all", "--per-image", "each.csv", "--bootstrap", "200"];
    const { status, out } = await fcn(directory, "evaluate", "tiny.fcn", ...weights, ...words, "--json");
    expect(status).toBe(0);
    const { images, loss, outputs, intervals } = JSON.parse(out);
    const [titles = "", ...lines] = readFileSync(join(directory, "each.csv"), "utf8").trimEnd().split("\r\n");
    expect(titles).toBe(
      "image,loss,labels.mean_iou,labels.mean_dice,labels.pixel_accuracy,labels.mean_accuracy,labels.frequency_weighted_iou,labels.boundary_f,labels.hausdorff95,labels.calibration_error,labels.iou.background,labels.iou.disc",
    );
    expect(lines).toHaveLength(images);
    const numbers = lines.map((line) => line.split(",").slice(1).map(Number));
    // images of one size: the whole's loss and accuracy are the means of theirs
    const mean = (column: number) => numbers.reduce((sum, row) => sum + (row[column] ?? 0), 0) / images;
    expect(mean(titles.split(",").indexOf("labels.pixel_accuracy") - 1)).toBeCloseTo(
      outputs.labels.pixel_accuracy,
      10,
    );
    expect(loss).toBeGreaterThan(0);
    const { low, high } = intervals.labels.pixel_accuracy;
    expect(low).toBeLessThanOrEqual(outputs.labels.pixel_accuracy);
    expect(high).toBeGreaterThanOrEqual(outputs.labels.pixel_accuracy);
    const table = await fcn(directory, "evaluate", "tiny.fcn", ...weights, "--bootstrap", "10");
    expect(table.out).toMatch(/95% bootstrap intervals over the images\n {2}mean IoU 0\.\d+ to 0\.\d+/);
    const refused = await fcn(directory, "evaluate", "tiny.fcn", ...weights, "--per-image", "data");
    expect(refused).toMatchObject({ status: 1, out: "" });
  });

  it("measures what the training measured, as JSON", async () => {
    const { status, out } = await fcn(directory, "evaluate", "tiny.fcn", ...weights, "--json");
    expect(status).toBe(0);
    const answer = JSON.parse(out);
    const best = JSON.parse(readFileSync(join(directory, "run", "metrics.json"), "utf8"));
    expect(Object.keys(answer)).toEqual([
      "network",
      "weights",
      "data",
      "measured_on",
      "images",
      "loss",
      "outputs",
      "classes",
      "losses",
    ]);
    expect(answer).toMatchObject({
      network: "Tiny",
      measured_on: "validation",
      outputs: best.outputs,
      // another batch than in training: single precision rounds otherwise
      loss: expect.closeTo(best.loss, 6),
    });
    // and what takes time, which a training measures where it is kept by
    expect(answer.classes).toMatchObject(best.classes);
    expect(answer.outputs.labels.hausdorff95).toBeGreaterThan(0);
  });

  it("measures every pair on request, as a table", async () => {
    const { status, out } = await fcn(directory, "evaluate", "tiny.fcn", ...weights, "--split", "all");
    expect(status).toBe(0);
    expect(out).toMatch(/^mean IoU 0\.\d{3} {3}mean Dice 0\.\d{3} {3}pixel accuracy/);
    expect(out).toMatch(
      /\n {2}background +0\.\d{3} +0\.\d{3} +0\.\d{3} +0\.\d{3} +\d+\.\d px +[\d,]+\n {2}disc /,
    );
  });

  it("refuses weights of another network, naming what differs", async () => {
    const { status, err } = await fcn(directory, "evaluate", "tiny.fcn", ...weights, "--set", "width=3");
    expect(status).toBe(1);
    expect(err).toContain("run/weights.safetensors does not fit Tiny:");
    expect(err).toContain("conv1.weight has shape [2, 3, 3, 3] in the file, [3, 3, 3, 3] in the network");
    expect(err).toContain(
      'the file holds weights of "Tiny" trained with --set "classes=[background, disc]" --set "width=2"',
    );
  });

  it("takes weights to a network that was renamed, and says of another one whose they are", async () => {
    writeFileSync(join(directory, "renamed.fcn"), tinyProgram.replaceAll("Tiny", "Renamed"));
    expect(await fcn(directory, "evaluate", "renamed.fcn", ...weights)).toMatchObject({ status: 0 });
    const other = "network Other { input image [3, H, W] conv(2, 1x1) output labels by softmax }\n";
    writeFileSync(join(directory, "stranger.fcn"), other);
    const image = "data/images/val/00000.png";
    const { status, err } = await fcn(
      directory,
      "predict",
      "stranger.fcn",
      ...weights,
      image,
      "--out",
      "none",
    );
    expect(status).toBe(1);
    expect(err).toContain("run/weights.safetensors does not fit Other:");
    expect(err).toContain('the file holds weights of "Tiny"');
  });
});

describe("fcn predict", () => {
  it("labels images of any size, with overlay and probabilities that sum to one", async () => {
    const image = "data/images/val/00000.png";
    const { status } = await fcn(
      directory,
      "predict",
      "tiny.fcn",
      ...weights,
      image,
      "--out",
      "seen",
      "--probabilities",
    );
    expect(status).toBe(0);
    expect(readdirSync(join(directory, "seen")).sort()).toEqual([
      "00000.labels.png",
      "00000.overlay.png",
      "00000.probability-background.png",
      "00000.probability-disc.png",
    ]);
    const read = (name: string) => decode(readFileSync(join(directory, "seen", name)));
    const labels = read("00000.labels.png");
    expect([labels.width, labels.height, labels.depth]).toEqual([32, 32, 8]);
    const [background, disc] = ["background", "disc"].map((name) => read(`00000.probability-${name}.png`));
    expect(background?.depth).toBe(16);
    background?.data.forEach((value, pixel) => {
      const other = disc?.data[pixel] ?? 0;
      expect(Math.abs(value + other - 65535)).toBeLessThanOrEqual(1); // both are rounded
      if (value !== other) expect(labels.data[pixel]).toBe(other > value ? 1 : 0);
    });
  });

  it("takes an image whose sides are odd, which the network alone would refuse", async () => {
    const { default: sharp } = await import("sharp");
    await sharp(join(directory, "data/images/val/00000.png"))
      .extract({ left: 0, top: 0, width: 31, height: 17 })
      .toFile(join(directory, "odd.jpg"));
    expect((await fcn(directory, "predict", "tiny.fcn", ...weights, "odd.jpg", "--out", "odd")).status).toBe(
      0,
    );
    const labels = decode(readFileSync(join(directory, "odd", "odd.labels.png")));
    expect([labels.width, labels.height]).toEqual([31, 17]);
  });

  it("refuses images that would write the same file, and an output that is an input, before it writes any", async () => {
    mkdirSync(join(directory, "other"), { recursive: true });
    copyFileSync(join(directory, "data/images/val/00000.png"), join(directory, "other/00000.png"));
    copyFileSync(join(directory, "data/images/val/00000.png"), join(directory, "other/a.labels.png"));
    const same = await fcn(
      directory,
      ...["predict", "tiny.fcn", ...weights, "data/images/val/00000.png", "other/00000.png", "--out", "both"],
    );
    expect(same.status).toBe(1);
    expect(same.err).toContain("would both be written to both/00000.png.labels.png");
    expect(existsSync(join(directory, "both"))).toBe(false);
    const input = await fcn(
      directory,
      ...["predict", "tiny.fcn", ...weights, "other/a.labels.png", "other/a.png", "--out", "other"],
    );
    expect(input.status).toBe(1);
    expect(input.err).toContain(
      "the prediction for other/a.png would be written to other/a.labels.png, which is itself an input",
    );
  });

  it("says that a file is none of its weights", async () => {
    writeFileSync(join(directory, "not.safetensors"), "nothing of the kind");
    const { status, err } = await fcn(
      directory,
      ...["predict", "tiny.fcn", "--weights", "not.safetensors", "odd.jpg", "--out", "x"],
    );
    expect(status).toBe(1);
    expect(err).toContain("not.safetensors");
    expect(err).not.toMatch(/\n\s+at /);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20)); // the test's own time limit ends this
}
