/** A function or class of `layers.py`, which a package has where its network needs it. */
export interface Helper<Name extends string> {
  readonly needs: readonly Name[];
  /** Formatted as black does. */
  readonly text: string;
}
