/** `fcn weights`: files of PyTorch are made and read by the PyTorch of this machine, without which those tests are left out. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { averageName } from "../../compiler/tensors/programs/state-names.ts";
import { readSafetensors, writeSafetensors } from "../../runtime/weights/safetensors.ts";
import { decodeTensors, encodeTensors, valuesOf } from "../../runtime/weights/tensor-file.ts";
import { hasTorch, python } from "../../tools/verify/targets/pytorch-driver.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, trainTiny, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const inDirectory = (...names: readonly string[]) => join(directory, ...names);
const tensorsIn = (file: string) => decodeTensors(readFileSync(inDirectory(file)), file);

describe("safetensors files and runs", () => {
  beforeAll(async () => {
    await writeTiny(directory, tinyProgram.replace("batch     4", "batch     4\n  average   ema(0.9)"));
    await trainTiny(directory);
  });

  it("show lists names, types, shapes, values and the metadata of a run's weights, as text and as JSON", async () => {
    const { status, out } = await fcn(directory, "weights", "show", "run");
    expect(status).toBe(0);
    expect(out).toMatch(/^run\/weights\.safetensors: weights of Tiny, epoch \d, step \d+\n/);
    expect(out).toMatch(/^conv1\.weight +F32 +\[2, 3, 3, 3\] +54$/m);
    expect(out).toMatch(/^\d+ tensors, [\d,]+ values, [\d.]+ k?B$/m);
    expect(out).toMatch(/^ {2}classes +\["background","disc"\]$/m);
    const json = JSON.parse((await fcn(directory, "weights", "show", "run", "--json")).out);
    expect(json).toMatchObject({ file: "run/weights.safetensors", kind: "weights" });
    expect(json.tensors).toContainEqual({
      name: "conv1.weight",
      type: "F32",
      shape: [2, 3, 3, 3],
      values: 54,
    });
    expect(json.metadata.network).toBe("Tiny");
  });

  it("show --statistics gives least, largest, mean and norm, and counts what is not finite", async () => {
    await writeSafetensors(inDirectory("few.safetensors"), {
      weights: new Map([["a", { shape: [4], data: Float32Array.of(3, -4, Number.NaN, 0) }]]),
      metadata: new Map(),
    });
    const words = ["weights", "show", "few.safetensors", "--statistics"];
    expect((await fcn(directory, ...words)).out).toMatch(/^a +F32 +\[4\] +4 +-4 +3 +-0\.3333 +5 +1$/m);
    expect(JSON.parse((await fcn(directory, ...words, "--json")).out).tensors).toEqual([
      {
        ...{ name: "a", type: "F32", shape: [4], values: 4 },
        ...{ min: -4, max: 3, mean: -1 / 3, norm: 5, notFinite: 1 },
      },
    ]);
  });

  it("convert makes of a checkpoint the weights that the run evaluates, with which evaluate works", async () => {
    const words = ["weights", "convert", "run/checkpoint.safetensors", "plain.safetensors"];
    const { status, out, err } = await fcn(directory, ...words);
    expect(status, err).toBe(0);
    expect(out).toBe("plain.safetensors\n");
    expect(err).toContain("the averages over the updates of the checkpoint run/checkpoint.safetensors");
    const checkpoint = await readSafetensors(inDirectory("run/checkpoint.safetensors"));
    const plain = await readSafetensors(inDirectory("plain.safetensors"));
    const average = checkpoint.weights.get(`optimizer/${averageName("conv1.weight")}`);
    expect(average).toBeDefined();
    expect(plain.weights.get("conv1.weight")).toEqual(average);
    expect([...plain.weights.keys()].filter((name) => name.includes("/"))).toEqual([]);
    const evaluated = await fcn(directory, "evaluate", "tiny.fcn", "--weights", "plain.safetensors");
    expect(evaluated, evaluated.err).toMatchObject({ status: 0 });
  });

  it("rename keeps types, values and metadata, in place with --force, and predict reads the result by --map", async () => {
    const tensors = [
      { name: "module.a", type: "I64", shape: [1], bytes: new Uint8Array(8).fill(1) },
      { name: "module.b", type: "F16", shape: [2], bytes: new Uint8Array(4).fill(2) },
      { name: "module.c", type: "F64", shape: [], bytes: new Uint8Array(8).fill(3) },
    ];
    const metadata = new Map([["format", "pt"]]);
    writeFileSync(
      inDirectory("wrapped.safetensors"),
      Buffer.concat([...encodeTensors({ tensors, metadata })]),
    );
    const words = ["weights", "rename", "wrapped.safetensors", "wrapped.safetensors", "--strip", "module."];
    const refused = await fcn(directory, ...words);
    expect(refused).toMatchObject({
      status: 1,
      err: "error: wrapped.safetensors already exists\nhelp: choose another name, or overwrite it with --force\n",
    });
    const { status, err } = await fcn(directory, ...words, "--force");
    expect(status, err).toBe(0);
    expect(err).toBe("3 of 3 tensors renamed: 3 tensors, 4 values, 20 B\n");
    const renamed = tensorsIn("wrapped.safetensors");
    expect(renamed.metadata).toEqual(metadata);
    const plain = renamed.tensors.map((tensor) => ({ ...tensor, bytes: new Uint8Array(tensor.bytes) }));
    expect(plain).toEqual(tensors.map((tensor) => ({ ...tensor, name: tensor.name.slice(7) })));
    expect(readdirSync(directory).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("convert --float32 changes floats alone, and refuses a value that float32 cannot hold", async () => {
    const double = (value: number) => new Uint8Array(Float64Array.of(value).buffer);
    const write = (value: number) =>
      writeFileSync(
        inDirectory("double.safetensors"),
        Buffer.concat([
          ...encodeTensors({
            tensors: [
              { name: "x", type: "F64", shape: [1], bytes: double(value) },
              { name: "n", type: "I64", shape: [1], bytes: new Uint8Array(8) },
            ],
            metadata: new Map(),
          }),
        ]),
      );
    write(0.1);
    const words = ["weights", "convert", "double.safetensors", "single.safetensors", "--float32", "--force"];
    expect(await fcn(directory, ...words)).toMatchObject({ status: 0 });
    expect(tensorsIn("single.safetensors").tensors.map(({ name, type }) => [name, type])).toEqual([
      ["x", "F32"],
      ["n", "I64"],
    ]);
    expect((await readSafetensors(inDirectory("single.safetensors"))).weights.get("x")?.data[0]).toBe(
      Math.fround(0.1),
    );
    write(1e300);
    const { status, err } = await fcn(directory, ...words);
    expect(err).toContain('error: double.safetensors: "x" holds 1e+300, which is too large for float32');
    expect(status).toBe(1);
  });

  it.each([
    [
      ["convert", "run", "o.safetensors"],
      1,
      "run/weights.safetensors is a safetensors file of weights already",
    ],
    [
      ["convert", "run", "o.pth"],
      2,
      "weights are written as safetensors, and o.pth does not end in .safetensors",
    ],
    [["convert", "missing.pth", "o.safetensors"], 1, "missing.pth cannot be read: no such file"],
    [["convert", "run", "no/o.safetensors"], 1, "no/o.safetensors cannot be written: the folder"],
    [["show", "data"], 1, "data is a folder without weights.safetensors"],
    [["show", "run", "--key", "a"], 2, "--key is for files of PyTorch"],
    [["rename", "run", "o.safetensors"], 2, "rename needs new names"],
    [
      ["rename", "run/checkpoint.safetensors", "o.safetensors", "--strip", "x"],
      1,
      "run/checkpoint.safetensors is a checkpoint, and rename",
    ],
  ])("%j is refused with the way out", async (words, status, message) => {
    const run = await fcn(directory, "weights", ...words);
    expect(run.err).toContain(`error: ${message}`);
    expect(run.err).toContain("\nhelp: ");
    expect(run.status).toBe(status);
    expect(existsSync(inDirectory("o.safetensors"))).toBe(false);
  });
});

describe.runIf(await hasTorch())("files of PyTorch", () => {
  beforeAll(() => {
    vi.stubEnv("FCN_PYTHON", python);
    mkdirSync(inDirectory("torch"));
    execFileSync(python, ["-c", made], { cwd: inDirectory("torch") });
  });
  afterAll(() => void vi.unstubAllEnvs());
  const convert = (file: string, ...options: readonly string[]) =>
    fcn(inDirectory("torch"), "weights", "convert", file, "out.safetensors", "--force", ...options);

  it("convert writes names, shapes, types and values as they are, and says what it leaves out", async () => {
    const { status, err } = await convert("nested.pth", "--strip", "module.");
    expect(status, err).toBe(0);
    expect(err).toBe(
      [
        '4 tensors, 11 values, 40 B, from nested.pth, under "state_dict"',
        "not read as weights:",
        "  epoch: 3",
        "  optimizer: 1 tensor",
        "  note: 'best'",
        "  rate: 0.001",
        "  module.odd: tensor of complex64",
        "",
      ].join("\n"),
    );
    const { tensors, metadata } = tensorsIn(join("torch", "out.safetensors"));
    expect(tensors.map(({ name, type, shape }) => [name, type, shape])).toEqual([
      ["conv.weight", "F32", [2, 3]],
      ["conv.half", "F16", [2]],
      ["conv.brain", "BF16", [2]],
      ["bn.num_batches_tracked", "I64", []],
    ]);
    expect(metadata).toEqual(new Map([["format", "pt"]]));
    const values = new Map(tensors.map((tensor) => [tensor.name, valuesOf(tensor)]));
    expect(values.get("conv.weight")).toEqual(Float32Array.of(0, 3, 1, 4, 2, 5)); // a transposed view
    expect(values.get("conv.half")).toEqual(Float32Array.of(0.5, -1.25));
    expect(values.get("conv.brain")).toEqual(Float32Array.of(1.5, -2));
  });

  it.each(["plain.pth", "old-form.pt"])("reads the weights of %s without a key", async (file) => {
    const { out } = await fcn(inDirectory("torch"), "weights", "show", file);
    expect(out).toMatch(new RegExp(`^${file.replace(".", "\\.")}: PyTorch\n`));
    expect(out).toMatch(/^a\.weight +F32 +\[2\] +2$/m);
  });

  it("takes the only mapping with tensors, joins the names of several, and reads the one of --key", async () => {
    const only = await fcn(inDirectory("torch"), "weights", "show", "only.pth", "--json");
    expect(JSON.parse(only.out)).toMatchObject({
      under: "generator",
      tensors: [{ name: "w" }],
      leftOut: [{ name: "rate", what: "0.5" }],
    });
    const two = await fcn(inDirectory("torch"), "weights", "show", "two.pth", "--json");
    expect(JSON.parse(two.out)).toMatchObject({
      under: "",
      tensors: [{ name: "encoder.w" }, { name: "decoder.w" }],
      leftOut: [{ name: "optimizer", what: "1 tensor" }],
    });
    const keyed = await fcn(inDirectory("torch"), "weights", "show", "two.pth", "--json", "--key", "decoder");
    expect(JSON.parse(keyed.out)).toMatchObject({ under: "decoder", tensors: [{ name: "w" }] });
    const wrong = await fcn(inDirectory("torch"), "weights", "show", "two.pth", "--key", "decode");
    expect(wrong.err).toContain('help: choose one of: "encoder", "decoder", "optimizer"');
    expect(wrong.status).toBe(1);
  });

  it("hints at a prefix that every name has", async () => {
    expect((await convert("nested.pth")).err).toContain(
      'every name begins with "module.": --strip module. removes it',
    );
  });

  it.each([
    ["evil.pth", "holds a Python object besides tensors, posix.system"],
    ["evil-old.pth", "holds a Python object besides tensors, posix.system"],
    ["module.pth", "holds a Python object besides tensors, torch.nn.modules.linear.Linear"],
    ["script.pt", "is a TorchScript program: reading its weights would run code of the file"],
    ["archive.pth", "is a tar archive"],
    ["text.pth", "is not a weights file of PyTorch"],
    ["numbers.pth", "holds no tensors with names, but dict of 1"],
    ["list.pth", "holds no tensors with names, but 1 tensor"],
  ])("refuses %s: no code of it is run", async (file, message) => {
    const { status, err } = await convert(file);
    expect(err).toContain(`error: ${file} ${message}`);
    expect(err).toContain("\nhelp: ");
    expect(status).toBe(1);
    expect(existsSync(inDirectory("torch", "ran"))).toBe(false);
  });

  it("imports nothing from the current folder", async () => {
    vi.stubEnv("FCN_PYTHON", "/usr/bin/python3"); // the other has imported PyTorch already
    writeFileSync(inDirectory("torch", "torch.py"), 'open("ran", "w")');
    expect((await convert("plain.pth")).status).toBe(0);
    expect(existsSync(inDirectory("torch", "ran"))).toBe(false);
  });
});

it("names the interpreter that lacks PyTorch, and what adds it", async () => {
  writeFileSync(inDirectory("any.pth"), "");
  const { status, err } = await fcn(directory, "weights", "show", "any.pth", "--python", "/no/python");
  expect(err).toBe(
    "error: any.pth is read by PyTorch, which does not work here: there is no interpreter /no/python\nhelp: name another by --python or FCN_PYTHON\n",
  );
  expect(status).toBe(1);
});

/** Every form of file, and three that would write the file "ran". */
const made = `
import collections, os, pickle, tarfile, torch
state = collections.OrderedDict()
state["module.conv.weight"] = torch.tensor([[0.0, 4.0], [3.0, 2.0], [1.0, 5.0]]).t()
state["module.conv.half"] = torch.tensor([0.5, -1.25]).half()
state["module.conv.brain"] = torch.tensor([1.5, -2.0]).bfloat16()
state["module.bn.num_batches_tracked"] = torch.tensor(7)
state["module.odd"] = torch.ones(2, dtype=torch.complex64)
moments = {"state": {0: {"exp_avg": torch.ones(2)}}}
torch.save({"epoch": 3, "state_dict": state, "optimizer": moments, "note": "best", "rate": 1e-3}, "nested.pth")
plain = {"a.weight": torch.ones(2)}
torch.save(plain, "plain.pth")
torch.save(plain, "old-form.pt", _use_new_zipfile_serialization=False)
torch.save({"rate": 0.5, "generator": {"w": torch.ones(1)}}, "only.pth", _use_new_zipfile_serialization=False)
one = {"w": torch.ones(1)}
torch.save({"encoder": one, "decoder": one, "optimizer": moments}, "two.pth")
class Evil:
    def __reduce__(self):
        return os.system, ("touch ran",)
torch.save({"a": torch.ones(1), "evil": Evil()}, "evil.pth")
torch.save({"a": torch.ones(1), "evil": Evil()}, "evil-old.pth", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(2, 2), "module.pth")
torch.jit.script(torch.nn.Linear(2, 2)).save("script.pt")
with tarfile.open("archive.pth", "w") as archive:
    open("storages", "wb").write(pickle.dumps(Evil()))
    archive.add("storages")
open("text.pth", "w").write("not a file of PyTorch")
torch.save({"epoch": 1}, "numbers.pth")
torch.save([torch.ones(1)], "list.pth")
`;
