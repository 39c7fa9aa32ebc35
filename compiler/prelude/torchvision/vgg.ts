/** torchvision's names of the layers of VGG with batch normalisation: places in one sequence of layers. */

/** @param convolutions of each of the five stages */
export function vgg(convolutions: readonly number[]): readonly string[] {
  const layers: string[] = [];
  let place = 0;
  for (const count of convolutions) {
    for (let i = 0; i < count; i++) {
      layers.push(`features.${place}`, `features.${place + 1}`);
      place += 3; // convolution, normalisation, rectifier
    }
    place += 1; // the pool
  }
  return layers;
}
