/** Hostile weights files: each is refused as a mistake of the file, by its name, or predicts finite values. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type CompiledNetwork, compile } from "../../../compiler/compile.ts";
import { type Engine, SizeRefusal } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import type { Raster } from "../../../runtime/images/raster.ts";
import { writePng } from "../../../runtime/images/write-png.ts";
import { Predictor } from "../../../runtime/prediction/predictor.ts";
import { completeWeights } from "../../../runtime/training/assumed-metadata.ts";
import { checkWeights, readStoredWeights } from "../../../runtime/training/weights-file.ts";
import { encodeMetadata } from "../../../runtime/training/weights-metadata.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { initialiseWeights } from "../../../runtime/weights/initialise.ts";
import { encodeSafetensors } from "../../../runtime/weights/safetensors.ts";
import { createFileHost } from "../../host/file-sources.ts";
import type { Failure, FaultGroup } from "./fault-group.ts";
import { type HostileFile, hostileWeights } from "./hostile-weights.ts";
import { runCommand } from "./run-command.ts";

const program = `network Net(classes = [background, disc]) {
  input image [3, H, W]
  conv(4, 3x3) batchnorm relu
  conv(classes, 1x1)
  output labels by softmax
}
`;

/** Seconds of processor time that one file may take in this process. */
const mostSeconds = 15;

/** Those that the built command is given too, as its start takes longer than a file. */
const throughCommand = ["sound", "1-of-NaN", "no-metadata", "key-escapes", "cut-to-7", "classes-evil"];

export const weights: FaultGroup = {
  name: "weights",
  survives: "the file is refused by its name, or predictions are finite",
  run: async ({ short, seed, folder }) => {
    const network = netOf();
    const engine = await loadEngine("cpu");
    const failures: Failure[] = [];
    const files = hostileWeights(soundFile(network), short, seed);
    let [refused, slowest] = [0, 0];
    for (const file of files) {
      const before = process.cpuUsage();
      const path = join(folder, `${file.name.replace(/[^\w.-]+/g, "_")}.safetensors`);
      writeFileSync(path, Buffer.concat(file.parts));
      const saw = await tryInProcess(network, engine, path, file);
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6;
      slowest = Math.max(slowest, seconds);
      if (saw === "refused") refused += 1;
      else if (saw !== "accepted") failures.push({ tried: file.name, saw });
      if (seconds > mostSeconds)
        failures.push({ tried: file.name, saw: `${seconds.toFixed(1)} s of processor time` });
      if (!throughCommand.includes(file.name)) rmSync(path);
    }
    for (const name of throughCommand) {
      const expects = files.find((file) => file.name === name)?.expects;
      const saw = await tryCommand(folder, name, expects === "accepted");
      if (saw !== undefined) failures.push({ tried: `${name} (fcn predict)`, saw });
    }
    const notes = [
      `${refused} of ${files.length} refused; the slowest took ${slowest.toFixed(1)} s of processor time`,
    ];
    return { tried: files.length + throughCommand.length, failures, notes };
  },
};

function netOf(): CompiledNetwork {
  const [network] = compile({ path: "net.fcn", text: program }, createFileHost()).networks;
  if (network === undefined) throw new Error("the program of this group does not compile");
  return network;
}

function soundFile(network: CompiledNetwork): Uint8Array {
  const metadata = encodeMetadata({
    network: network.name,
    parameters: network.parameters,
    source: "0".repeat(64),
    classes: ["background", "disc"],
    normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
    otherNormalisations: {},
    targets: { labels: { kind: "labels" } },
    classWeights: undefined,
    binWeights: {},
    step: 1,
    epoch: 1,
    version: "0.0.0",
  });
  return Buffer.concat([...encodeSafetensors({ weights: initialiseWeights(network.graph, 1), metadata })]);
}

const image: Raster = {
  width: 8,
  height: 8,
  channels: 3,
  fullScale: 255,
  data: Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (37 * i) % 256),
};

/** "refused" or "accepted" as expected, else what happened instead. */
async function tryInProcess(
  network: CompiledNetwork,
  engine: Engine,
  path: string,
  { expects }: HostileFile,
): Promise<string> {
  try {
    const stored = await readStoredWeights(path);
    checkWeights(network.graph, stored);
    const { trained } = completeWeights(network, stored, {});
    const predictor = await Predictor.open(network.graph, engine, {
      ...trained.metadata,
      weights: trained.weights,
    });
    const [prediction] = await predictor.predict(image);
    predictor.close();
    if (expects === "refused") return "it was accepted";
    if (prediction?.kind !== "classes") return "it predicted no classes";
    const finite = prediction.probabilities().data.every(Number.isFinite);
    return finite ? "accepted" : "it predicts values that are not finite";
  } catch (error) {
    const expected = error instanceof UserError && !(error instanceof SizeRefusal);
    if (!expected) return error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (expects === "accepted") return `it was refused: ${error.message}`;
    // A bit of an exponent makes a weight so large that a product overflows, which no reader can see.
    const overflows = expects === "either" && /^the output "\w+" of \w+ is not finite/.test(error.message);
    return overflows || error.message.includes(basename(path))
      ? "refused"
      : `the message does not name the file: ${error.message}`;
  }
}

/** What happened instead of a prediction, or of an error with status 1 and no file written. */
async function tryCommand(folder: string, name: string, accepts: boolean): Promise<string | undefined> {
  const out = join(folder, `out-${name}`);
  mkdirSync(out);
  writeFileSync(join(folder, "net.fcn"), program);
  await writePng(join(folder, "image.png"), image);
  const words = [
    "predict",
    "net.fcn",
    "image.png",
    "--weights",
    `${name}.safetensors`,
    "--out",
    out,
    "--probabilities",
  ];
  const { status, stderr } = await runCommand([...words, "--engine", "cpu"], {
    cwd: folder,
    processorSeconds: 20,
  });
  const written = readdirSync(out).length;
  if (stderr.includes("\u001b[2J")) return "control characters of a name reach the terminal";
  if (accepts)
    return status === 0 && written === 4 ? undefined : `status ${status}, ${written} files: ${stderr}`;
  const refused = status === 1 && stderr.includes(`${name}.safetensors`) && written === 0;
  return refused ? undefined : `status ${status}, ${written} files: ${stderr}`;
}
