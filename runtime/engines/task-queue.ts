/** Tasks that run one after another, in the order in which they were asked for. */

export class TaskQueue {
  readonly #refusal: string;
  /** The task that runs, after which the next one does. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @param refusal the message of a task's error after `close` */
  constructor(refusal: string) {
    this.#refusal = refusal;
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error(this.#refusal));
    const run = this.#last.then(() => {
      if (this.#closed) throw new Error(this.#refusal);
      return task();
    });
    this.#last = run.catch(() => undefined); // its caller receives the error; the next task starts all the same
    return run;
  }

  /** @param release called once, after the task that may be running */
  close(release: () => void): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#last.then(release);
  }
}
