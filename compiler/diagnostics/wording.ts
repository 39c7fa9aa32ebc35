/** How one kind of mistake is said. Catalogues are tables from a code to the function that words its facts. */
export type Severity = "error" | "warning" | "information";

export interface Wording {
  /** Left out: error. */
  readonly severity?: Severity;
  /** One sentence without a full stop, in lower case, naming what is wrong. */
  readonly message: string;
  /** A few words for under the underline. */
  readonly label?: string;
  /** The way out. */
  readonly help?: string;
}
