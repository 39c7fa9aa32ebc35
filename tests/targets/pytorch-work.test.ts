/** What a training step of an emitted package asks of PyTorch, beside the same step written by hand: calls are counted, no time is taken. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { programOf, trainingJob } from "../../tools/benchmarks/training/job.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { runScript, writePackage } from "../support/python-package.ts";

let folder: string;
const torch = await hasTorch();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-work-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = (name: string, data: string, job: object) => `
import sys
from collections import Counter

sys.path[:0] = [${JSON.stringify(join(packageRoot(), "tools", "benchmarks", "training"))}, "."]
from package_run import opened
from reference import Training
from torch.utils._python_dispatch import TorchDispatchMode


class Calls(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.names = Counter()

    def __torch_dispatch__(self, function, types, given=(), named=None):
        self.names[str(function)] += 1
        return function(*given, **(named or {}))


def calls(step):
    step()  # makes the state of the optimizer
    with Calls() as made:
        step()
    return made.names


by_hand = Training(json.loads(${JSON.stringify(JSON.stringify(job))}))
batch = by_hand.batch()
run = opened("${name}", ${JSON.stringify(data)}, "run")
run.freeze()
group = next(iter(run.feed.parts(0, 0)))


def update():
    _, result = run.update(group)
    run.tally.count(result, group, 0.0)


for name, step in (("by hand", lambda: by_hand.step(*batch)), ("package", update)):
    found = calls(step)
    print(name, found.most_common(), file=sys.stderr)
    write(name, [sum(found.values())])
`;

describe("a training step of an emitted package", () => {
  it("calls no more operations than the step written by hand, though it measures, and checks loss and gradients", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    const data = join(folder, "data");
    await writeSyntheticScenes(data, {
      count: 10,
      size: [64, 64],
      seed: 1,
      classes: ["disc", "box", "triangle"],
    });
    const { network, job } = await trainingJob(programOf("scenes"), data, new Map());
    const name = await writePackage(network, folder);
    const given = { ...job, threads: 1, seed: 1, tuned: true };
    const made = await runScript(folder, script(name, data, given));
    const [byHand = Number.NaN] = made.get("by hand")?.data ?? [];
    const [emitted = Number.NaN] = made.get("package")?.data ?? [];
    expect(byHand).toBeGreaterThan(300);
    expect(emitted).toBeLessThanOrEqual(byHand);
  });
});
