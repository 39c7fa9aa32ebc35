/** torchvision's names of the layers of a ResNet and ResNeXt. */

/** @param blocks of each of the four stages */
export function resnet(blocks: readonly number[], kind: "basic" | "bottleneck"): readonly string[] {
  const convolutions = kind === "basic" ? [1, 2] : [1, 2, 3];
  const stages = blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => {
      const block = `layer${stage + 1}.${i}`;
      // The first stage of basic blocks has the channels and the resolution of the stem.
      const projects = i === 0 && !(kind === "basic" && stage === 0);
      return [
        ...convolutions.flatMap((place) => [`${block}.conv${place}`, `${block}.bn${place}`]),
        ...(projects ? [`${block}.downsample.0`, `${block}.downsample.1`] : []),
      ];
    }).flat(),
  );
  return ["conv1", "bn1", ...stages];
}
