/** Normalisation, dropout and softmax. */
import type { ImageNormalisationAttributes } from "../../../ops/attributes.ts";
import { type Expression, expression, nameHole, options, type Row } from "../row.ts";
import { unlessUsual } from "./notation.ts";

export const batchnorm: Row<"batchnorm"> = (node, [x = ""]) => {
  const { momentum, epsilon, scale, shift, frozen } = node.attributes;
  const settings = options({
    momentum: unlessUsual(momentum, 0.9),
    epsilon: unlessUsual(epsilon, 1e-5),
    scale: unlessUsual(scale, true),
    shift: unlessUsual(shift, true),
    frozen: unlessUsual(frozen, false),
  });
  return expression(`batchNorm(pass, ${x}, ${nameHole}${settings})`, "batchNorm");
};

export const instancenorm: Row<"instancenorm"> = (node, [x = ""]) =>
  normaliseImages(x, `${x}.shape[3]`, node.attributes);

export const groupnorm: Row<"groupnorm"> = (node, [x = ""]) =>
  normaliseImages(x, String(node.attributes.groups), node.attributes);

function normaliseImages(
  x: string,
  groups: string,
  { epsilon, scale, shift }: ImageNormalisationAttributes,
): Expression {
  const settings = imageOptions({ epsilon, scale, shift });
  return expression(`groupNorm(pass, ${x}, ${nameHole}, ${groups}${settings})`, "groupNorm");
}

function imageOptions({
  epsilon,
  scale,
  shift,
}: Pick<ImageNormalisationAttributes, "epsilon" | "scale" | "shift">): string {
  return options({
    epsilon: unlessUsual(epsilon, 1e-5),
    scale: unlessUsual(scale, true),
    shift: unlessUsual(shift, true),
  });
}

export const layernorm: Row<"layernorm"> = ({ attributes }, [x = ""]) =>
  expression(`layerNorm(pass, ${x}, ${nameHole}${imageOptions(attributes)})`, "layerNorm");

export const lrn: Row<"lrn"> = (node, [x = ""]) => {
  const { size, alpha, beta, k } = node.attributes;
  return expression(
    `localResponseNorm(${x}, { size: ${size}, alpha: ${alpha}, beta: ${beta}, k: ${k} })`,
    "localResponseNorm",
  );
};

export const softmax: Row<"softmax"> = (_, [x = ""]) => expression(`tf.softmax(${x})`);

export const dropout: Row<"dropout"> = (node, [x = ""]) => {
  const { rate, spatial } = node.attributes;
  const settings = options({ spatial: unlessUsual(spatial, false) });
  return expression(`dropout(pass, ${x}, ${nameHole}, ${rate}${settings})`, "dropout");
};
