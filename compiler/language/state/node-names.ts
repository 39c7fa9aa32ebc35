/** Names of nodes: the source's own where it gives one, else the operation with its ordinal in the block: "vgg.conv3". */
export class NodeNames {
  readonly #taken = new Set<string>();
  readonly #ordinals = new Map<string, number>();

  /** The next ordinal of `word` under `prefix`, from 1. */
  ordinal(prefix: string, word: string): number {
    const key = prefix + word;
    const next = (this.#ordinals.get(key) ?? 0) + 1;
    this.#ordinals.set(key, next);
    return next;
  }

  /** `prefix + label` when it is free, else the word with the next free ordinal. */
  claim(prefix: string, label: string | undefined, word: string): string {
    if (label !== undefined && this.#take(prefix + label)) return prefix + label;
    for (;;) {
      const name = `${prefix}${word}${this.ordinal(prefix, word)}`;
      if (this.#take(name)) return name;
    }
  }

  #take(name: string): boolean {
    if (this.#taken.has(name)) return false;
    this.#taken.add(name);
    return true;
  }
}
