/** Disk failures during a training run: full, read-only, files in the way, files that are missing or forged, a folder that moves. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import { readSafetensors, writeSafetensors } from "../../../runtime/weights/safetensors.ts";
import type { Failure, FaultGroup, FaultReport, FaultSetting } from "./fault-group.ts";
import { type CommandRun, looksInternal } from "./run-command.ts";
import { runFiles, TrainingRuns } from "./training-run.ts";

/** Two epochs of four are done in `paused`; `unbroken` is where it comes to. */
interface Trial {
  readonly what: string;
  /** Tried by the short form too. */
  readonly short: boolean;
  /** What happened instead of surviving; `undefined`: survived. */
  readonly run: (runs: TrainingRuns, out: string) => Promise<string | undefined>;
}

async function run({ short, folder }: FaultSetting): Promise<FaultReport> {
  const runs = await TrainingRuns.prepare(folder);
  for (const [out, epochs] of [
    ["unbroken", "4"],
    ["paused", "2"],
  ] as const) {
    const ended = await runs.train(out, ["--epochs", epochs]);
    if (ended.status !== 0) throw new Error(`the run ${out} failed: ${ended.stderr}`);
  }
  const chosen = trials().filter((trial) => trial.short || !short);
  const failures: Failure[] = [];
  for (const [i, { what, run: attempt }] of chosen.entries()) {
    const saw = await attempt(runs, `trial ${i}`);
    if (saw !== undefined) failures.push({ tried: what, saw });
  }
  const notes = mounts ? [] : ["not as root: a disk that is full, or read-only, was not mounted"];
  return { tried: chosen.length, failures, notes };
}

const mounts = process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0;

const trials = (): readonly Trial[] => [
  ...(mounts ? [{ what: "a full disk", short: true, run: fullDisk }] : []),
  ...(mounts ? [{ what: "a read-only disk", short: true, run: readOnlyDisk }] : []),
  { what: "a limit on the size of files", short: true, run: limitedFiles },
  ...(mounts ? [] : [{ what: "a read-only folder", short: true, run: readOnlyFolder }]),
  inTheWay("--out is a file", true, (path) => writeFileSync(path, "x")),
  inTheWay("--out is a link that leads nowhere", false, (path) => symlinkSync("/nonexistent/there", path)),
  inTheWay("a folder is called checkpoint.safetensors", false, (path) =>
    mkdirSync(`${path}/checkpoint.safetensors`, { recursive: true }),
  ),
  inTheWay("the log is a device without an end", true, (path) => {
    mkdirSync(path);
    symlinkSync("/dev/full", `${path}/metrics.jsonl`);
  }),
  { what: "--out is empty", short: false, run: (runs) => runs.train("").then(refusal(/--out is empty/)) },
  {
    what: "--out is below a file",
    short: false,
    run: (runs) => runs.train("small.fcn/run").then(refusal(/small\.fcn\/run cannot be written/)),
  },
  ...[["metrics.jsonl"], ["metrics.json"], ["report.html"], ["weights.safetensors"]].map((files, i) =>
    missing(files, i === 3),
  ),
  missing(
    runFiles.filter((file) => file !== "checkpoint.safetensors"),
    true,
  ),
  ...["", "{}", "garbage\n", '{"kind":"epoch","step":1e999}\n', "\u0000".repeat(64)].flatMap((text, i) =>
    (["metrics.jsonl", "metrics.json", "weights.safetensors"] as const).map((file) =>
      forged(file, text, i === 3),
    ),
  ),
  damagedCheckpoint("cut short", true, (file) => truncateSync(file, statSync(file).size - 100)),
  damagedCheckpoint("empty", false, (file) => truncateSync(file, 0)),
  damagedCheckpoint("garbage", false, (file) => writeFileSync(file, "garbage")),
  ...[
    "step",
    "epoch",
    "stepInEpoch",
    "groupSteps",
    "seconds",
    "best",
    "last",
    "outputs",
    "epochLosses",
  ].flatMap((field, i) =>
    [-1, 1e300, null, "x", {}, [[]]].map((value, k) => forgedState(field, value, i === k)),
  ),
  { what: "the folder is moved away while training, and another made in its place", short: true, run: moved },
];

const internal = (end: CommandRun): string | undefined =>
  looksInternal(end) ? `status ${end.status}, signal ${end.signal}: ${end.stderr.slice(-600)}` : undefined;

/** Exit status 1, an error for people that says this. */
const refusal = (says: RegExp) => (end: CommandRun) =>
  internal(end) ??
  ((end.status === 1 || end.status === 2) && /^error: /m.test(end.stderr) && says.test(end.stderr)
    ? undefined
    : `status ${end.status}: ${end.stderr.slice(-400)}`);

const resumeOptions = ["--epochs", "4", "--resume"];

async function resumesWell(
  runs: TrainingRuns,
  out: string,
  only?: "checkpoint",
): Promise<string | undefined> {
  const end = await runs.train(out, resumeOptions);
  if (end.status !== 0) return internal(end) ?? `it does not resume: ${end.stderr.slice(-400)}`;
  const wrong = [...(await runs.damageOf(out)), ...(await runs.differences("unbroken", out, only))];
  const absent = runFiles.filter((file) => !runs.has(out, file)).map((file) => `${file} is missing`);
  return [...wrong, ...absent].join("; ") || undefined;
}

/** With its links: what an epoch keeps is the checkpoint under another name, and takes no room. */
function copyPaused(runs: TrainingRuns, out: string): string {
  const copy = runs.path(out);
  mkdirSync(copy, { recursive: true });
  const { status, stderr } = spawnSync("cp", ["-a", `${runs.path("paused")}/.`, copy], { encoding: "utf8" });
  if (status !== 0) throw new Error(`cp: ${stderr}`);
  return copy;
}

/** The checkpoint before stays as it was, and resumes when there is room again. */
async function fails(
  runs: TrainingRuns,
  out: string,
  attempt: () => Promise<CommandRun>,
  says: RegExp,
  relieve: () => void,
): Promise<string | undefined> {
  const file = runs.path(out, "checkpoint.safetensors");
  const before = readFileSync(file);
  const seen = refusal(says)(await attempt());
  relieve();
  if (seen !== undefined) return seen;
  const damage = await runs.damageOf(out);
  if (damage.length > 0) return damage.join("; ");
  if (!readFileSync(file).equals(before)) return "the checkpoint before was changed";
  return resumesWell(runs, out);
}

const mount = (...words: readonly string[]): void => {
  const { status, stderr } = spawnSync("mount", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount ${words.join(" ")}: ${stderr}`);
};

async function onDisk(runs: TrainingRuns, out: string, body: (path: string) => Promise<string | undefined>) {
  const path = runs.path(out);
  mkdirSync(path);
  mount("-t", "tmpfs", "-o", "size=16m", "tmpfs", path);
  try {
    copyPaused(runs, out);
    return await body(path);
  } finally {
    spawnSync("umount", [path]);
  }
}

const pageBytes = 4096;

function fullDisk(runs: TrainingRuns, out: string): Promise<string | undefined> {
  return onDisk(runs, out, (path) => {
    const { blocks, bfree, bsize } = statfsSync(path);
    mount("-o", `remount,size=${(blocks - bfree) * bsize + 4 * pageBytes}`, path);
    return fails(
      runs,
      out,
      () => runs.train(out, resumeOptions),
      /cannot be written: its disk is full/,
      () => mount("-o", "remount,size=16m", path),
    );
  });
}

function readOnlyDisk(runs: TrainingRuns, out: string): Promise<string | undefined> {
  return onDisk(runs, out, (path) => {
    mount("-o", "remount,ro", path);
    return fails(
      runs,
      out,
      () => runs.train(out, resumeOptions),
      /cannot be written: its disk is read-only/,
      () => mount("-o", "remount,rw", path),
    );
  });
}

function readOnlyFolder(runs: TrainingRuns, out: string): Promise<string | undefined> {
  const path = copyPaused(runs, out);
  chmodSync(path, 0o555);
  return fails(
    runs,
    out,
    () => runs.train(out, resumeOptions),
    /cannot be written: permission denied/,
    () => chmodSync(path, 0o755),
  );
}

function limitedFiles(runs: TrainingRuns, out: string): Promise<string | undefined> {
  const { size } = statSync(`${copyPaused(runs, out)}/checkpoint.safetensors`);
  return fails(
    runs,
    out,
    () => runs.train(out, resumeOptions, { fileBytes: size / 2 }),
    /checkpoint\.safetensors cannot be written: it would exceed the file size limit/,
    () => undefined,
  );
}

function inTheWay(what: string, short: boolean, put: (path: string) => void): Trial {
  return {
    what,
    short,
    run: async (runs, out) => {
      put(runs.path(out));
      return refusal(new RegExp(`${out}.* (cannot be written|is a folder|is (no|not a) regular file)`))(
        await runs.train(out, ["--force"]),
      );
    },
  };
}

function missing(files: readonly string[], short: boolean): Trial {
  return {
    what: `without ${files.join(", ")}`,
    short,
    run: async (runs, out) => {
      const path = copyPaused(runs, out);
      for (const file of files) rmSync(`${path}/${file}`);
      const refused = refusal(/already holds a training run\n.*--resume/)(await runs.train(out));
      return refused ?? resumesWell(runs, out, "checkpoint");
    },
  };
}

function forged(file: string, text: string, short: boolean): Trial {
  return {
    what: `${file} of ${JSON.stringify(text.slice(0, 40))}`,
    short,
    run: async (runs, out) => {
      writeFileSync(`${copyPaused(runs, out)}/${file}`, text);
      return resumesWell(runs, out, "checkpoint");
    },
  };
}

function damagedCheckpoint(what: string, short: boolean, damage: (file: string) => void): Trial {
  return {
    what: `a checkpoint that is ${what}`,
    short,
    run: async (runs, out) => {
      damage(`${copyPaused(runs, out)}/checkpoint.safetensors`);
      return refusal(/checkpoint\.safetensors/)(await runs.train(out, resumeOptions));
    },
  };
}

/** A value that is true by chance is no forgery: what resumes must come to the same end. */
function forgedState(field: string, value: unknown, short: boolean): Trial {
  return {
    what: `a checkpoint whose state says ${field} = ${JSON.stringify(value)}`,
    short,
    run: async (runs, out) => {
      const file = `${copyPaused(runs, out)}/checkpoint.safetensors`;
      const { weights, metadata } = await readSafetensors(file);
      const state = { ...JSON.parse(metadata.get("state") ?? "{}"), [field]: value };
      await writeSafetensors(file, {
        weights,
        metadata: new Map([...metadata, ["state", JSON.stringify(state)]]),
      });
      const end = await runs.train(out, resumeOptions);
      if (end.status !== 0) return refusal(/checkpoint\.safetensors/)(end);
      return (await runs.differences("unbroken", out, "checkpoint")).join("; ") || undefined;
    },
  };
}

async function moved(runs: TrainingRuns, out: string): Promise<string | undefined> {
  const { finished } = runs.start(out, ["--epochs", "100000"]);
  let over = false;
  void finished.then(() => {
    over = true;
  });
  while (!over && !runs.has(out, "weights.safetensors")) await after(5);
  renameSync(runs.path(out), runs.path(`${out} moved`));
  mkdirSync(runs.path(out));
  const seen = refusal(/the lock of this run, .* is gone|cannot be written: its folder does not exist/)(
    await finished,
  );
  if (seen !== undefined) return seen;
  // The run made this folder once, so at its end it may remove it, empty as it is.
  const others = existsSync(runs.path(out))
    ? readdirSync(runs.path(out)).filter((name) => name !== "metrics.jsonl")
    : [];
  if (others.length > 0) return `it wrote ${others.join(", ")} into the new folder`;
  const damage = await runs.damageOf(`${out} moved`);
  return (
    damage.join("; ") ||
    (existsSync(runs.path(`${out} moved`, "checkpoint.safetensors")) ? undefined : "no checkpoint")
  );
}

export const disk: FaultGroup = {
  name: "disk",
  survives:
    "an error that names the file and what to do, or a run that resumes and ends the same; no checkpoint is lost",
  run,
};
