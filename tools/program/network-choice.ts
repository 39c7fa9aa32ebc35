/** Which network of a program is meant, and its parameters. */
export interface NetworkChoice {
  readonly network?: string | undefined;
  /** Parameters of the network, by name, in the language's own text. */
  readonly set: ReadonlyMap<string, string>;
}
