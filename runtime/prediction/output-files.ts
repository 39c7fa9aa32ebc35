/** The files that a prediction writes for each image, planned before the first is written. */
import { basename, extname, join, resolve } from "node:path";
import { UserError } from "../user-error.ts";

export interface OutputFiles {
  readonly labels: string;
  readonly overlay: string;
  /** In class order; empty when probabilities are not wanted. */
  readonly probabilities: readonly string[];
}

export interface ImagePlan {
  readonly image: string;
  /** One for each output of the network. */
  readonly outputs: readonly OutputFiles[];
}

/**
 * NAME.labels.png, NAME.overlay.png and NAME.probability-CLASS.png; with several outputs, NAME.OUTPUT.labels.png and so on.
 * @param names outputs of the network; classes whose probabilities are wanted
 * @throws UserError when two images would write the same file, or one that is an input
 */
export function planOutputs(
  images: readonly string[],
  folder: string,
  names: { readonly outputs: readonly string[]; readonly classes: readonly string[] },
): readonly ImagePlan[] {
  const inputs = new Set(images.map((image) => resolve(image)));
  const taken = new Map<string, string>();
  return images.map((image) => {
    const stem = basename(image, extname(image));
    const outputs = names.outputs.map((output) =>
      filesOf(join(folder, names.outputs.length > 1 ? `${stem}.${output}` : stem), names.classes),
    );
    for (const file of outputs.flatMap(({ labels, overlay, probabilities }) => [
      labels,
      overlay,
      ...probabilities,
    ])) {
      const path = resolve(file);
      if (inputs.has(path)) {
        throw new UserError(
          `${image} would be labelled into ${file}, which is itself an input`,
          "choose another --out",
        );
      }
      const other = taken.get(path);
      if (other !== undefined) {
        throw new UserError(
          `${other} and ${image} would both be labelled into ${file}`,
          "give images of different names, or label them into different folders",
        );
      }
      taken.set(path, image);
    }
    return { image, outputs };
  });
}

function filesOf(start: string, classes: readonly string[]): OutputFiles {
  return {
    labels: `${start}.labels.png`,
    overlay: `${start}.overlay.png`,
    probabilities: classes.map(
      (name) => `${start}.probability-${name.replace(/[^\p{L}\p{N}_-]+/gu, "_")}.png`,
    ),
  };
}
