/** Activations, by the functions that PyTorch has for them. */
import type { ActivationName } from "../../../ops/activations/registry.ts";
import { expression, keywords, moduleHole, type Row } from "../row.ts";
import { channelsInto } from "./convolution.ts";
import { count, float, unlessUsual } from "./notation.ts";
import { canOverwrite } from "./overwriting.ts";

/** In place where nothing else needs what was there. */
const rectified =
  (name: string): Row<"relu" | "relu6"> =>
  (node, [x = ""], graph) =>
    expression(`${name}(${x}${canOverwrite(node, graph) ? ", inplace=True" : ""})`);

const named =
  (name: string): Row<ActivationName> =>
  (_, [x = ""]) =>
    expression(`${name}(${x})`);

export const activationRows: { readonly [A in ActivationName]: Row<A> } = {
  relu: rectified("F.relu"),
  relu6: rectified("F.relu6"),
  leaky_relu: ({ attributes: { slope } }, [x = ""]) => expression(`F.leaky_relu(${x}, ${float(slope)})`),
  elu: ({ attributes: { alpha } }, [x = ""]) =>
    expression(`F.elu(${x}${keywords({ alpha: unlessUsual(float(alpha), "1.0") })})`),
  swish: named("F.silu"),
  gelu: named("F.gelu"),
  hard_swish: named("F.hardswish"),
  softplus: named("F.softplus"),
  sigmoid: named("torch.sigmoid"),
  hard_sigmoid: named("F.hardsigmoid"),
  tanh: named("torch.tanh"),
  abs: named("torch.abs"),
  affine: ({ attributes: { factor, shift } }, [x = ""]) => {
    const product = factor === 1 ? x : `${float(factor)} * ${x}`;
    return expression(
      shift === 0 ? product : `${product} ${shift < 0 ? "-" : "+"} ${float(Math.abs(shift))}`,
    );
  },
};

export const prelu: Row<"prelu"> = (node, [x = ""], graph) => ({
  code: `${moduleHole}(${x})`,
  module: {
    type: "nn.PReLU",
    arguments: [
      ...(node.attributes.shared ? [] : [count("num_parameters", channelsInto(node, graph), "channels")]),
      { name: "init", code: float(node.attributes.init), type: "float", usual: "0.25" },
    ],
  },
  helpers: [],
});

export const layerScale: Row<"layer_scale"> = (node, [x = ""], graph) => ({
  code: `${moduleHole}(${x})`,
  module: {
    type: "LayerScale",
    arguments: [
      node.attributes.shared
        ? { name: "channels", code: "1", type: "int", isPositional: true, parameter: "factors" }
        : count("channels", channelsInto(node, graph), "channels"),
      { name: "init", code: float(node.attributes.init), type: "float", usual: "1e-06" },
    ],
  },
  helpers: ["LayerScale"],
});
