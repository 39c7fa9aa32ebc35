/** Runs an emitted package for PyTorch: a script that reads arrays from a folder and writes what the network computes of them. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Debian's interpreter: the one that has python3-torch. */
const debianPython = "/usr/bin/python3";

/** The environment variable that names it with PyTorch imported already; tests set it (`tests/support/warm-python`). */
export const warmPython = "FCN_WARM_PYTHON";

export const python = process.env[warmPython] ?? debianPython;

export interface TorchArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type TorchArrays = ReadonlyMap<string, TorchArray>;

/** Computed in float64, one after the other, on the weights of the package. */
export type TorchJob =
  /** Outputs in evaluation mode, by field. */
  | { readonly kind: "forward"; readonly inputs: TorchArrays }
  /**
   * Gradients in training mode, by the names of files, of the sum over the outputs of each times its coefficients; and the running
   * statistics after it.
   */
  | {
      readonly kind: "gradients";
      readonly inputs: TorchArrays;
      /** By field of the outputs. */
      readonly coefficients: TorchArrays;
      /** By layer. */
      readonly masks: TorchArrays;
    }
  /** The gradients of the loss in training mode without dropout, by the names of files. */
  | { readonly kind: "loss"; readonly inputs: TorchArrays; readonly targets: TorchArrays }
  /** The loss of each of so many training steps, "losses". */
  | {
      readonly kind: "steps";
      readonly inputs: TorchArrays;
      readonly targets: TorchArrays;
      /** By step and layer: "0 dropout1". */
      readonly masks: TorchArrays;
      /** "rate" and "count". */
      readonly settings: TorchArrays;
    };

const text = `
import importlib, json, sys
import numpy, torch

torch.set_num_threads(1)
folder = sys.argv[1]
count = 0


def read(arrays):
    return {
        name: torch.from_numpy(numpy.fromfile(entry["file"], "<f8").reshape(entry["shape"]))
        for name, entry in arrays.items()
    }


def write(tensors):
    global count
    entries = {}
    for name, tensor in tensors.items():
        file = "out%d.bin" % count
        count += 1
        tensor.detach().double().contiguous().numpy().astype("<f8").tofile(folder + "/" + file)
        entries[name] = {"file": file, "shape": list(tensor.shape)}
    return entries


def masked(network, weights, masks):
    """A section that shares the weights of another is a second call of its modules."""
    hooks = []
    dropouts = {
        filed[:-1]: module
        for _, filed, module in weights.named_layers(network)
        if isinstance(module, (torch.nn.Dropout, torch.nn.Dropout2d))
    }
    sharing = [name for name in masks if name not in dropouts]
    used = set()
    for name, module in dropouts.items():
        inner = name.partition(".")[2]
        calls = [name, *(one for one in sharing if inner != "" and one.partition(".")[2] == inner)]
        used.update(calls)
        turns = iter(calls)
        hooks.append(module.register_forward_hook(lambda _, given, made, turns=turns: given[0] * masks[next(turns)]))
    assert used == set(masks), (used, set(masks))
    return hooks


def forward(job, network, *_):
    network.eval()
    with torch.no_grad():
        return write(network(**read(job["inputs"]))._asdict())


def gradients(job, network, weights, names, _):
    network.train()
    network.zero_grad()
    hooks = masked(network, weights, read(job["masks"]))
    outputs = network(**read(job["inputs"]))._asdict()
    total = sum((outputs[name] * value).sum() for name, value in read(job["coefficients"]).items())
    total.backward()
    for hook in hooks:
        hook.remove()
    found = {}
    for key, parameter in network.named_parameters():
        if key in names and parameter.grad is not None:
            found[names[key]] = parameter.grad
    for key, buffer in network.named_buffers():
        if key in names:
            found[names[key]] = buffer
    return write(found)


def read_batch(job):
    targets = read(job["targets"])
    return read(job["inputs"]), {name: value.long() if value.dim() == 3 else value for name, value in targets.items()}


def loss(job, network, weights, names, package):
    network.train()
    for module in network.modules():
        if isinstance(module, (torch.nn.Dropout, torch.nn.Dropout2d)):
            module.eval()
    network.zero_grad()
    inputs, targets = read_batch(job)
    importlib.import_module(package + ".losses").Loss()(network(**inputs), targets).backward()
    found = network.named_parameters()
    return write({names[key]: own.grad for key, own in found if key in names and own.grad is not None})


def steps(job, network, weights, names, package):
    settings = {name: float(value) for name, value in read(job["settings"]).items()}
    inputs, targets = read_batch(job)
    masks = read(job["masks"])
    loss = importlib.import_module(package + ".losses").Loss()
    optimizer = importlib.import_module(package + ".optimizer").optimizer(network, settings["rate"])
    network.train()
    losses = []
    for step in range(int(settings["count"])):
        prefix = "%d " % step
        hooks = masked(network, weights, {name[len(prefix):]: mask for name, mask in masks.items() if name.startswith(prefix)})
        optimizer.zero_grad()
        value = loss(network(**inputs), targets)
        value.backward()
        optimizer.step()
        losses.append(float(value))
        for hook in hooks:
            hook.remove()
    return write({"losses": torch.tensor(losses, dtype=torch.float64)})


def run(subject):
    sys.path.insert(0, subject["folder"])
    package = importlib.import_module(subject["package"])
    weights = importlib.import_module(subject["package"] + ".weights")
    network = getattr(package, subject["class"])()
    weights.load_weights(network, subject["folder"] + "/" + subject["package"] + "/weights.safetensors")
    network.double()
    names = weights.file_names(network)
    initial = {name: value.clone() for name, value in network.state_dict().items()}
    results = []
    for job in subject["jobs"]:
        network.load_state_dict(initial)
        kinds = {"forward": forward, "gradients": gradients, "loss": loss, "steps": steps}
        results.append(kinds[job["kind"]](job, network, weights, names, subject["package"]))
    sys.path.pop(0)
    for name in [name for name in sys.modules if name.split(".")[0] == subject["package"]]:
        del sys.modules[name]
    return results


subjects = json.load(open(folder + "/job.json"))
json.dump([run(subject) for subject in subjects], open(folder + "/result.json", "w"))
`;

/** Whether python3-torch is installed. */
export function hasTorch(): Promise<boolean> {
  return hasModules("torch");
}

/** Whether the interpreter finds these modules. They are not loaded, which takes PyTorch seconds. */
export function hasModules(...names: readonly string[]): Promise<boolean> {
  const question = `import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in ${JSON.stringify(names)}))`;
  return promisify(execFile)(debianPython, ["-c", question]).then(
    () => true,
    () => false,
  );
}

export interface TorchSubject {
  /** Of the package, its weights among them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly className: string;
  readonly jobs: readonly TorchJob[];
}

/** All of them in one process. @returns what each job gave, by subject */
export async function runTorch(
  subjects: readonly TorchSubject[],
): Promise<readonly (readonly TorchArrays[])[]> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-"));
  try {
    const written: object[] = [];
    for (const [i, subject] of subjects.entries())
      written.push(await writeSubject(join(folder, String(i)), subject));
    await writeFile(join(folder, "job.json"), JSON.stringify(written));
    const script = join(folder, "run.py");
    await writeFile(script, text);
    await promisify(execFile)(python, [script, folder]);
    const results = JSON.parse(await readFile(join(folder, "result.json"), "utf8")) as Written[][]; // as the script writes them
    return await Promise.all(
      results.map((jobs) => Promise.all(jobs.map((entries) => readArrays(folder, entries)))),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Written = Readonly<Record<string, { readonly file: string; readonly shape: readonly number[] }>>;

async function writeSubject(folder: string, { files, className, jobs }: TorchSubject): Promise<object> {
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  const module = [...files.keys()].find((name) => name.endsWith("/model.py"));
  if (module === undefined) throw new Error("the package has no model");
  const written: object[] = [];
  for (const [place, { kind, ...arrays }] of jobs.entries()) {
    const entries: Record<string, unknown> = { kind };
    for (const [what, given] of Object.entries(arrays) as [string, TorchArrays][])
      entries[what] = await writeArrays(join(folder, `${place}-${what}`), given);
    written.push(entries);
  }
  return { folder, package: dirname(module), class: className, jobs: written };
}

async function writeArrays(prefix: string, arrays: TorchArrays): Promise<Written> {
  const entries: Record<string, Written[string]> = {};
  for (const [i, [name, { shape, data }]] of [...arrays].entries()) {
    const file = `${prefix}-${i}.bin`;
    await writeFile(file, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    entries[name] = { file, shape };
  }
  return entries;
}

async function readArrays(folder: string, entries: Written): Promise<TorchArrays> {
  const arrays = new Map<string, TorchArray>();
  for (const [name, { file, shape }] of Object.entries(entries)) {
    const bytes = await readFile(join(folder, file));
    arrays.set(name, { shape, data: new Float64Array(Uint8Array.from(bytes).buffer) });
  }
  return arrays;
}
