/** Worker threads that end while a run needs them: the one that the native engine computes in, and those that read images. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { packageRoot } from "../../host/package-root.ts";
import type { Failure, FaultGroup, FaultReport, FaultSetting } from "./fault-group.ts";
import { looksInternal } from "./run-command.ts";
import { TrainingRuns } from "./training-run.ts";

/** The files of the threads, as they are built. */
const threads = ["session-worker.js", "decode-worker.js"] as const;
/** The messages at which a thread ends: as the run begins, inside its first epoch, and later. */
const messages = { short: [2, 19], whole: [1, 2, 3, 5, 8, 13, 16, 19, 22, 25, 28, 30, 31] } as const;

async function run({ short, folder }: FaultSetting): Promise<FaultReport> {
  const engine = await (await loadEngine("native")).probe();
  if (!engine.works)
    return { tried: 0, failures: [], notes: [`the engine native is not on this machine (${engine.reason})`] };
  const runs = await TrainingRuns.prepare(folder, "native");
  const whole = await runs.train("unbroken");
  if (whole.status !== 0) throw new Error(`the unbroken run failed: ${whole.stderr}`);
  const failures: Failure[] = [];
  let afterCheckpoint = 0;
  const trials = threads.flatMap((thread) =>
    (short ? messages.short : messages.whole).map((message) => ({ thread, message })),
  );
  for (const { thread, message } of trials) {
    const out = `${thread} ${message}`;
    const saw = await lose(runs, out, `${thread} ${message}`);
    if (saw.checkpoint) afterCheckpoint += 1;
    failures.push(...saw.wrong.map((what) => ({ tried: `${thread} ends at message ${message}`, saw: what })));
  }
  return {
    tried: trials.length,
    failures,
    notes: [`${afterCheckpoint} of ${trials.length} ended after the first checkpoint`],
  };
}

interface Loss {
  readonly checkpoint: boolean;
  readonly wrong: readonly string[];
}

/** The run says what ended and what it left; then it continues from there, or starts again where nothing was left. */
async function lose(runs: TrainingRuns, out: string, ending: string): Promise<Loss> {
  const preload = pathToFileURL(join(packageRoot(), "tools", "verify", "faults", "end-worker.mjs")).href;
  const env = { FCN_END_WORKER: ending, NODE_OPTIONS: `--import ${preload}` };
  const end = await runs.train(out, [], { env });
  const checkpoint = runs.has(out, "checkpoint.safetensors");
  const wrong: string[] = [];
  if (end.status !== 1 || looksInternal(end) || !/thread .*ended unexpectedly/.test(end.stderr))
    wrong.push(`status ${end.status}, signal ${end.signal}: ${end.stderr.slice(-600)}`);
  if (checkpoint && !/holds the last good state, (after|of) epoch \d+/.test(end.stderr))
    wrong.push(`the checkpoint is not named: ${end.stderr.slice(-400)}`);
  wrong.push(...(checkpoint ? await runs.damageOf(out) : []));
  const again = await runs.train(out, checkpoint ? ["--resume"] : []);
  if (again.status !== 0) wrong.push(`it does not continue: ${again.stderr.slice(-400)}`);
  else wrong.push(...(await runs.differences("unbroken", out)));
  return { checkpoint, wrong };
}

export const workers: FaultGroup = {
  name: "workers",
  survives:
    "an error that says which thread ended and names the last checkpoint; the run continues from it to the end of an unbroken one, bit for bit",
  run,
};
