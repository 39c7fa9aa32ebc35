/** Runs by PyTorch: the losses, the folder and the checkpoints of every other engine, and what is said when a process ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { examineTorch, findInterpreter } from "../../runtime/python/interpreter.ts";
import { Diverged } from "../../runtime/training/diverged.ts";
import { readLines } from "../../runtime/training/metrics-log.ts";
import { holdRunFolder, type RunMode } from "../../runtime/training/run-folder.ts";
import { launchArguments } from "../../runtime/training/torch/launch.ts";
import { isFree, meetingPort } from "../../runtime/training/torch/meeting-port.ts";
import { trainWithTorch } from "../../runtime/training/torch/train-with-torch.ts";
import { train } from "../../runtime/training/train.ts";
import type { TrainOptions, TrainResult } from "../../runtime/training/train-options.ts";
import { readSafetensors } from "../../runtime/weights/safetensors.ts";
import { torchWithGpu } from "../../tools/cli/program/torch-with-gpu.ts";
import { openTraining } from "../../tools/program/open-training.ts";
import { randomMaps } from "../../tools/verify/engines/random-batch.ts";
import { hasTorch, python } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText } from "../support/compile-source.ts";
import { scratch } from "./tiny-run.ts";

const source = `network Tiny(classes = 2) {
  input image [3, H, W]
  conv(3, 3x3, bias = false) batchnorm relu as top
  maxpool(2)
  conv(4, 3x3) relu
  upsample(2, learned, channels = 3)
  skip top by concat
  conv(classes, 1x1)
  output labels by softmax
}
train Tiny {
  augment flip, rotate(20), brightness(0.2)
  loss cross_entropy(weights = median_frequency) + dice
  optimizer adam(0.01)
  schedule warm_up(2), poly
  clip norm(1)
  average ema(0.9)
  epochs 2
  batch 4
  seed 7
}
`;

const torch = await hasTorch();
let place: Awaited<ReturnType<typeof scratch>>;

beforeEach(async () => {
  place = await scratch();
});
afterEach(() => place.remove());

interface Asked {
  readonly engine: "torch" | "wasm";
  readonly source?: string;
  readonly mode?: RunMode;
  readonly stopAfter?: number;
  readonly workers?: number;
  readonly interpreter?: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number) => void;
}

async function run(out: string, asked: Asked): Promise<TrainResult> {
  const compilation = compileText(asked.source ?? source);
  const [network] = compilation.networks;
  if (network === undefined)
    throw new Error(compilation.diagnostics.map(({ message }) => message).join("; "));
  const data = join(place.path, "data");
  const program = await openTraining(join(place.path, "tiny.fcn"), { network, compilation }, { data });
  const folder = await holdRunFolder(join(place.path, out), asked.mode ?? "new");
  const options: TrainOptions = {
    ...program,
    engine: await loadEngine("wasm"),
    folder,
    version: "0.0.0",
    stopAfter: asked.stopAfter,
    signal: asked.signal,
    observer: (event) => {
      if (event.kind === "step") asked.onStep?.(event.progress.step);
    },
  };
  try {
    if (asked.engine === "wasm") return await train(network, options);
    const { workers = 1, interpreter = python } = asked;
    const processes = { python: interpreter, workers, nodes: 1, rendezvous: undefined };
    return await trainWithTorch(network, options, { processes, data, device: "cpu", threads: 1 });
  } finally {
    await folder.release();
  }
}

async function lossesOf(out: string): Promise<readonly number[]> {
  return (await readLines(join(place.path, out, "metrics.jsonl"))).map(({ loss }) => loss);
}

describe("a run by PyTorch", () => {
  it("has the samples, losses, measures and files of a run by another engine, and either continues the other's", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    const whole = await run("wasm", { engine: "wasm" });
    const result = await run("torch", { engine: "torch" });
    expect(result).toMatchObject({ ended: "finished", epochs: whole.epochs, steps: whole.steps });
    const [ours, theirs] = await Promise.all(
      ["wasm", "torch"].map((out) => readLines(join(place.path, out, "metrics.jsonl"))),
    );
    expect(theirs?.map(({ kind, step }) => [kind, step])).toEqual(
      ours?.map(({ kind, step }) => [kind, step]),
    );
    const [first, second] = [ours ?? [], theirs ?? []];
    // the first steps have the same weights up to the rounding of sums; resampled pixels are rounded to bytes by both
    for (const place of [0, 1, 2])
      expect(Math.abs((second[place]?.loss ?? Number.NaN) / (first[place]?.loss ?? 0) - 1)).toBeLessThan(
        2e-3,
      );
    const measures = (line: (typeof first)[number] | undefined) =>
      Object.keys(line?.training.labels ?? {}).sort();
    expect(measures(second.at(-1))).toEqual(measures(first.at(-1)));
    expect(Object.keys(result.best?.classes.labels ?? {}).sort()).toEqual(
      Object.keys(whole.best?.classes.labels ?? {}).sort(),
    );
    for (const file of ["weights.safetensors", "metrics.json", "run.json", "checkpoints", "source"])
      expect(existsSync(join(place.path, "torch", file)), file).toBe(true);
    const record = JSON.parse(readFileSync(join(place.path, "torch", "run.json"), "utf8")) as object; // just written
    expect(record).toHaveProperty("data.training images.files", 16);

    await run("started by torch", { engine: "torch", stopAfter: 1 });
    const continued = await run("started by torch", { engine: "wasm", mode: "resume" });
    await run("started by wasm", { engine: "wasm", stopAfter: 1 });
    const taken = await run("started by wasm", { engine: "torch", mode: "resume", workers: 2 });
    for (const [out, { ended, steps }] of [
      ["started by torch", continued],
      ["started by wasm", taken],
    ] as const) {
      expect([out, ended, steps]).toEqual([out, "finished", whole.steps]);
      const last = (await lossesOf(out)).at(-1) ?? Number.NaN;
      expect(Math.abs(last / (first.at(-1)?.loss ?? 0) - 1), out).toBeLessThan(1e-2);
    }
  }, 240_000);

  it("compares the colours of the images by a random field as another engine does, in prediction too", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    const text = `network Field(classes = 2) {
      input image [3, H, W]
      conv(classes, 3x3)
      crf(image, window = 5, iterations = 2, appearance_position = 2, appearance_colour = 30)
      output labels by softmax
    }
    train Field {
      optimizer sgd(0.01)
      epochs 1
      batch 4
      seed 7
    }`;
    await run("wasm", { engine: "wasm", source: text });
    await run("torch", { engine: "torch", source: text });
    const [ours, theirs] = [await lossesOf("wasm"), await lossesOf("torch")];
    expect(ours.length).toBeGreaterThan(1);
    for (const [i, loss] of ours.entries())
      expect(Math.abs((theirs[i] ?? Number.NaN) / loss - 1)).toBeLessThan(1e-4);

    const { graph } = compileNetwork(text);
    const normalisations = new Map([["image", { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25] }]]);
    const inputs = new Map([["image", randomMaps(1, [2, 9, 12, 3])]]);
    const seen: Float32Array[] = [];
    vi.stubEnv("FCN_PYTHON", python);
    for (const name of ["wasm", "torch"] as const) {
      const session = await (await loadEngine(name)).open(graph, { seed: 1, normalisations });
      seen.push((await session.predict(inputs)).get("labels")?.data ?? new Float32Array(0));
      session.close();
    }
    vi.unstubAllEnvs();
    const [own, other] = seen;
    expect(own?.length).toBe(2 * 9 * 12 * 2);
    for (const [i, value] of own?.entries() ?? []) expect(other?.[i]).toBeCloseTo(value, 5);
  }, 300_000);

  it("ends after the step under way when it is asked to, with a checkpoint from which it continues", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    const stop = new AbortController();
    const ended = await run("run", {
      engine: "torch",
      workers: 2,
      signal: stop.signal,
      onStep: (step) => {
        if (step === 2) stop.abort();
      },
    });
    expect(ended.ended).toBe("interrupted");
    expect(ended.steps).toBeGreaterThanOrEqual(2);
    const rest = await run("run", { engine: "torch", mode: "resume" });
    expect([rest.ended, rest.steps]).toEqual(["finished", 8]);
    expect(
      (await readLines(join(place.path, "run", "metrics.jsonl"))).map(({ kind, step }) => [kind, step]),
    ).toEqual(
      [1, 2, 3, 4, 4, 5, 6, 7, 8, 8].map((step, i) => [i === 4 || i === 9 ? "epoch" : "steps", step]),
    );
  }, 120_000);

  it("has the same dropout masks and measures after it was interrupted and resumed: equal files, bit for bit", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    const dropout = source.replace("maxpool(2)", "dropout(0.5)\n  maxpool(2)");
    await run("whole", { engine: "torch", source: dropout });
    const stop = new AbortController();
    const onStep = (step: number) => {
      if (step === 2) stop.abort();
    };
    const before = await run("resumed", { engine: "torch", source: dropout, signal: stop.signal, onStep });
    expect(before.ended).toBe("interrupted");
    await run("resumed", { engine: "torch", source: dropout, mode: "resume" });
    const [whole, resumed] = await Promise.all(
      ["whole", "resumed"].map((out) => readSafetensors(join(place.path, out, "checkpoint.safetensors"))),
    );
    expect(whole?.weights.size).toBeGreaterThan(10);
    expect(resumed?.weights).toEqual(whole?.weights);
    const logged = async (out: string) =>
      (await readLines(join(place.path, out, "metrics.jsonl"))).map(({ step, loss, training }) => ({
        step,
        loss,
        training,
      }));
    expect(await logged("resumed")).toEqual(await logged("whole"));
  }, 120_000);

  it("is asked to end by a byte, and ends at once with the program that started it", async ({ skip }) => {
    if (!torch) skip("python3-torch is not installed");
    await run("run", { engine: "torch", stopAfter: 1 });
    const folder = join(place.path, "run", "pytorch");
    const listening = `import sys, time
from tiny.train import Stop
stop = Stop()
stop.listen_to_input()
sys.stdout.write("listens"); sys.stdout.flush()
while not stop.asked: time.sleep(0.01)
sys.stdout.write(", was asked"); sys.stdout.flush()
`;
    const ended = async (tell: (input: Writable) => void) => {
      const child = spawn(python, ["-c", listening], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (said === "") tell(child.stdin);
        said += text;
      });
      const [status] = await once(child, "close");
      return [status, said];
    };
    expect(await ended((input) => input.write("s"))).toEqual([0, "listens, was asked"]);
    expect(await ended((input) => input.end())).toEqual([1, "listens"]);
  }, 120_000);

  it("names the layer where its values stopped being finite, and where the program writes it", async ({
    skip,
  }) => {
    if (!torch) skip("python3-torch is not installed");
    const diverging = source
      .replace(/\n +clip norm\(1\)/, "")
      .replace("batchnorm relu", "relu")
      .replace("adam(0.01)", "sgd(1e25)");
    const error: unknown = await run("run", { engine: "torch", source: diverging }).catch(
      (one: unknown) => one,
    );
    expect(error).toBeInstanceOf(Diverged);
    const { message, origin } = error as Diverged; // it is one
    expect(message).toMatch(
      /^the loss is no longer a finite number at step 2: the first feature map that is not finite is that of layer \w*conv\d \(.* values\); .*checkpoint\.safetensors holds the last good state/,
    );
    expect(origin).toMatchObject({ kind: "map", span: expect.anything() });
  }, 120_000);

  it("names the process that ended, and the checkpoint that is left", async () => {
    const interpreter = join(place.path, "python");
    writeFileSync(interpreter, "#!/bin/sh\necho 'RuntimeError: a worker was lost' >&2\nexit 3\n");
    chmodSync(interpreter, 0o755);
    await expect(run("run", { engine: "torch", interpreter })).rejects.toThrow(
      "a process of PyTorch ended with status 3: RuntimeError: a worker was lost; no checkpoint was written yet",
    );
    const failure = (rank: number, code: number) =>
      `  host      : here\n  rank      : ${rank} (local_rank: ${rank})\n  exitcode  : ${code} (pid: 4${rank})\n`;
    const report = `RuntimeError: Connection reset by peer\n${failure(2, -15)}${failure(1, -9)}${failure(0, 1)}`;
    writeFileSync(interpreter, `#!/bin/sh\ncat >&2 <<'END'\n${report}END\nexit 1\n`);
    await expect(run("run", { engine: "torch", interpreter })).rejects.toThrow(
      "process 1 of PyTorch (pid 41) was ended by SIGKILL; no checkpoint was written yet",
    );
  });
});

describe("the interpreter", () => {
  it("is the one asked for, FCN_PYTHON's, that of the active environment, python3, in this order", () => {
    const environment = join(place.path, "venv");
    expect(findInterpreter("/a/python", { FCN_PYTHON: "/b/python" })).toEqual({
      command: "/a/python",
      from: "--python",
    });
    expect(findInterpreter(undefined, { FCN_PYTHON: "/b/python", VIRTUAL_ENV: environment })).toEqual({
      command: "/b/python",
      from: "FCN_PYTHON",
    });
    expect(findInterpreter(undefined, { VIRTUAL_ENV: environment })).toEqual({
      command: "python3",
      from: "PATH",
    });
    expect(findInterpreter(undefined, {})).toEqual({ command: "python3", from: "PATH" });
  });

  it("that is not there, or lacks PyTorch, is named with the way out", async () => {
    const missing = join(place.path, "no-python");
    expect(await examineTorch({ command: missing, from: "--python" })).toMatchObject({
      works: false,
      reason: `there is no interpreter ${missing}`,
      remedy: "name another by --python or FCN_PYTHON",
    });
    const bare = join(place.path, "bare");
    writeFileSync(
      bare,
      `#!/bin/sh\necho '{"python": "3.12.1", "missing": ["torch", "PIL"], "devices": []}'\n`,
    );
    chmodSync(bare, 0o755);
    expect(await examineTorch({ command: bare, from: "FCN_PYTHON" })).toMatchObject({
      works: false,
      reason: `Python 3.12.1 (${bare}) lacks torch, pillow`,
      remedy: `${bare} -m pip install torch pillow`,
    });
    const broken = join(place.path, "broken");
    writeFileSync(
      broken,
      "#!/bin/sh\necho Traceback >&2\necho 'OSError: libcudart.so: no such file' >&2\nexit 1\n",
    );
    chmodSync(broken, 0o755);
    expect(await examineTorch({ command: broken, from: "FCN_PYTHON" })).toMatchObject({
      reason: `${broken} cannot be asked: OSError: libcudart.so: no such file`,
    });
  });

  it("is taken by auto where a GPU of its own computes, for a network that PyTorch expresses", async () => {
    const answering = (name: string, devices: string) => {
      const file = join(place.path, name);
      const said = `{"python": "3.12.1", "torch": "2.5.0", "missing": [], "devices": [${devices}]}`;
      writeFileSync(file, `#!/bin/sh\necho '${said}'\n`);
      chmodSync(file, 0o755);
      return file;
    };
    const gpu = answering("gpu", '{"kind": "cuda", "name": "H100"}');
    const network = compileNetwork(source);
    expect(await torchWithGpu(network, gpu, true)).toMatchObject({
      torch: "2.5.0",
      devices: [{ name: "H100" }],
    });
    expect(await torchWithGpu(network, gpu, false)).toBeUndefined();
    expect(await torchWithGpu(network, answering("cpu", ""), true)).toBeUndefined();
    const refused = compileNetwork(source.replace("output labels", "crf(image)\n  output labels"));
    expect(await torchWithGpu(refused, gpu, true)).toBeUndefined();
  });
});

it("processes meet on a port that is free, and that no connection of another program is given", async () => {
  const port = await meetingPort();
  expect(port).toBeGreaterThanOrEqual(20000);
  expect(port).toBeLessThan(32000);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
  try {
    expect(await isFree(port)).toBe(false);
  } finally {
    await new Promise((resolve) => taken.close(resolve));
  }
  expect(await isFree(port)).toBe(true);
});

it("one process needs no launcher; several, and several machines, are torchrun's", () => {
  const options = ["--out", "run"];
  const given = (workers: number, nodes: number, rendezvous: string | undefined) =>
    launchArguments({ workers, nodes, rendezvous }, "net.train", options, 20001).join(" ");
  expect(given(1, 1, undefined)).toBe("-m net.train --out run");
  expect(given(2, 1, undefined)).toBe(
    "-m torch.distributed.run --master_addr 127.0.0.1 --master_port 20001 --nproc_per_node 2 --max_restarts 0 --redirects 9:0 --tee 9:0 -m net.train --out run",
  );
  expect(given(16, 2, "a:29500")).toBe(
    "-m torch.distributed.run --nnodes 2 --rdzv_backend c10d --rdzv_id fcn --rdzv_endpoint a:29500 --nproc_per_node 16 --max_restarts 0 -m net.train --out run",
  );
});
