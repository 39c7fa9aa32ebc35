/** SIGKILL at random instants of a training run, and runs that start at once in one folder. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import type { EngineName, EngineReport } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { Random } from "../../../runtime/random.ts";
import { KeptResults } from "../kept-results.ts";
import { inParts } from "../recorded-result.ts";
import type { Failure, FaultGroup, FaultReport, FaultSetting } from "./fault-group.ts";
import { looksInternal } from "./run-command.ts";
import { TrainingRuns } from "./training-run.ts";

/** A GPU in name only trains too: slowly, and bit for bit. */
const engines: readonly EngineName[] = ["wasm", "native", "cpu", "webgpu", "tensorflow", "torch"];

/** Of one run, or of several. */
interface Tally {
  kills: number;
  afterCheckpoint: number;
  insideEpoch: number;
  duringWrite: number;
  failures: readonly Failure[];
}

const nothing: Tally = { kills: 0, afterCheckpoint: 0, insideEpoch: 0, duringWrite: 0, failures: [] };

/** How many times a run is killed, and how many times two start at once. */
interface Share {
  readonly kills: number;
  readonly races: number;
}

const shares: Shares = {
  wasm: { kills: 100, races: 8 },
  native: { kills: 50, races: 4 },
  cpu: { kills: 20, races: 0 },
  webgpu: { kills: 10, races: 0 },
  tensorflow: { kills: 10, races: 0 },
  torch: { kills: 15, races: 0 },
};
const shortShares: Shares = { wasm: { kills: 5, races: 1 } };

type Shares = Readonly<Partial<Record<EngineName, Share>>>;

async function run({ short, seed, folder, engines: chosen, keptIn }: FaultSetting): Promise<FaultReport> {
  const kept = await KeptResults.open<Tally>(keptIn, `kills, ${short ? "short, " : ""}seed ${seed}`);
  const reports: FaultReport[] = [];
  for (const name of engines.filter((engine) => chosen?.includes(engine) ?? true)) {
    const engine = await (await loadEngine(name)).probe();
    const absent = whyNot(engine, short);
    if (absent !== undefined) {
      reports.push({ tried: 0, failures: [], notes: [`${name}: ${absent}`] });
      continue;
    }
    const share = (short ? shortShares : shares)[name] ?? { kills: 2, races: 0 };
    const runs = await TrainingRuns.prepare(join(folder, name), name);
    reports.push(await killOn(runs, { engine: name, seed, ...share }, kept));
  }
  return {
    tried: reports.reduce((sum, { tried }) => sum + tried, 0),
    failures: reports.flatMap(({ failures }) => failures),
    notes: [
      ...reports.flatMap(({ notes }) => notes),
      ...(kept.commits.length > 1 ? [`runs${inParts(kept.commits)}`] : []),
    ],
  };
}

function whyNot(engine: EngineReport, short: boolean): string | undefined {
  if (!engine.works) return `not on this machine (${engine.reason})`;
  if (short && engine.engine === "torch") return "PyTorch takes seconds to start: in the long form only";
  return short && engine.software ? `${engine.device} takes minutes: in the long form only` : undefined;
}

interface Trials extends Share {
  readonly engine: EngineName;
  readonly seed: number;
}

async function killOn(
  runs: TrainingRuns,
  { engine, seed, kills, races }: Trials,
  kept: KeptResults<Tally>,
): Promise<FaultReport> {
  const started = performance.now();
  const whole = await runs.train("unbroken");
  const duration = performance.now() - started;
  if (whole.status !== 0) throw new Error(`the unbroken run on ${engine} failed: ${whole.stderr}`);
  let tally = nothing;
  let chain = 0;
  while (tally.kills < kills) {
    chain += 1;
    const out = `run ${chain}`;
    const random = new Random(seed, `kills on ${engine}, ${out}`);
    const plan = { seed, random, kills: kills - tally.kills, duration, everyStep: chain % 2 === 1 };
    const found = kept.get(`${engine}, ${out}`) ?? (await killChain(runs, out, plan));
    await kept.put(`${engine}, ${out}`, found);
    tally = sumOf(tally, found);
  }
  const failures = [...tally.failures];
  for (let race = 1; race <= races; race++) await raceTwo(runs, `race ${race}`, failures);
  return {
    tried: tally.kills + races,
    failures: failures.map(({ tried, saw }) => ({ tried: `${engine}: ${tried}`, saw })),
    notes: [
      `${engine}: ${tally.kills} kills, ${tally.afterCheckpoint} after the first checkpoint, ${tally.duringWrite} while a file was written; ${chain} runs, each compared with an unbroken one bit for bit`,
      `${engine}: ${tally.insideEpoch} kills after a checkpoint inside an epoch; ${races} times two runs started at once in one folder`,
    ],
  };
}

function sumOf(a: Tally, b: Tally): Tally {
  return {
    kills: a.kills + b.kills,
    afterCheckpoint: a.afterCheckpoint + b.afterCheckpoint,
    insideEpoch: a.insideEpoch + b.insideEpoch,
    duringWrite: a.duringWrite + b.duringWrite,
    failures: [...a.failures, ...b.failures],
  };
}

interface Plan {
  readonly seed: number;
  readonly random: Random;
  /** The most of this run. */
  readonly kills: number;
  /** Of an unbroken run, in milliseconds. */
  readonly duration: number;
  /** A checkpoint after every step, or one after every epoch. */
  readonly everyStep: boolean;
}

/** One run, killed and resumed until it ends; then its end is compared with the unbroken run's. */
async function killChain(
  runs: TrainingRuns,
  out: string,
  { seed, random, kills, duration, everyStep }: Plan,
): Promise<Tally> {
  const frequency = everyStep ? ["--checkpoint-every", "0.00001"] : [];
  const checkpoint = runs.path(out, "checkpoint.safetensors");
  const failures: Failure[] = [];
  const tally: Tally = { ...nothing, failures };
  const fail = (saw: string) =>
    failures.push({ tried: `seed ${seed}, ${out}, after its kill ${tally.kills}`, saw });
  for (;;) {
    const resumes = existsSync(checkpoint);
    const { child, finished } = runs.start(out, [...frequency, ...(resumes ? ["--resume"] : [])]);
    let over = false;
    void finished.then(() => {
      over = true;
    });
    if (tally.kills < kills) {
      const before = writtenAt(checkpoint);
      // Two of three after a checkpoint of this very process, mostly soon: the steps of a fast engine take milliseconds.
      const anywhere = random.integer(3) === 0;
      if (!anywhere) while (!over && writtenAt(checkpoint) === before) await after(2);
      await Promise.race([
        finished,
        after(duration * (anywhere ? random.uniform() : 0.3 * random.uniform() ** 3)),
      ]);
      if (!over) child.kill("SIGKILL");
    }
    const ended = await finished;
    if (ended.signal !== "SIGKILL") {
      if (ended.status !== 0) {
        fail(`exit status ${ended.status}: ${ended.stderr.slice(-400)}`);
        return tally;
      }
      break;
    }
    tally.kills += 1;
    if (existsSync(checkpoint)) tally.afterCheckpoint += 1;
    if (!existsSync(runs.path(out))) continue; // killed before it made its folder
    if (readdirSync(runs.path(out)).some((name) => name.endsWith(".part"))) tally.duringWrite += 1;
    const damages = await runs.damageOf(out);
    for (const damage of damages) fail(damage);
    if (damages.length === 0 && (await runs.stepInEpoch(out)) > 0) tally.insideEpoch += 1;
  }
  for (const difference of await runs.differences("unbroken", out)) fail(difference);
  return tally;
}

function writtenAt(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
}

/** At most one process trains; the others say why they do not. */
async function raceTwo(runs: TrainingRuns, out: string, failures: Failure[]): Promise<void> {
  const ends = await Promise.all([runs.train(out), runs.train(out)]);
  const trained = ends.filter(({ status }) => status === 0);
  const refused = ends.filter(
    (end) =>
      end.status === 1 &&
      /is in use: process|already holds a training run/.test(end.stderr) &&
      !looksInternal(end),
  );
  const saw = ends.map(({ status, stderr }) => `exit status ${status}: ${stderr.slice(-200)}`).join(" | ");
  if (trained.length !== 1 || refused.length !== 1) failures.push({ tried: `two runs at once, ${out}`, saw });
  else
    for (const difference of await runs.differences("unbroken", out))
      failures.push({ tried: `two runs at once, ${out}`, saw: difference });
}

export const kills: FaultGroup = {
  name: "kills",
  continues: true,
  survives:
    "no file is damaged, the next run resumes, and its final weights and metrics equal those of an unbroken run bit for bit",
  run,
};
