/** How torchvision's weights expect an image: RGB from 0 to 1, normalised by the mean and deviation of ImageNet. */
import type { Graph } from "../../network/graph.ts";
import { guideInput } from "../../network/guide-input.ts";
import type { TorchvisionPart } from "./weight-names.ts";

/** Of red, green and blue from 0 to 1 (torchvision.transforms._presets, ImageClassification and SemanticSegmentation). */
export const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** What an encoder reads. */
export interface EncoderInput {
  /** The input, where the encoder reads it as it is or cropped, padded or resampled. */
  readonly input: string | undefined;
  /** The layer before the encoder. */
  readonly reads: string;
  readonly channels: number;
  /** Whether that is an image of three channels, which torchvision's weights expect to be normalised by ImageNet. */
  readonly isColour: boolean;
}

export function encoderInput({ nodes }: Graph, { first }: Pick<TorchvisionPart, "first">): EncoderInput {
  const id = first.inputs[0] ?? -1;
  const input = guideInput((node) => nodes[node], id).input?.attributes.name;
  const { name: reads = "", map: { channels } = { channels: 0 } } = nodes[id] ?? {};
  return { input, reads, channels, isColour: input !== undefined && channels === 3 };
}

/** The inputs that are normalised by ImageNet where these encoders have torchvision's weights. */
export function imagenetInputs(graph: Graph, encoders: readonly TorchvisionPart[]): ReadonlySet<string> {
  return new Set(
    encoders.flatMap((encoder) => {
      const { input, isColour } = encoderInput(graph, encoder);
      return input !== undefined && isColour ? [input] : [];
    }),
  );
}
