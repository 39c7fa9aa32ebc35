/** torchvision's names of the layers of VGG, with or without batch normalisation: places in one sequence of layers. */

/** @param convolutions of each of the five stages */
export function vgg(convolutions: readonly number[], normalised = true): readonly string[] {
  const layers: string[] = [];
  let place = 0;
  for (const count of convolutions) {
    for (let i = 0; i < count; i++) {
      layers.push(`features.${place}`, ...(normalised ? [`features.${place + 1}`] : []));
      place += normalised ? 3 : 2; // convolution, normalisation, rectifier
    }
    place += 1; // the pool
  }
  return layers;
}
