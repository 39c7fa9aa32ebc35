/** Checks whether a feature map can be the guide of a conditional random field. */
import { guideInput } from "../../network/guide-input.ts";
import type { MapValue } from "../names/value.ts";
import type { NodePlace } from "../state/append-node.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { resolutionsMeet, sizesMeet, symbolsMeet } from "../state/meet-checks.ts";

/** What a crf does with the two, in messages. */
const refining = "refine";

/** Reports a guide that does not come from an input, or whose resolution or size differs from that of the scores. */
export function guideMeets(inputs: readonly number[], place: NodePlace, state: Elaboration): boolean {
  const { span } = place;
  const [scores, guide] = inputs.map((node, at): MapValue => {
    const { label, span: made } = state.builder.node(node).origin;
    const called = label ?? (at === 0 ? "the current feature map" : "the guide");
    return { kind: "map", node, called, span: made ?? span, members: undefined };
  });
  if (scores === undefined || guide === undefined) throw new Error("a crf has scores and a guide");
  const source = guideInput((id) => state.builder.node(id), guide.node);
  if (source.input === undefined) {
    const called = guide.called === "the guide" ? guide.called : `"${guide.called}"`;
    const facts = { called, operation: source.made?.operation ?? "nothing" };
    state.report("operations/crf-guide-is-no-image", facts, place.arguments?.get("guide") ?? span);
    return false;
  }
  return (
    symbolsMeet(refining, [scores, guide], span, state) &&
    resolutionsMeet(refining, scores, guide, span, state) &&
    sizesMeet(refining, scores, guide, { span, construct: undefined }, state)
  );
}
