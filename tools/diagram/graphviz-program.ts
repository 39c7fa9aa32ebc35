/** The installed Graphviz program, without a shell. */
import { spawn } from "node:child_process";

/**
 * `undefined` where no program `dot` is on the PATH.
 *
 * @throws Error with what the program said, when it fails.
 */
export function runGraphviz(dot: string, format: "svg" | "pdf"): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn("dot", [`-T${format}`], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => out.push(part));
    child.stderr.on("data", (part: Buffer) => said.push(part));
    // A program that ends before it has read everything closes the pipe; its exit code tells.
    child.stdin.on("error", () => undefined);
    child.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? resolve(undefined) : reject(error),
    );
    child.on("close", (code) => {
      if (code === 0) resolve(withoutDate(Buffer.concat(out)));
      else
        reject(
          new Error(`dot failed with exit code ${code}: ${Buffer.concat(said).toString("utf8").trim()}`),
        );
    });
    child.stdin.end(dot);
  });
}

/** A PDF carries its time of creation. Set to the epoch, in as many bytes, the same figure is the same file. */
function withoutDate(file: Buffer): Uint8Array {
  const key = "/CreationDate (D:";
  const epoch = "19700101000000";
  const at = file.indexOf(key);
  if (file.subarray(0, 5).toString("latin1") === "%PDF-" && at >= 0)
    file.write(epoch, at + key.length, "latin1");
  return new Uint8Array(file);
}
