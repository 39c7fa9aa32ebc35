/** Normalisation, dropout and softmax. */
import type { ImageNormalisationAttributes } from "../../../ops/attributes.ts";
import type { HelperName } from "../layers/registry.ts";
import { type Argument, expression, type Layer, moduleHole, newHole, type Row } from "../row.ts";
import { channelsInto, frozenIf } from "./convolution.ts";
import { count, floatArgument, truthArgument } from "./notation.ts";

interface Affine {
  readonly scale: boolean;
  readonly shift: boolean;
}

/** PyTorch's momentum is the share of the new statistics, ours that of the old ones. */
export const batchnorm: Row<"batchnorm"> = (node, [x = ""], graph) => {
  const { momentum, epsilon, frozen, ...affine } = node.attributes;
  return normalised(frozen ? "FrozenBatchNorm2d" : "nn.BatchNorm2d", x, affine, frozen, [
    count("num_features", channelsInto(node, graph), "channels"),
    floatArgument("eps", epsilon, 1e-5),
    floatArgument("momentum", 1 - momentum, 0.1),
    truthArgument("affine", affine.scale || affine.shift, true),
  ]);
};

export const instancenorm: Row<"instancenorm"> = (node, [x = ""], graph) =>
  ofImages("nn.InstanceNorm2d", x, node.attributes, false, [
    count("num_features", channelsInto(node, graph), "channels"),
  ]);

export const groupnorm: Row<"groupnorm"> = (node, [x = ""], graph) =>
  ofImages("nn.GroupNorm", x, node.attributes, true, [
    count("num_groups", node.attributes.groups, "groups"),
    count("num_channels", channelsInto(node, graph), "channels"),
  ]);

/** PyTorch's own normalises the last axes. */
export const layernorm: Row<"layernorm"> = (node, [x = ""], graph) => {
  const layer = ofImages("LayerNorm2d", x, node.attributes, true, [
    count("channels", channelsInto(node, graph), "channels"),
  ]);
  return { ...layer, helpers: [...layer.helpers, "LayerNorm2d"] };
};

function ofImages(
  type: string,
  x: string,
  { epsilon, frozen, scale, shift }: ImageNormalisationAttributes,
  isAffine: boolean,
  sizes: readonly Argument[],
): Layer {
  return normalised(type, x, { scale, shift }, frozen, [
    ...sizes,
    floatArgument("eps", epsilon, 1e-5),
    truthArgument(type === "LayerNorm2d" ? "elementwise_affine" : "affine", scale || shift, isAffine),
  ]);
}

/** PyTorch has a scale and a shift or neither: one that the network has not is fixed. */
function normalised(
  type: string,
  x: string,
  { scale, shift }: Affine,
  frozen: boolean,
  given: readonly Argument[],
): Layer {
  const helpers: HelperName[] = type === "FrozenBatchNorm2d" ? ["FrozenBatchNorm2d"] : [];
  const fixed = scale === shift ? undefined : scale ? "bias" : "weight";
  if (fixed !== undefined) helpers.push("fixed");
  return {
    code: `${moduleHole}(${x})`,
    module: {
      type,
      arguments: given,
      ...(fixed === undefined ? {} : { wrapped: `fixed(${newHole}, "${fixed}")` }),
      ...frozenIf(frozen),
    },
    helpers,
  };
}

export const lrn: Row<"lrn"> = (node, [x = ""]) => {
  const { size, alpha, beta, k } = node.attributes;
  return expression(`F.local_response_norm(${x}, ${size}, alpha=${alpha}, beta=${beta}, k=${k})`);
};

export const softmax: Row<"softmax"> = (_, [x = ""]) => expression(`F.softmax(${x}, dim=1)`);

export const spatialSoftmax: Row<"spatial_softmax"> = (_, [x = ""]) =>
  expression(`softmax_over_space(${x})`, "softmax_over_space");

export const dropout: Row<"dropout"> = ({ attributes: { rate, drops } }, [x = ""]) => ({
  code: `${moduleHole}(${x})`,
  module: {
    type: { values: "nn.Dropout", channels: "nn.Dropout2d", images: "StochasticDepth" }[drops],
    arguments: [
      { name: "p", code: String(rate), type: "float", isPositional: true, parameter: "dropout_rate" },
    ],
  },
  helpers: drops === "images" ? ["StochasticDepth"] : [],
});
