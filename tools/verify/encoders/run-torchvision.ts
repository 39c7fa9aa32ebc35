/** torchvision's own network with random weights, on one image: its weights, the sizes of its layers and its result. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { WeightArray } from "../../../runtime/arrays.ts";
import { hasModules, python } from "../targets/pytorch-driver.ts";

const text = `
import json, sys
import numpy, torch, torchvision
from torch import nn

torch.set_num_threads(1)
folder = sys.argv[1]
job = json.load(open(folder + "/job.json"))
torch.manual_seed(job["seed"])
if job["segmentation"]:
    models = torchvision.models.segmentation
    given = {"weights": None, "weights_backbone": None, **job["arguments"]}
else:
    models, given = torchvision.models, {"weights": None}
network = getattr(models, job["model"])(**given).eval()
with torch.no_grad():
    # What initial values would leave without effect.
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            module.weight.uniform_(0.5, 1.5)
            module.bias.normal_(0, 0.1)
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
        if hasattr(module, "layer_scale"):
            module.layer_scale.uniform_(0.2, 1.5)
if job["segmentation"]:
    features = network
elif hasattr(network, "features"):
    features = network.features
else:
    features = nn.Sequential(*list(network.children())[:-2])
state = {name: value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}
head = () if job["segmentation"] else ("classifier.", "fc.")
state = {name: value for name, value in state.items() if not name.startswith(head)}
with open(folder + "/weights.bin", "wb") as file:
    for value in state.values():
        file.write(value.float().contiguous().numpy().astype("<f4").tobytes())
shapes = {}


def hook(name):
    def seen(module, _, made):
        batch, *rest = made.shape
        # Linear and plain layer normalisation have their channels last.
        last = isinstance(module, nn.Linear) or type(module) is nn.LayerNorm
        shapes[name] = [rest[-1], *rest[:-1]] if last else rest

    return seen


modules = dict(network.named_modules())
for name in job["layers"]:
    modules[name].register_forward_hook(hook(name))
image = torch.rand(1, 3, *job["size"])
features.double()
with torch.no_grad():
    made = features(image.double())
    if job["segmentation"]:
        results = {name: made[name] for name in job["outputs"]}
    elif job["model"].startswith("densenet"):
        results = {"result": torch.relu(made)}
    else:
        results = {"result": made}
image[0].permute(1, 2, 0).contiguous().numpy().astype("<f4").tofile(folder + "/image.bin")
for name, result in results.items():
    result[0].permute(1, 2, 0).contiguous().numpy().astype("<f8").tofile(folder + "/result-" + name + ".bin")
parameters = sum(value.numel() for name, value in network.named_parameters() if not name.startswith(head))
json.dump(
    {
        "version": torchvision.__version__,
        "weights": {name: list(value.shape) for name, value in state.items()},
        "shapes": shapes,
        "parameters": parameters,
        "results": list(results),
    },
    open(folder + "/result.json", "w"),
)
`;

export interface TorchvisionJob {
  readonly model: string;
  /** Of torchvision.models.segmentation, which is run with its classifier: arguments of its function, and the results that are wanted. */
  readonly segmentation?: {
    readonly arguments: Readonly<Record<string, unknown>>;
    readonly outputs: readonly string[];
  };
  /** Paths of modules whose results' sizes are asked for. */
  readonly layers: readonly string[];
  readonly size: readonly [height: number, width: number];
  readonly seed: number;
}

export interface TorchvisionRun {
  readonly version: string;
  /** Running statistics too; of an encoder without those of the classifier. */
  readonly weights: ReadonlyMap<string, WeightArray>;
  /** [channels, height, width] by module. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Of an encoder without the classifier's. */
  readonly parameters: number;
  /** [height, width, 3] */
  readonly image: Float32Array;
  /** Computed in float64, [height, width, channels], by torchvision's name of the output; of an encoder "result". */
  readonly results: ReadonlyMap<string, Float64Array>;
}

/** Whether python3-torchvision is installed. */
export function hasTorchvision(): Promise<boolean> {
  return hasModules("torchvision");
}

export async function runTorchvision(job: TorchvisionJob): Promise<TorchvisionRun> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-torchvision-"));
  try {
    const { segmentation, ...rest } = job;
    const given = { ...rest, ...segmentation, segmentation: segmentation !== undefined };
    await writeFile(join(folder, "job.json"), JSON.stringify(given));
    const script = join(folder, "run.py");
    await writeFile(script, text);
    await promisify(execFile)(python, [script, folder]);
    const bytes = async (name: string) => Uint8Array.from(await readFile(join(folder, name))).buffer;
    const made = JSON.parse(await readFile(join(folder, "result.json"), "utf8")) as {
      readonly version: string;
      readonly weights: Readonly<Record<string, readonly number[]>>;
      readonly shapes: Readonly<Record<string, readonly number[]>>;
      readonly parameters: number;
      readonly results: readonly string[];
    }; // as the script writes it
    const all = new Float32Array(await bytes("weights.bin"));
    let start = 0;
    const weights = Object.entries(made.weights).map(([name, shape]): [string, WeightArray] => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      start += count;
      return [name, { shape, data: all.subarray(start - count, start) }];
    });
    const results = new Map<string, Float64Array>();
    for (const name of made.results) results.set(name, new Float64Array(await bytes(`result-${name}.bin`)));
    return {
      ...made,
      weights: new Map(weights),
      image: new Float32Array(await bytes("image.bin")),
      results,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
