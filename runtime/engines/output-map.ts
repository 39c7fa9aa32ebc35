/** A feature map that a run gives, as it crosses a session's border. */
import type { four } from "../../compiler/tensors/value.ts";
import type { MapBatch } from "../arrays.ts";
import type { ProgramRun } from "./executor.ts";
import { channelsLast } from "./feeds/channels-first.ts";

/** @param shape [batch, channels, height, width] */
export function mapOf(
  { outputs, maps }: Pick<ProgramRun, "outputs" | "maps">,
  name: string,
  shape: ReturnType<typeof four>,
): MapBatch {
  const [batch, channels, height, width] = shape;
  const last = maps?.get(name);
  const first = last === undefined ? outputs.get(name) : undefined;
  const data = last ?? (first === undefined ? undefined : channelsLast(first, shape));
  if (data === undefined) throw new Error(`the program gave no ${name}`);
  return { data, shape: [batch, height, width, channels] };
}
