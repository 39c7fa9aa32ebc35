/** The Python interpreter in which PyTorch runs: where it is, what it has, and what adds what it lacks. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../user-error.ts";

export interface Interpreter {
  /** As it was asked for or found: a path or a name on the path. */
  readonly command: string;
  /** "--python", "FCN_PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX", "PATH". */
  readonly from: string;
}

export interface TorchDevice {
  readonly kind: "cuda" | "mps";
  readonly name: string;
}

export type TorchReport =
  | {
      readonly works: true;
      readonly interpreter: Interpreter;
      /** Versions: "3.11.2", "1.13.0". */
      readonly python: string;
      readonly torch: string;
      /** On which a small sum was computed; empty: the CPU alone. */
      readonly devices: readonly TorchDevice[];
    }
  | {
      readonly works: false;
      readonly interpreter: Interpreter;
      readonly reason: string;
      /** The command that adds what is missing. */
      readonly remedy: string;
    };

/** What is imported by an emitted package. */
const needed = ["torch", "numpy", "PIL"] as const;
const packages: Readonly<Record<string, string>> = { torch: "torch", numpy: "numpy", PIL: "pillow" };
const debian: Readonly<Record<string, string>> = {
  torch: "python3-torch",
  numpy: "python3-numpy",
  PIL: "python3-pil",
};

/** A device that cannot add two numbers is none: a driver may be too old for the PyTorch that is installed. */
const question = `
import sys
sys.path[:] = [place for place in sys.path if place not in ("", ".")]
import importlib, json
found = {"python": sys.version.split()[0], "missing": [], "devices": []}
for name in ${JSON.stringify(needed)}:
    try:
        importlib.import_module(name)
    except ImportError:
        found["missing"].append(name)
if "torch" not in found["missing"]:
    import torch
    found["torch"] = str(torch.__version__)
    places = [("cuda", i) for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    mps = getattr(torch.backends, "mps", None)
    if mps is not None and mps.is_available():
        places.append(("mps", 0))
    for kind, index in places:
        try:
            place = torch.device(kind, index)
            if float((torch.ones(2, device=place) + 1).sum()) == 4:
                name = torch.cuda.get_device_name(index) if kind == "cuda" else "Metal"
                found["devices"].append({"kind": kind, "name": name})
        except RuntimeError:
            pass
print(json.dumps(found))
`;

let named: string | undefined;

/** `--python`: for what this process starts from now on. */
export function setInterpreter(command: string): void {
  named = command;
}

/** The first that is asked for or active: --python, FCN_PYTHON, the active environment, python3. */
export function findInterpreter(
  asked: string | undefined = named,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Interpreter {
  if (asked !== undefined) return { command: asked, from: "--python" };
  const { FCN_PYTHON: own, VIRTUAL_ENV: virtual, CONDA_PREFIX: conda } = environment;
  if (own) return { command: own, from: "FCN_PYTHON" };
  for (const [from, folder] of [
    ["VIRTUAL_ENV", virtual],
    ["CONDA_PREFIX", conda],
  ] as const) {
    const command = folder && join(folder, "bin", "python");
    if (command && existsSync(command)) return { command, from };
  }
  return { command: "python3", from: "PATH" };
}

const known = new Map<string, Promise<TorchReport>>();

/** Asked once a process: PyTorch takes seconds to load. */
export function examineTorch(interpreter: Interpreter): Promise<TorchReport> {
  const report = known.get(interpreter.command) ?? examined(interpreter);
  known.set(interpreter.command, report);
  return report;
}

async function examined(interpreter: Interpreter): Promise<TorchReport> {
  const { command } = interpreter;
  let found: Found;
  try {
    const { stdout } = await promisify(execFile)(command, ["-c", question]);
    found = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Found; // printed by the question
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return {
      works: false,
      interpreter,
      reason: missing
        ? `there is no interpreter ${command}`
        : `${command} cannot be asked: ${saidLast(error)}`,
      remedy:
        missing && interpreter.from === "PATH" ? installPython() : "name another by --python or FCN_PYTHON",
    };
  }
  const { python, torch, devices, missing } = found;
  if (torch !== undefined && missing.length === 0)
    return { works: true, interpreter, python, torch, devices };
  return {
    works: false,
    interpreter,
    reason: `Python ${python} (${command}) lacks ${missing.map((name) => packages[name] ?? name).join(", ")}`,
    remedy: remedyFor(interpreter, missing),
  };
}

interface Found {
  readonly python: string;
  readonly torch?: string;
  readonly devices: readonly TorchDevice[];
  readonly missing: readonly string[];
}

/** Debian's own interpreter takes Debian's packages; every other has pip. */
function remedyFor({ command }: Interpreter, missing: readonly string[]): string {
  if (command === "/usr/bin/python3")
    return `apt-get install ${missing.map((name) => debian[name] ?? name).join(" ")}`;
  return `${command} -m pip install ${missing.map((name) => packages[name] ?? name).join(" ")}`;
}

function installPython(): string {
  return process.platform === "darwin" ? "brew install python" : "apt-get install python3-torch python3-pil";
}

/** An exception of Python ends with what was wrong. */
function saidLast(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr : "";
  return said.trim().split("\n").at(-1) || (error.message.split("\n")[0] ?? error.message);
}

/**
 * @param fails what does not work without it
 * @param otherwise the way out beside the command that adds it
 * @throws UserError when it lacks something, with the command that adds it
 */
export async function workingTorch(
  asked: string | undefined,
  fails = "engine torch does not work here",
  otherwise = "; or use another engine",
): Promise<Extract<TorchReport, { works: true }>> {
  const report = await examineTorch(findInterpreter(asked));
  if (report.works) return report;
  throw new UserError(`${fails}: ${report.reason}`, report.remedy + otherwise);
}

/** "PyTorch 1.13.0, Python 3.11.2". */
export function describeTorch({ torch, python }: Extract<TorchReport, { works: true }>): string {
  return `PyTorch ${torch}, Python ${python}`;
}

/** "NVIDIA H100", "2 × NVIDIA H100", "CPU". */
export function describeDevices({ devices }: Extract<TorchReport, { works: true }>): string {
  const [first] = devices;
  if (first === undefined) return "CPU";
  return devices.length === 1 ? first.name : `${devices.length} × ${first.name}`;
}
