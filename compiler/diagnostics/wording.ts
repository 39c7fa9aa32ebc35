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
