/** What the programs of a runnable project are written from. */

export interface RunnableFacts {
  readonly className: string;
  readonly input: string;
  readonly field: string;
  readonly channels: number;
  readonly classes: number;
  readonly epochs: number;
  readonly batch: number;
  readonly grids: readonly [string, string];
  /** Entries of a table; `undefined`: the value is the class. */
  readonly labels: string | undefined;
  readonly learningRate: string;
  /** A schedule that waits for validations. */
  readonly plateau: { readonly patience: number } | undefined;
  readonly crop: string;
  readonly seed: number;
}
