/** The properties of a feature map that the rule of an operation may use. */
import { perAxis } from "../../axis.ts";
import type { AxisGeometry } from "../../geometry/axis-geometry.ts";
import { gridWithin, liesNowhere } from "../../geometry/grid-within.ts";
import { finest, geometryIn } from "../../geometry/input-scale.ts";
import type { MapFacts } from "../../ops/word.ts";
import type { MapValue } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";

export function mapFacts(map: MapValue, state: Elaboration): MapFacts {
  const node = state.builder.node(map.node);
  return {
    node: node.id,
    operation: node.operation,
    attributes: node.attributes,
    inputs: node.inputs,
    channels: node.map.channels,
    called: map.called,
  };
}

/** Describes a feature map for messages: "256 channels at 1/8". The scale is that of its input; beside another feature map, that of the finer of both inputs. */
export function describeMap(map: MapValue, state: Elaboration, beside?: MapValue): string {
  const node = state.builder.node(map.node);
  const other = beside === undefined ? undefined : state.builder.node(beside.node);
  const [y, x] = perAxis((axis) => {
    const own = node.map.geometry[axis];
    const grids = [own, other?.map.geometry[axis]].flatMap(
      (geometry) => (geometry && gridWithin(geometry)) ?? [],
    );
    const common = finest(grids.map(({ pixels }) => pixels));
    return resolution(common === undefined ? own : geometryIn(own, common.pixels));
  });
  const channels = node.map.channels === 1 ? "1 channel" : `${node.map.channels} channels`;
  return `${channels} ${y === x ? y : `${y} by ${x}`}`;
}

function resolution(geometry: AxisGeometry): string {
  if (liesNowhere(geometry)) return "as one position for the whole input";
  const grid = gridWithin(geometry);
  if (grid === undefined) return "at a stride that depends on the input size";
  const { numerator, denominator } = grid.stride;
  if (denominator === 1) return numerator === 1 ? "at full resolution" : `at 1/${numerator}`;
  return numerator === 1 ? `at ${denominator} times the input resolution` : `at ${denominator}/${numerator}`;
}
