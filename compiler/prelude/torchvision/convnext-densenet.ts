/** torchvision's names of the layers of ConvNeXt and of DenseNet. */

/** @param blocks of each stage */
export function convnext(blocks: readonly number[]): readonly string[] {
  const stages = blocks.flatMap((count, stage) => {
    // Between two stages: a normalisation and a convolution.
    const between = stage === 0 ? [] : [`features.${2 * stage}.0`, `features.${2 * stage}.1`];
    const within = Array.from({ length: count }, (_, i) => {
      const path = `features.${2 * stage + 1}.${i}`;
      return [`${path}.block.0`, `${path}.block.2`, `${path}.block.3`, `${path}.block.5`, path];
    });
    return [...between, ...within.flat()];
  });
  return ["features.0.0", "features.0.1", ...stages];
}

/** @param layers of each dense block */
export function densenet(layers: readonly number[]): readonly string[] {
  const blocks = layers.flatMap((count, block) => {
    const transition = `features.transition${block}`;
    const within = Array.from({ length: count }, (_, i) => {
      const path = `features.denseblock${block + 1}.denselayer${i + 1}`;
      return [`${path}.norm1`, `${path}.conv1`, `${path}.norm2`, `${path}.conv2`];
    });
    return [...(block === 0 ? [] : [`${transition}.norm`, `${transition}.conv`]), ...within.flat()];
  });
  return ["features.conv0", "features.norm0", ...blocks, "features.norm5"];
}
