/** Emitted packages start from torchvision's weights as `fcn train` does: the same values for every input and head. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { torchvisionParts } from "../../compiler/prelude/torchvision/weight-names.ts";
import type { WeightArray } from "../../runtime/arrays.ts";
import { writeSafetensors } from "../../runtime/weights/safetensors.ts";
import { loadTorchvision } from "../../runtime/weights/torchvision/load.ts";
import { elementCount, weightsOf } from "../../runtime/weights/weight-name.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { runScript, writePackage } from "../support/python-package.ts";

const torch = await hasTorch();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-starting-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const program = (
  name: string,
  channels: number,
  body: string,
) => `import { mobilenet_v3_large, resnet18, resnet50 } from "std/encoders"
import { fcn_head, lraspp_head } from "std/heads"
network ${name}(classes = 2) {
  input image [${channels}, H, W]
  ${body}
  upsample(to = image, bilinear)
  output labels by softmax
}
train ${name} {
  start from "${name}.safetensors" as torchvision
}`;

const cases: Readonly<Record<string, string>> = {
  Colour: program("Colour", 3, "resnet18(width = 4) as features conv(classes, 1x1)"),
  Grey: program("Grey", 1, "resnet18(width = 4) as features conv(classes, 1x1)"),
  Many: program("Many", 5, "resnet18(width = 4) as features conv(classes, 1x1)"),
  Whole: program("Whole", 3, "resnet18(width = 4) as features fcn_head(classes) as head"),
  Early: program("Early", 3, "resnet50(width = 4, stride_in = first) as features conv(classes, 1x1)"),
  Mobile: program(
    "Mobile",
    3,
    `mobilenet_v3_large(width = 2, dilate = 2) as features
  lraspp_head(features.stage[3], classes, channels = 4) as head`,
  ),
};

const script = (module: string, name: string) => `
from pathlib import Path
from ${module}.data import NORMALISATIONS
from ${module}.model import ${name}
from ${module}.settings import START_FROM
from ${module}.starting import load_start
from ${module}.weights import file_names

network = ${name}()
said = load_start(network, Path(START_FROM))
state = network.state_dict()
for key, own in file_names(network).items():
    write(own, state[key])
known = None if NORMALISATIONS is None else {key: list(own.mean) for key, own in NORMALISATIONS.items()}
Path("${name}.json").write_text(json.dumps({"said": said, "known": known}))
`;

describe(`starting from torchvision's weights${torch ? "" : ": python3-torch is not installed"}`, () => {
  it.skipIf(!torch).each(Object.keys(cases))("%s", async (name) => {
    const network = compileNetwork(cases[name] ?? "");
    const { graph } = network;
    const own = new Map(weightsOf(graph).map((weight) => [weight.name, weight.specification.shape]));
    const segmentation = name === "Whole" || name === "Mobile";
    const given = new Map<string, WeightArray>();
    for (const part of torchvisionParts(graph))
      for (const [ours, theirs] of part.names) {
        const shape = [...(own.get(ours) ?? [])];
        if (theirs === "conv1.weight") shape[1] = 3;
        if (part.classifiers.has(ours)) shape[0] = 21;
        const inFile =
          !segmentation || part.kind === "head" ? theirs : `backbone.${theirs.replace(/^features\./, "")}`;
        const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i + given.size));
        given.set(inFile, { shape, data });
      }
    const file = join(folder, `${name}.safetensors`);
    await writeSafetensors(file, { weights: given, metadata: new Map() });
    const expected = loadTorchvision(graph, { file, weights: given });
    const module = await writePackage(network, folder);
    const loaded = await runScript(folder, script(module, name));
    const printed = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8"));
    expect(printed.said).toMatch(new RegExp(`^${expected.weights.size} of ${own.size} weights loaded`));
    const warning = "features: stages have their stride in the first 1x1 convolution";
    for (const text of [printed.said, expected.message])
      expect(text.includes(warning)).toBe(name === "Early");
    expect(printed.known).toEqual(
      name === "Grey" || name === "Many" ? null : { image: [0.485, 0.456, 0.406] },
    );
    for (const [weight, { shape, data }] of expected.weights) {
      const found = loaded.get(weight);
      expect(found?.shape, weight).toEqual(shape);
      const apart = data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (found?.data[i] ?? 9))),
        0,
      );
      expect(apart, weight).toBeLessThan(1e-6);
    }
  });
});

const mistakes = `
import contextlib
import io
from pathlib import Path
from colour.model import Colour
from colour.starting import load_start
from colour.train import main


class Evil:
    def __reduce__(self):
        return open, ("ran", "w")


torch.save({"w": Evil()}, "evil.pth")
torch.save([torch.ones(1)], "list.pth")
Path("text.safetensors").write_text("not a file of weights")
torch.cuda.is_available = lambda: False
said = []
for file in ("evil.pth", "list.pth", "text.safetensors"):
    try:
        load_start(Colour(), Path(file))
    except ValueError as error:
        said.append(str(error))
for options in (["--device", "cuda"], ["--device", "gpu"], ["--epochs", "0"]):
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors):
        try:
            status = main(["--out", "r", *options])
        except SystemExit as end:
            status = end.code
    said.append(f"{status} {errors.getvalue().strip().splitlines()[-1]}")
Path("mistakes.json").write_text(json.dumps({"said": said, "ran": Path("ran").exists()}))
`;

it.skipIf(!torch)("names what is wrong with a file or an option, and runs no code of a file", async () => {
  await writePackage(compileNetwork(cases.Colour ?? ""), folder);
  await runScript(folder, mistakes);
  const { said, ran } = JSON.parse(await readFile(join(folder, "mistakes.json"), "utf8"));
  expect(ran).toBe(false);
  expect(said).toEqual([
    expect.stringMatching(/^evil.pth is no state dict of torch.save: Unsupported .*open/),
    "list.pth is no state dict of torch.save",
    "text.safetensors is not a safetensors file",
    "1 error: PyTorch finds no CUDA device here: use --device cpu",
    expect.stringContaining("2 python -m colour.train: error: argument --device: invalid choice: 'gpu'"),
    "2 python -m colour.train: error: argument --epochs: 0 is less than 1",
  ]);
});
