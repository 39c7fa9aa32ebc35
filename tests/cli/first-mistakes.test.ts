/** What a first-time user mixes up: each message names the file and a way out. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const weights = ["--weights", join("run", "weights.safetensors")];
const image = join("data", "images", "val", "00000.png");

beforeAll(async () => {
  await writeTiny(directory);
  const words = ["train", "tiny.fcn", "--out", "run", "--epochs", "1", "--engine", "wasm"];
  const { status, err } = await fcn(directory, ...words);
  expect(status, err).toBe(0);
  mkdirSync(join(directory, "empty"));
  writeFileSync(join(directory, "nowhere.fcn"), tinyProgram.replace('"data"', '"nowhere"'));
}, 60_000);

const mistakes: readonly (readonly [what: string, words: readonly string[], messages: readonly RegExp[]])[] =
  [
    [
      "image and program exchanged",
      ["predict", image, "tiny.fcn", ...weights, "--out", "p"],
      [/00000\.png: this is an image, and a program is expected here/, /the program comes first/],
    ],
    [
      "the program again among the images",
      ["predict", "tiny.fcn", "tiny.fcn", ...weights, "--out", "p"],
      [/tiny\.fcn is a program, and an image is expected here/],
    ],
    [
      "a folder without images",
      ["predict", "tiny.fcn", "empty", ...weights, "--out", "p"],
      [/empty has no image files/, /write a pattern in quotes/],
    ],
    [
      "a pattern without a match",
      ["predict", "tiny.fcn", "data/*.png", ...weights, "--out", "p"],
      [/no file matches "data\/\*\.png"/, /relative to the working directory.*"data\/\*\*\/\*\.png"/],
    ],
    [
      "an image that is not there",
      ["predict", "tiny.fcn", "other.png", ...weights, "--out", "p", "--engine", "wasm"],
      [/other\.png does not exist/, /relative to the working directory/],
    ],
    [
      "the folder of a run as its weights",
      ["predict", "tiny.fcn", image, "--weights", "run", "--out", "p"],
      [/run is a folder, not a weights file/, /run\/weights\.safetensors/],
    ],
    [
      "a checkpoint as weights",
      ["evaluate", "tiny.fcn", "--weights", join("run", "checkpoint.safetensors")],
      [
        /run\/checkpoint\.safetensors is a checkpoint/,
        /fcn weights convert run\/checkpoint\.safetensors OUT\.safetensors/,
      ],
    ],
    [
      "weights that are not there",
      ["evaluate", "tiny.fcn", "--weights", "other.safetensors"],
      [/other\.safetensors does not exist/, /a run writes its weights/],
    ],
    [
      "the program as weights",
      ["evaluate", "tiny.fcn", "--weights", "tiny.fcn"],
      [/tiny\.fcn is a program, and a weights file is expected here/, /the weights of its run are/],
    ],
    [
      "weights of no fold",
      ["evaluate", "tiny.fcn", "--weights", "fold-*.safetensors"],
      [/no file matches "fold-\*\.safetensors"/, /a pattern of several in quotes/],
    ],
    [
      "data that is not there",
      ["data", "check", "nowhere.fcn"],
      [/the data folder .*nowhere does not exist/, /--data DIR/],
    ],
  ];

describe("a first mistake", () => {
  it.each(mistakes)("%s: the message names the way out", async (_, words, messages) => {
    const { status, err } = await fcn(directory, ...words);
    expect(status).toBe(1);
    for (const message of messages) expect(err).toMatch(message);
  });
});
