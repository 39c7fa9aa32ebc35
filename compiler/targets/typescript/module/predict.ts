/** The body of `predict`: an image is fitted to an accepted size, and the outputs are read at its pixels. */
import { identifier } from "../body/names.ts";
import type { ModuleFacts } from "./facts.ts";

export function predictStatements({ inputs, graph, labelled, grids }: ModuleFacts): string {
  const single = inputs.length === 1;
  const [first] = inputs;
  const sized = identifier(first.attributes.name);
  const pixelsOf = (name: string): string => (name === sized ? "pixels" : `${name}Pixels`);
  const images = inputs.map(({ attributes: { name: input, channels } }) => {
    const name = identifier(input);
    return `const ${pixelsOf(name)} = imageTensor(${single ? name : `images.${name}`}, ${channels});`;
  });
  const fitted = (name: string) => `fitted(${pixelsOf(name)}, this.normalisation.${name}, rows, columns)`;
  const named = inputs.map(({ attributes: { name } }) => identifier(name));
  const given = single ? fitted(sized) : `{ ${named.map((name) => `${name}: ${fitted(name)}`).join(", ")} }`;
  const { size } = first.attributes;
  const square = size[0].symbol !== undefined && size[0].symbol === size[1].symbol;
  const gridsAt = (axis: 0 | 1): string => {
    const entries = grids.map(({ output, grids: both }) => {
      const { positions, stride, offset } = both[axis];
      return `${identifier(output.name)}: { positions: ${positions}, stride: ${stride}, offset: ${offset} }`;
    });
    const parameter = entries.some((entry) => /\bsize\b/.test(entry)) ? "size" : "";
    return `(${parameter}) => ({ ${entries.join(", ")} })`;
  };
  const read = graph.outputs.map(({ name: output }) => {
    const name = identifier(output);
    return labelled.has(output)
      ? `${name}: tf.gather(tf.gather(chosenClasses(outputs.${name}), nearestPositions(height, rows.before, rows.grids.${name}), 0), nearestPositions(width, columns.before, columns.grids.${name}), 1)`
      : `${name}: tf.squeeze<tf.Tensor3D>(alongAxes(outputs.${name}, betweenPositions(height, rows.before, rows.grids.${name}), betweenPositions(width, columns.before, columns.grids.${name})), [0])`;
  });
  return [
    "return tf.tidy(() => {",
    ...images,
    "const [height, width] = pixels.shape;",
    `const rows = fit(${square ? "Math.max(height, width)" : "height"}, acceptedSizes.${sized}[0], ${gridsAt(0)});`,
    `const columns = fit(${square ? "Math.max(height, width)" : "width"}, acceptedSizes.${sized}[1], ${gridsAt(1)});`,
    `const outputs = this.apply(${given});`,
    `return { ${read.join(", ")} };`,
    "});",
  ].join("\n");
}
