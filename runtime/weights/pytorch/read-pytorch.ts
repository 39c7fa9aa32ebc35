/** Tensors of files that `torch.save` wrote, by the found interpreter: weights alone, and no code of the file is run. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { reasonOf } from "../../files/file-error.ts";
import { findInterpreter, type Interpreter, workingTorch } from "../../python/interpreter.ts";
import { UserError } from "../../user-error.ts";
import { quoteName } from "../quote-name.ts";
import { decodeTensors, type StoredTensor } from "../tensor-file.ts";
import { readText } from "./read-text.ts";

export interface PyTorchFile {
  readonly tensors: readonly StoredTensor[];
  /** The keys that lead to the weights, "state_dict"; "": they are not nested. */
  readonly under: string;
  /** What is no tensor, or belongs to training alone. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly name: string;
  /** In a few words: "12", "122 tensors", "tensor of complex64". */
  readonly what: string;
}

/**
 * @param key the mapping to read, where a file has several; left out: the usual place, else the only one
 * @throws UserError naming the file: it cannot be read, holds objects of Python besides tensors, or there is no PyTorch that reads
 *   weights alone
 */
export async function readPyTorchFile(file: string, key = ""): Promise<PyTorchFile> {
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw new UserError(`${file} cannot be read: ${reasonOf(error)}`);
  });
  const interpreter = findInterpreter();
  const { status, output, errors } = await runPython(interpreter, [file, key]);
  if (status !== 0) throw await refusalOf(file, interpreter, status, errors);
  const { tensors, metadata } = decodeTensors(output, file);
  const report = JSON.parse(metadata.get("report") ?? "") as Report; // printed by the program
  return {
    tensors,
    under: report.under,
    leftOut: report.left_out.map(([name, what]) => ({ name, what })),
  };
}

interface Report {
  readonly under: string;
  readonly left_out: readonly (readonly [name: string, what: string])[];
}

interface Ended {
  /** A text where the interpreter could not be started. */
  readonly status: number | string;
  readonly output: Buffer;
  readonly errors: string;
}

function runPython({ command }: Interpreter, options: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { encoding: "buffer", maxBuffer: Number.POSITIVE_INFINITY } as const;
    execFile(command, ["-c", readText, ...options], settings, (error, output, errors) =>
      resolve({
        status: error === null ? 0 : (error.code ?? error.signal ?? 1),
        output,
        errors: errors.toString("utf8"),
      }),
    );
  });
}

async function refusalOf(
  file: string,
  interpreter: Interpreter,
  status: Ended["status"],
  errors: string,
): Promise<Error> {
  const last = errors.trim().split("\n").at(-1) ?? "";
  const refusal = status === 3 ? (JSON.parse(last) as Refusal) : undefined; // printed by the program
  switch (refusal?.refused) {
    case undefined:
      if (typeof status !== "string" || status.startsWith("SIG"))
        return new UserError(
          `${file} cannot be read: Python ended with ${typeof status === "string" ? status : `status ${status}`}${last === "" ? "" : `: ${last}`}`,
          "a file needs about three times its size of memory",
        );
      return lacking(file);
    case "import":
      return lacking(file);
    case "version":
      return new UserError(
        `${file} cannot be read safely: PyTorch ${refusal.detail} (${interpreter.command}) cannot load weights alone`,
        "use PyTorch 1.13 or newer: name its interpreter by --python or FCN_PYTHON",
      );
    case "tar":
      return new UserError(
        `${file} is a tar archive, of PyTorch before 0.1.10 or of other files; weights alone cannot be read from it`,
        "unpack it, or save the weights again with a newer PyTorch: torch.save(model.state_dict(), FILE)",
      );
    case "script":
      return new UserError(
        `${file} is a TorchScript program: reading its weights would run code of the file`,
        `save the weights alone where it was made: ${saving}`,
      );
    case "object":
      return new UserError(
        `${file} holds a Python object besides tensors, ${refusal.detail}: reading it would run code of the file`,
        `save the weights alone where it was made: ${saving}`,
      );
    case "key": {
      const known = Array.isArray(refusal.detail)
        ? refusal.detail.map((name) => quoteName(String(name)))
        : [];
      return new UserError(
        `${file} has no weights under that key`,
        known.length === 0 ? "leave --key out" : `choose one of: ${known.join(", ")}`,
      );
    }
    case "empty":
      return new UserError(
        `${file} holds no tensors with names, but ${refusal.detail}`,
        `save them under their names: ${saving}`,
      );
    case "twice":
      return new UserError(
        `${file} has tensors whose names cannot be kept: ${quoteName(String(refusal.detail))}`,
        "choose one of its parts with --key",
      );
    case "unreadable":
      return new UserError(
        `${file} is not a weights file of PyTorch: ${refusal.detail}`,
        "give a .safetensors file, or one that torch.save wrote",
      );
  }
}

const saving = 'torch.save(model.state_dict(), "weights.pth")';

interface Refusal {
  readonly refused:
    | "import"
    | "version"
    | "tar"
    | "script"
    | "object"
    | "key"
    | "empty"
    | "twice"
    | "unreadable";
  readonly detail: unknown;
}

/** What the interpreter lacks, with the command that adds it. */
async function lacking(file: string): Promise<Error> {
  try {
    await workingTorch(undefined, `${file} is read by PyTorch, which does not work here`, "");
  } catch (error) {
    if (error instanceof UserError) return new UserError(error.message, error.help);
    throw error;
  }
  return new Error("PyTorch works and cannot be imported");
}
