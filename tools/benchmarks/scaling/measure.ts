/**
 * Training by several processes: a step, the all-reduce of its gradients and the loading of a batch, by width of the U-Net, with 1, 2 and 4
 * processes of one thread each that share one batch. Loading is from files, of synthetic scenes that it writes. Prints a Markdown table.
 *
 *   npm run benchmark:scaling -- [--widths 8,16] [--processes 1,2,4] [--batch N] [--size N] [--repetitions N]
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { compile } from "../../../compiler/compile.ts";
import { packageName } from "../../../compiler/targets/pytorch/names.ts";
import { writeSyntheticScenes } from "../../../runtime/data/synthetic/write-scenes.ts";
import { findInterpreter } from "../../../runtime/python/interpreter.ts";
import { launchArguments } from "../../../runtime/training/torch/launch.ts";
import { meetingPort } from "../../../runtime/training/torch/meeting-port.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { packageRoot } from "../../host/package-root.ts";
import { emittedPackage } from "../../verify/targets/compare-pytorch.ts";

const { values } = parseArgs({
  options: {
    widths: { type: "string", default: "8,16,32" },
    processes: { type: "string", default: "1,2,4" },
    batch: { type: "string", default: "8" },
    size: { type: "string", default: "128" },
    repetitions: { type: "string", default: "7" },
  },
});
const python = findInterpreter().command;
const script = join(packageRoot(), "tools", "benchmarks", "scaling", "measure.py");
const program = (width: string) =>
  `network Net(classes = 2, width = ${width}) {
  input image [1, H, W]
  block double(channels) { conv(channels, 3x3) batchnorm relu conv(channels, 3x3) batchnorm relu }
  for i in 0 ..< 3 { double(width * 2^i) as level[i] maxpool(2) }
  double(width * 8)
  for i in reversed(0 ..< 3) {
    upsample(2, learned, channels = width * 2^i)
    skip level[i] by concat
    double(width * 2^i)
  }
  conv(classes, 1x1)
  output labels by softmax
}
train Net {
  augment flip, rotate(90), crop(${values.size}, ${values.size})
  batch   ${values.batch}
}`;

interface Times {
  readonly parameters: number;
  readonly step: number;
  readonly reduce: number;
  readonly load: number;
}

const size = Number(values.size);
const data = mkdtempSync(join(tmpdir(), "fcn-scenes-"));
process.on("exit", () => rmSync(data, { recursive: true, force: true }));
await writeSyntheticScenes(data, {
  count: 5 * Number(values.batch),
  size: [size + 32, size + 32],
  seed: 1,
  classes: ["disc"],
});
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model}, ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}; ` +
    `batches of ${values.batch} images of ${size}×${size}, medians of ${values.repetitions}\n`,
);
console.log(
  "| width | parameters | processes | step (ms) | relative to one process | all-reduce of the gradients (ms) | loading of a share (ms) |",
);
console.log("|-|-|-|-|-|-|-|");
for (const width of values.widths.split(",")) {
  const { networks, diagnostics } = compile({ path: "net.fcn", text: program(width) }, createFileHost());
  const [network] = networks;
  if (network === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const folder = mkdtempSync(join(tmpdir(), "fcn-scaling-"));
  try {
    for (const [path, bytes] of await emittedPackage(network)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    let one: number | undefined;
    for (const workers of values.processes.split(",").map(Number)) {
      const given = [packageName("Net"), values.batch, values.size, values.repetitions, data];
      const processes = { workers, nodes: 1, rendezvous: undefined };
      const launched = launchArguments(processes, "measure", given, await meetingPort());
      copyFileSync(script, join(folder, "measure.py"));
      const said = execFileSync(python, launched, {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, OMP_NUM_THREADS: "1" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const times = JSON.parse(said.trim().split("\n").at(-1) ?? "") as Times; // printed by measure.py
      one ??= times.step;
      const ms = (seconds: number) => (1000 * seconds).toFixed(1);
      console.log(
        `| ${width} | ${times.parameters.toLocaleString("en-US")} | ${workers} | ${ms(times.step)} | ${(times.step / one).toFixed(2)} | ${workers === 1 ? "–" : ms(times.reduce)} | ${ms(times.load)} |`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
