/** A process of Python that trains as many steps as it is asked for, and waits between (rounds.py). */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";

/** What the steps of a request took. */
export interface Taken {
  /** On the clock. */
  readonly seconds: number;
  /** Of all threads. */
  readonly processor: number;
  readonly images: number;
}

export class PacedProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  readonly #script: string;

  /** @param folder the working directory */
  constructor(python: string, script: string, folder: string) {
    this.#script = script;
    const child = spawn(python, [script], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    child.on("error", () => {}); // its output ends
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** @throws Error when the process has ended */
  async ask<T extends Taken>(request: object): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true)
      throw new Error(`${this.#script} ended; Debian's python3-torch and python3-pil are needed`);
    return JSON.parse(value) as T; // printed by rounds.py
  }

  end(): void {
    this.#child.stdin?.end();
    this.#lines.close();
  }
}
