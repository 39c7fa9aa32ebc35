/** A process of Python that holds a network: requests one after the other, each a line of JSON and values of 32 bits. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { UserError } from "../../user-error.ts";

export interface SentArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface Answer {
  /** Beside the arrays. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly arrays: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Characters of standard error that are kept. */
const keptErrors = 2000;

export class TorchServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #parts: Buffer[] = [];
  #length = 0;
  #errors = "";
  #ended: Error | undefined;

  /** @param folder in which Python finds the package */
  constructor(python: string, folder: string, program: string, options: readonly string[]) {
    this.#child = spawn(python, ["-c", program, ...options], { cwd: folder, stdio: "pipe" });
    this.#child.stdout.on("data", (part: Buffer) => {
      this.#parts.push(part);
      this.#length += part.length;
      this.#read();
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-keptErrors);
    });
    this.#child.stdin.on("error", () => {}); // told by "close"
    this.#child.on("error", (error) => this.#end(error));
    this.#child.on("close", (status, signal) => {
      const raised = this.#errors.split("\n").findLast((line) => /^\w+(Error|Exception)\b/.test(line));
      const how = signal === null ? `with status ${status}` : `by ${signal}`;
      this.#end(
        new UserError(
          `the process of PyTorch ended ${how}${raised === undefined ? "" : `: ${raised}`}`,
          "see `fcn doctor`, or use another engine",
        ),
      );
    });
  }

  /** @throws UserError when the process ended; Error with what PyTorch said */
  ask(request: Readonly<Record<string, unknown>>, arrays: readonly SentArray[]): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      const entries = arrays.map(({ name, shape, data }) => ({
        name,
        shape,
        type: data instanceof Int32Array ? "<i4" : "<f4",
      }));
      this.#child.stdin.write(`${JSON.stringify({ ...request, arrays: entries })}\n`);
      for (const { data } of arrays)
        this.#child.stdin.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    });
  }

  close(): void {
    this.#ended ??= new Error("the session is closed");
    this.#child.stdin.end();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }

  /** Takes whole answers from what has come. */
  #read(): void {
    for (;;) {
      const [first] = this.#parts;
      if (first === undefined) return;
      let bytes = first;
      let end = bytes.indexOf(0x0a);
      if (end < 0 && this.#parts.length > 1) {
        bytes = this.#joined();
        end = bytes.indexOf(0x0a);
      }
      if (end < 0) return;
      const header = JSON.parse(bytes.toString("utf8", 0, end)) as Header; // written by the program
      const sizes = header.arrays.map(
        ({ shape }) => 4 * shape.reduce((product, extent) => product * extent, 1),
      );
      const whole = end + 1 + sizes.reduce((sum, size) => sum + size, 0);
      if (this.#length < whole) return;
      bytes = this.#joined();
      let at = end + 1;
      const arrays = header.arrays.map(({ name, shape }, place) => {
        const size = sizes[place] ?? 0;
        const copy = new Uint8Array(bytes.subarray(at, at + size));
        at += size;
        return [name, { shape, data: new Float32Array(copy.buffer) }] as const;
      });
      const rest = bytes.subarray(whole);
      this.#parts = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
      const waiting = this.#waiting.shift();
      if (typeof header.error === "string") waiting?.reject(new Error(header.error));
      else waiting?.resolve({ header, arrays: new Map(arrays) });
    }
  }

  #joined(): Buffer {
    const bytes =
      this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [bytes];
    return bytes;
  }
}

interface Header extends Record<string, unknown> {
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[];
}
