/** Convolution, transposed convolution and the fully connected layer. */
import { perAxis } from "../../../axis.ts";
import type { Graph, GraphNode } from "../../../network/graph.ts";
import type { TransposedConvolutionAttributes } from "../../../ops/attributes.ts";
import { inputAt } from "../../../ops/rules.ts";
import { type Module, moduleHole, type Row } from "../row.ts";
import { count, isSymmetric, padSides, pairArgument, truthArgument } from "./notation.ts";

/** Channels of the first input. */
export function channelsInto(node: GraphNode, graph: Graph): number {
  return inputAt(graph.nodes, node.inputs[0] ?? -1).map.channels;
}

export function frozenIf(frozen: boolean): Pick<Module, "isFrozen"> {
  return frozen ? { isFrozen: true } : {};
}

/** Padding that differs from side to side is put around the feature map first. */
export const conv: Row<"conv"> = (node, [x = ""], graph) => {
  const { channels, kernel, stride, padding, dilation, groups, bias, frozen } = node.attributes;
  const symmetric = isSymmetric(padding);
  return {
    code: symmetric ? `${moduleHole}(${x})` : `${moduleHole}(F.pad(${x}, ${padSides(padding)}))`,
    module: {
      type: "nn.Conv2d",
      arguments: [
        count("in_channels", channelsInto(node, graph)),
        count("out_channels", channels, "channels"),
        pairArgument("kernel_size", kernel),
        pairArgument("stride", stride, 1),
        pairArgument("padding", symmetric ? perAxis((axis) => padding[axis].before) : [0, 0], 0),
        pairArgument("dilation", dilation, 1),
        { name: "groups", code: String(groups), type: "int", usual: "1" },
        truthArgument("bias", bias, true),
      ],
      ...frozenIf(frozen),
    },
    helpers: [],
  };
};

/** What is cropped from one side more than from the other is cropped afterwards. */
export const transposedConv: Row<"transposed_conv"> = (node, [x = ""], graph) => {
  const { channels, kernel, stride, padding, groups, bias, frozen } = node.attributes;
  const both = perAxis((axis) => Math.min(padding[axis].before, padding[axis].after));
  const rest = perAxis((axis) => ({
    before: padding[axis].before - both[axis],
    after: padding[axis].after - both[axis],
  }));
  const called = `${moduleHole}(${x})`;
  const tiled = windowsTouch(node.attributes);
  return {
    code: isSymmetric(padding) ? called : `F.pad(${called}, ${padSides(rest, -1)})`,
    module: {
      type: tiled ? "SubPixelConvTranspose2d" : "nn.ConvTranspose2d",
      arguments: [
        count("in_channels", channelsInto(node, graph)),
        count("out_channels", channels, "channels"),
        pairArgument("kernel_size", kernel),
        pairArgument("stride", stride, 1),
        pairArgument("padding", both, 0),
        { name: "groups", code: String(groups), type: "int", usual: "1" },
        truthArgument("bias", bias, true),
      ],
      ...frozenIf(frozen),
    },
    helpers: tiled ? ["SubPixelConvTranspose2d"] : [],
  };
};

/** Whether each position becomes a square of its own, which a pixel shuffle computes. */
function windowsTouch({ kernel, stride, padding, groups }: TransposedConvolutionAttributes): boolean {
  const [height, width] = kernel;
  return (
    height === width &&
    stride.every((step) => step === height) &&
    groups === 1 &&
    padding.every(({ before, after }) => before === 0 && after === 0)
  );
}

/** Its kernel is as large as the feature map. */
export const dense: Row<"dense"> = (node, [x = ""], graph) => {
  const { channels, bias, frozen } = node.attributes;
  const owner = node.sharesWith === undefined ? node : inputAt(graph.nodes, node.sharesWith);
  const [height, width] = owner.weights[0]?.shape.slice(2) ?? [];
  if (height === undefined || width === undefined) throw new Error(`${node.name} has no kernel`);
  return {
    code: `${moduleHole}(${x})`,
    module: {
      type: "nn.Conv2d",
      arguments: [
        count("in_channels", channelsInto(node, graph)),
        count("out_channels", channels, "channels"),
        pairArgument("kernel_size", [height, width]),
        truthArgument("bias", bias, true),
      ],
      ...frozenIf(frozen),
    },
    helpers: [],
  };
};
