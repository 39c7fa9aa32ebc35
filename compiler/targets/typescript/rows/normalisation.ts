/** Normalisation, dropout and softmax. */
import type { ImageNormalisationAttributes } from "../../../ops/attributes.ts";
import {
  type Argument,
  argument,
  argumentHole,
  expression,
  nameHole,
  type Row,
  settingsHole,
  withArguments,
} from "../row.ts";

export const batchnorm: Row<"batchnorm"> = (node, [x = ""]) => {
  const { momentum, epsilon, scale, shift, frozen } = node.attributes;
  return withArguments(
    expression(`batchNorm(pass, ${x}, ${nameHole}${settingsHole})`, "batchNorm"),
    argument("momentum", momentum, 0.9),
    argument("epsilon", epsilon, 1e-5),
    argument("scale", scale, true),
    argument("shift", shift, true),
    argument("frozen", frozen, false),
  );
};

export const instancenorm: Row<"instancenorm"> = (node, [x = ""]) =>
  withArguments(
    expression(`groupNorm(pass, ${x}, ${nameHole}, ${x}.shape[3]${settingsHole})`, "groupNorm"),
    ...ofImages(node.attributes),
  );

export const groupnorm: Row<"groupnorm"> = (node, [x = ""]) =>
  withArguments(
    expression(`groupNorm(pass, ${x}, ${nameHole}, ${argumentHole("groups")}${settingsHole})`, "groupNorm"),
    argument("groups", node.attributes.groups),
    ...ofImages(node.attributes),
  );

function ofImages({
  epsilon,
  scale,
  shift,
}: Pick<ImageNormalisationAttributes, "epsilon" | "scale" | "shift">): readonly Argument[] {
  return [argument("epsilon", epsilon, 1e-5), argument("scale", scale, true), argument("shift", shift, true)];
}

export const layernorm: Row<"layernorm"> = ({ attributes }, [x = ""]) =>
  withArguments(
    expression(`layerNorm(pass, ${x}, ${nameHole}${settingsHole})`, "layerNorm"),
    ...ofImages(attributes),
  );

export const lrn: Row<"lrn"> = (node, [x = ""]) => {
  const { size, alpha, beta, k } = node.attributes;
  return withArguments(
    expression(`localResponseNorm(${x}${settingsHole})`, "localResponseNorm"),
    argument("size", size),
    argument("alpha", alpha),
    argument("beta", beta),
    argument("k", k),
  );
};

export const softmax: Row<"softmax"> = (_, [x = ""]) => expression(`tf.softmax(${x})`);

export const spatialSoftmax: Row<"spatial_softmax"> = (_, [x = ""]) =>
  expression(`spatialSoftmax(${x})`, "spatialSoftmax");

export const dropout: Row<"dropout"> = (node, [x = ""]) => {
  const { rate, drops } = node.attributes;
  return withArguments(
    expression(`dropout(pass, ${x}, ${nameHole}, ${argumentHole("rate")}${settingsHole})`, "dropout"),
    argument("rate", rate),
    drops === "values" ? undefined : argument("drops", `"${drops}"`),
  );
};
