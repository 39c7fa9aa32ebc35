/** A loss computed by its formula as a tensor program, in float64. */
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { lossValues } from "../../compiler/tensors/losses/formulas.ts";
import { priorValues } from "../../compiler/tensors/losses/priors.ts";
import { differentiate } from "../../compiler/tensors/passes/differentiate.ts";
import { float32, int32 } from "../../compiler/tensors/value.ts";
import { channelsFirst, channelsLast } from "../../runtime/engines/feeds/channels-first.ts";
import { lossFeeds } from "../../runtime/engines/feeds/loss-feeds.ts";
import { sumOf } from "../../runtime/engines/step-result.ts";
import type { TermTargets } from "../../runtime/engines/trained-outputs.ts";

export interface ComputedLoss {
  readonly loss: number;
  /** [batch, height, width, channels] */
  readonly gradient: Float32Array;
}

/** @param map [batch, height, width, channels], of that shape; the loss and its gradient are times the factor. */
export function lossByProgram(
  map: Float32Array,
  shape: readonly [batch: number, height: number, width: number, channels: number],
  term: TermTargets,
  factor: number,
): ComputedLoss {
  const [batch, height, width, channels] = shape;
  const feeds = lossFeeds({ ...term, factor }, channels);
  const build = new ProgramBuilder("loss");
  const given = build.feed("input", "map", float32(batch, channels, height, width));
  const classes = term.kind === "classes";
  const target = build.feed(
    "target",
    "map",
    classes ? int32(batch, 1, height, width) : float32(batch, channels, height, width),
  );
  const valid = build.feed("valid", "map", float32(batch, 1, height, width));
  const { classWeights: weighed } = feeds;
  const classWeights = weighed && build.feed("class_weights", "map", float32(1, channels, 1, 1));
  const kept = feeds.kept === undefined ? undefined : build.feed("kept", "map", float32());
  const operands = { build, map: given, target, valid, classWeights, kept };
  const values =
    term.kind === "prediction" ? priorValues(build, given, term.term.kind) : lossValues(operands, term.term);
  const weights = build.broadcast(build.feed("scale", "map", float32()), values.shape);
  const gradient = differentiate(build, [{ value: values, weights }], [given]).get(given.id);
  if (gradient === undefined) throw new Error("the loss does not depend on its feature map");
  build.output("loss", "loss", values);
  build.output("gradient", "map", gradient);
  const { outputs } = evaluate(build.finish(), {
    feeds: new Map<string, ArrayLike<number>>([
      [feedName("input", "map"), channelsFirst(map, shape)],
      [feedName("target", "map"), term.kind === "prediction" ? map : feeds.target],
      [
        feedName("valid", "map"),
        term.kind === "prediction" ? new Float32Array(map.length / channels) : feeds.valid,
      ],
      [feedName("scale", "map"), [feeds.scale]],
      [feedName("class_weights", "map"), weighed ?? []],
      [feedName("kept", "map"), [feeds.kept ?? 0]],
    ]),
    state: new Map(),
  });
  const found = outputs.get(outputName("gradient", "map"))?.data ?? [];
  return {
    loss: feeds.scale * sumOf(outputs.get(outputName("loss", "loss"))?.data ?? []),
    gradient: channelsLast(found, [batch, channels, height, width]),
  };
}
