/** torchvision's names of the layers of the networks of inverted residual blocks. */

/** A convolution and its normalisation, the first two of a sequence. */
const normalised = (path: string): readonly string[] => [`${path}.0`, `${path}.1`];

const counted = <T>(count: number, of: (place: number) => readonly T[]): readonly T[] =>
  Array.from({ length: count }, (_, place) => of(place)).flat();

/** @param blocks of each stage */
export function mobilenetV2(blocks: readonly number[]): readonly string[] {
  const count = blocks.reduce((sum, each) => sum + each, 0);
  return [
    ...normalised("features.0"),
    ...counted(count, (place) => {
      const path = `features.${place + 1}.conv`;
      // The first block does not expand.
      const before = place === 0 ? 1 : 2;
      return [
        ...counted(before, (i) => normalised(`${path}.${i}`)),
        `${path}.${before}`,
        `${path}.${before + 1}`,
      ];
    }),
    ...normalised(`features.${count + 1}`),
  ];
}

/** @param squeezing the blocks that have squeeze and excitation */
export function mobilenetV3(count: number, squeezing: readonly number[]): readonly string[] {
  return [
    ...normalised("features.0"),
    ...counted(count, (place) =>
      invertedBlock(`features.${place + 1}.block`, place > 0, squeezing.includes(place)),
    ),
    ...normalised(`features.${count + 1}`),
  ];
}

/** @param blocks of each stage */
export function efficientnet(blocks: readonly number[]): readonly string[] {
  return [
    ...normalised("features.0"),
    ...blocks.flatMap((count, stage) =>
      counted(count, (i) => invertedBlock(`features.${stage + 1}.${i}.block`, stage > 0, true)),
    ),
    ...normalised(`features.${blocks.length + 1}`),
  ];
}

function invertedBlock(path: string, expands: boolean, squeezes: boolean): readonly string[] {
  const depthwise = expands ? 1 : 0;
  const squeeze = `${path}.${depthwise + 1}`;
  return [
    ...(expands ? normalised(`${path}.0`) : []),
    ...normalised(`${path}.${depthwise}`),
    ...(squeezes ? [`${squeeze}.fc1`, `${squeeze}.fc2`] : []),
    ...normalised(`${path}.${depthwise + (squeezes ? 2 : 1)}`),
  ];
}
