/**
 * The conditional random field over windows. The fully connected one is refused: its lattice is built for each image, and
 * TensorFlow.js has no operation for that.
 */
import { refuse } from "../../../diagnostics/problem.ts";
import { guideInput } from "../../../network/guide-input.ts";
import { identifier } from "../identifier.ts";
import { argument, expression, nameHole, type Row, settingsHole, withArguments } from "../row.ts";
import { pair } from "./notation.ts";

export const crf: Row<"crf"> = (node, [scores = "", guide = ""], graph) => {
  const { iterations, window, appearancePosition, appearanceColour, smoothnessPosition } = node.attributes;
  if (iterations === 0) return expression(scores);
  if (window === "all")
    return refuse("targets/crf-without-window", {
      target: "typescript",
      because: "TensorFlow.js has no operation for that",
    });
  const { input } = guideInput((id) => graph.nodes[id], node.inputs[1] ?? -1);
  if (input === undefined) throw new Error(`${node.name} has no guide`);
  const shown = JSON.stringify(identifier(input.attributes.name));
  return withArguments(
    expression(`crf(pass, ${scores}, ${guide}, ${nameHole}, ${shown}${settingsHole})`, "crf"),
    argument("window", pair(window)),
    argument("iterations", iterations),
    argument("appearancePosition", appearancePosition),
    argument("appearanceColour", appearanceColour),
    argument("smoothnessPosition", smoothnessPosition),
  );
};
