/** Graphviz compiled to WebAssembly, for machines without the program. Loaded only when it is needed. */

/** @throws Error when Graphviz refuses the text. */
export async function renderSvgInWebAssembly(dot: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const graphviz = await instance();
  return graphviz.renderString(dot, { format: "svg", engine: "nop2" });
}
