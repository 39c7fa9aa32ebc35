/** Emitted packages trained by several processes over gloo: as one process trains them, and through the death of a process. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCheckpoint } from "../../runtime/training/checkpoint.ts";
import { readLines } from "../../runtime/training/metrics-log.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { runTestPackage, type WrittenTestPackage, writeTestPackage } from "../support/pytorch-package.ts";

const network = compileNetwork(`network Small(classes = 3) {
  input image [3, H, W]
  conv(4, 3x3) batchnorm relu as first
  maxpool(2) conv(5, 3x3) batchnorm relu
  upsample(2, learned, channels = 4)
  skip first by concat
  conv(classes, 1x1)
  output labels by softmax
}
train Small {
  loss cross_entropy(weights = [1, 2, 3]) + 0.5 * dice(weights = [3, 1, 2]) + ohem_cross_entropy(0.3) + lovasz_softmax
  optimizer adam(1e-2)
  schedule warm_up(3), poly
  average ema(0.9)
  clip norm(5)
  epochs 3
  batch 3
}`);

let folder: string;
let written: WrittenTestPackage;
const torch = await hasTorch();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-scaling-"));
  written = await writeTestPackage(network, folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Losses and gradients of updates, in float64: of batches whose labels are missing unequally. */
const gradients = `
import faulthandler, json, sys
import torch
from torch.nn.parallel import DistributedDataParallel
from small import data, distributed, losses, model, updates, weights

# where a process waits for ever, its stack is printed
faulthandler.dump_traceback_later(200, exit=True)
torch.set_default_dtype(torch.float64)
processes = distributed.start("cpu")
torch.manual_seed(1)
network = distributed.synchronised(model.Small().double(), processes)
network.train()
wrapped = network
if processes.count > 1:
    wrapped = DistributedDataParallel(network, broadcast_buffers=False)
made = updates.Updates(wrapped, losses.Loss(), processes)
samples = data.Samples("train")
found = []
for update in [[[6, 0, 3, 1]], [[5, 2, 4]], [[6, 1], [4, 0, 2]], [[3]]]:
    network.zero_grad()
    parts = []
    for batch in update:
        inputs, targets = data.collate([samples[(0, index)] for index in batch])
        own = slice(processes.rank, None, processes.count)
        parts.append(
            updates.Part(
                {name: one[own].double() for name, one in inputs.items()},
                {name: one[own] for name, one in targets.items()},
                len(batch),
            )
        )
    result = made.backward(parts)
    names = weights.file_names(network)
    values = {names[key]: one.grad.flatten().tolist() for key, one in network.named_parameters()}
    for key, one in network.named_buffers():
        if key in names:
            values[names[key]] = one.flatten().tolist()
    found.append({"loss": result.loss, "values": values})
if processes.is_first:
    with open(sys.argv[1], "w") as file:
        json.dump(found, file)
# a group that is freed right after its last sum can wait for a thread that waits for this one
distributed.wait_for_all()
distributed.stop()
`;

interface Found {
  readonly loss: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

describe("two processes", () => {
  it("have the gradient and the running statistics of one with the whole batch: ignored labels, class weights, batch normalisation, areas, accumulation, fewer images than processes", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    await writeFile(join(folder, "gradients.py"), gradients);
    const runs: (readonly Found[])[] = [];
    for (const workers of [1, 2]) {
      const file = join(folder, `gradients-${workers}.json`);
      await runTestPackage(written, { workers, module: "gradients", options: [file] });
      runs.push(JSON.parse(await readFile(file, "utf8")) as readonly Found[]); // written by the script
    }
    const [one = [], two = []] = runs;
    expect(one).toHaveLength(4);
    for (const [i, { loss, values }] of one.entries()) {
      expect(Math.abs((two[i]?.loss ?? 0) / loss - 1), `loss ${i}`).toBeLessThan(1e-10);
      const largest = Math.max(...Object.values(values).flat().map(Math.abs));
      for (const [name, expected] of Object.entries(values))
        for (const [place, value] of expected.entries())
          expect(
            Math.abs((two[i]?.values[name]?.[place] ?? Number.NaN) - value),
            `update ${i}: ${name}[${place}]`,
          ).toBeLessThan(1e-10 * largest);
    }
  }, 700_000);

  it("train as one process does, and continue after one of them is killed: no step that was reported as saved is lost", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    const module = "small.train";
    const options = (out: string) => ["--out", join(folder, out), "--events", "--checkpoint-every", "0"];
    await runTestPackage(written, { workers: 1, module, options: options("whole") });
    const environment = { KILL_ONCE: join(folder, "killed") };
    const said = await runTestPackage(written, {
      workers: 2,
      module,
      options: options("broken"),
      restarts: 1,
      environment,
    });
    expect(await readFile(environment.KILL_ONCE, "utf8")).toBe("");
    const [whole, broken] = await Promise.all(
      ["whole", "broken"].map((out) => readLines(join(folder, out, "metrics.jsonl"))),
    );
    expect(
      broken?.map(({ kind, step }) => [kind, step]),
      said,
    ).toEqual(whole?.map(({ kind, step }) => [kind, step]));
    for (const [i, { loss }] of (whole ?? []).entries())
      expect(Math.abs((broken?.[i]?.loss ?? Number.NaN) - loss), `line ${i}\n${said}`).toBeLessThan(
        1e-4 * loss,
      );
    const { state, plan } = await readCheckpoint(join(folder, "broken", "checkpoint.safetensors"));
    expect([state.step, state.epoch, state.stepInEpoch], said).toEqual([9, 3, 0]);
    expect(plan.layers).toHaveProperty("conv1");
    const events = said
      .split("\n")
      .flatMap((line) => (line.startsWith('{"kind"') ? [JSON.parse(line) as Record<string, unknown>] : [])); // its events
    expect(
      events.filter(({ kind }) => kind === "begins"),
      said,
    ).toHaveLength(2);
    const begun = events.findLastIndex(({ kind }) => kind === "begins");
    const saved = events.slice(0, begun).findLast(({ kind }) => kind === "checkpoint")?.step;
    const resumed = (events[begun] as { readonly plan: { readonly step: number } }).plan.step; // as `begins` says it
    expect(saved, said).toBeGreaterThanOrEqual(3);
    // the first process may be ended after it has written a checkpoint and before it says so
    expect([saved, Number(saved) + 1], said).toContain(resumed);
  }, 700_000);
});
