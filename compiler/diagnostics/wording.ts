/** The text of one kind of diagnostic. Catalogues map a code to the function that turns its facts into text. */
export type Severity = "error" | "warning" | "information";

export interface Wording {
  /** Left out: error. */
  readonly severity?: Severity;
  /** One sentence without a full stop, in lower case, naming what is wrong. */
  readonly message: string;
  /** A few words below the underline. */
  readonly label?: string;
  /** How to fix it. */
  readonly help?: string;
}

/** A join as what is done: "add", "take the maximum of". */
export function joining(join: string): string {
  return join === "maximum" || join === "minimum" ? `take the ${join} of` : join;
}
