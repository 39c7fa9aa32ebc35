/** A function that an emitted module contains where its network needs it: its text, and the helpers that it calls. */
export interface Helper<N extends string = string> {
  readonly needs: readonly N[];
  /** The helper that a module does not contain beside this one: this one declares the same, and more. */
  readonly replaces?: N;
  /** TypeScript, documented; formatted with the module. */
  readonly text: string;
}
