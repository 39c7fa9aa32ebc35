/** Names of the members of a family: `level[0]`, `node[0,2]`; of feature maps, and of outputs. */

/** The indices as a member's name has them: "0,2". */
export function indexText(indices: readonly number[]): string {
  return indices.join(",");
}

/** @param indices empty: the name alone */
export function memberName(family: string, indices: readonly number[]): string {
  return indices.length === 0 ? family : `${family}[${indexText(indices)}]`;
}

/** "side" of "side[1]"; `undefined` for a name without an index. */
export function familyOf(name: string): string | undefined {
  const bracket = name.indexOf("[");
  return bracket < 0 ? undefined : name.slice(0, bracket);
}

/** What outputs are called in names of files: "side_1" for `side[1]`, because shells read brackets as a pattern. All differ. */
export function fileNamesOf(outputs: readonly string[]): readonly string[] {
  const taken = new Set(outputs.filter((name) => familyOf(name) === undefined));
  return outputs.map((name) => {
    if (familyOf(name) === undefined) return name;
    let plain = name.replace("]", "").replaceAll(/[[,]/g, "_");
    while (taken.has(plain)) plain += "_";
    taken.add(plain);
    return plain;
  });
}
