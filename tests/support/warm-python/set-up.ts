/** Before all tests: an interpreter for them in which PyTorch is imported once, by the first that asks for it. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { warmPython } from "../../../tools/verify/targets/pytorch-driver.ts";

/** One for all projects: the processes of the tests inherit the name of the interpreter. */
export default function setUp(): (() => void) | undefined {
  if (process.env[warmPython] !== undefined || process.platform !== "linux") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "fcn-warm-python-"));
  for (const file of ["interpreter.py", "server.py"])
    copyFileSync(join(import.meta.dirname, file), join(folder, file));
  writeFileSync(join(folder, "owner"), String(process.pid));
  const interpreter = join(folder, "interpreter.py");
  process.env[warmPython] = interpreter;
  process.env.PYTHON_EXEC = interpreter; // what torchrun starts
  return () => {
    delete process.env[warmPython];
    delete process.env.PYTHON_EXEC;
    rmSync(folder, { recursive: true, force: true });
  };
}
