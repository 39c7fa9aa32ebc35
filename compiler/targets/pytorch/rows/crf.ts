/**
 * The conditional random field over windows. The fully connected one is refused: its lattice is built for each image, and PyTorch has
 * no operation for that.
 */
import { refuse } from "../../../diagnostics/problem.ts";
import { guideInput } from "../../../network/guide-input.ts";
import { moduleHole, type Row } from "../row.ts";
import { channelsInto, frozenIf } from "./convolution.ts";
import { count, floatArgument, pairArgument } from "./notation.ts";

export const crf: Row<"crf"> = (node, [scores = "", guide = ""], graph) => {
  const { iterations, window, frozen, ...attributes } = node.attributes;
  if (window === "all" && iterations > 0)
    return refuse("targets/crf-without-window", {
      target: "pytorch",
      because: "PyTorch has no operation for that",
    });
  const shown = node.inputs[1] ?? -1;
  const { input } = guideInput((id) => graph.nodes[id], shown);
  if (input === undefined) throw new Error(`${node.name} has no guide`);
  const isFirst = input.id === graph.inputs[0];
  return {
    code: `${moduleHole}(${scores}, ${guide})`,
    module: {
      type: "WindowCRF",
      arguments: [
        count("channels", channelsInto(node, graph), "channels"),
        count("colours", graph.nodes[shown]?.map.channels ?? 0, "colours"),
        pairArgument("window", window === "all" ? [1, 1] : window),
        { name: "iterations", code: String(iterations), type: "int", usual: "5" },
        floatArgument("appearance_weight", attributes.appearanceWeight, 4),
        floatArgument("appearance_position", attributes.appearancePosition, 67),
        floatArgument("appearance_colour", attributes.appearanceColour, 3),
        floatArgument("smoothness_weight", attributes.smoothnessWeight, 3),
        floatArgument("smoothness_position", attributes.smoothnessPosition, 1),
        {
          name: "guide_input",
          code: isFirst ? `""` : JSON.stringify(input.attributes.name),
          type: "str",
          usual: `""`,
        },
      ],
      ...frozenIf(frozen),
    },
    helpers: ["WindowCRF"],
  };
};
