/** `residual { … } shortcut { … }`: the result of a body plus its input (He et al. 2016, equations 1 and 2). */

import type { Residual } from "../../../grammar/ast.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { gridsTogether } from "../../geometry/input-scale.ts";
import { divide, isWhole, type Rational } from "../../geometry/rational.ts";
import { residualJoin } from "../../ops/joining.ts";
import { bindMap, nameOf } from "../calls/bind-name.ts";
import { Scope } from "../names/scope.ts";
import { type MapValue, poison } from "../names/value.ts";
import { currentMap } from "../state/current-map.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { describeMap } from "../state/map-facts.ts";
import { joinMaps } from "./join.ts";

export function elaborateResidual(residual: Residual, scope: Scope, state: Elaboration): void {
  const name = nameOf(residual.as, scope, state);
  const start = currentMap("residual", residual.span, state) ?? poison;
  const { shortcut } = residual;
  const prefix = name === undefined ? state.prefix : `${state.prefix}${name.label}.`;
  state.current = start;
  state.within({ prefix }, () => state.body(residual.body, new Scope(scope, false), state, "body"));
  const made = state.current;
  state.current = start;
  if (shortcut !== undefined)
    state.within({ prefix: `${prefix}shortcut.` }, () =>
      state.body(shortcut, new Scope(scope, false), state, "body"),
    );
  const beside = state.current;
  const place = { span: residual.span, label: name?.label, construct: "skip" } as const;
  state.current =
    made.kind === "map" &&
    beside.kind === "map" &&
    (shortcut !== undefined || shortcutSpared(made, beside, residual, state))
      ? joinMaps(residualJoin, [made, beside], "none", place, state)
      : poison;
  bindMap(name, state.current, scope, state);
}

/** Without a shortcut, channels and resolution must equal those of the start; otherwise reports the missing projection. */
function shortcutSpared(made: MapValue, start: MapValue, residual: Residual, state: Elaboration): boolean {
  const [to, from] = [made, start].map((map) => state.builder.node(map.node).map);
  if (to === undefined || from === undefined) return true;
  const steps = [0, 1].map((axis) => {
    const [after, before] = [to, from].map((map) => gridWithin(map.geometry[axis as 0 | 1])); // axis is 0 or 1
    const together = after && before && gridsTogether(after, before);
    return together && divide(together[0].stride, together[1].stride);
  });
  if (to.channels === from.channels && steps.every((step) => step === undefined || isOne(step))) return true;
  const shortcut = `shortcut { ${projection(to.channels, steps)} }`;
  const end = residual.body.span.end;
  state.report(
    "structure/residual-needs-shortcut",
    { given: describeMap(start, state), made: describeMap(made, state), shortcut },
    residual.span,
    {
      fixes: [
        {
          title: `write ${shortcut}`,
          safe: false,
          edits: [{ span: { ...residual.body.span, start: end, end }, text: ` ${shortcut}` }],
        },
      ],
    },
  );
  return false;
}

/** The shortcut of He et al. where dimensions increase: a 1x1 convolution with the stride of the body. */
function projection(channels: number, steps: readonly (Rational | undefined)[]): string {
  const [y, x] = steps.map((step) => step ?? { numerator: 1, denominator: 1 });
  if (y === undefined || x === undefined || !isWhole(y) || !isWhole(x)) {
    const factor = y === undefined || isWhole(y) ? x : y;
    return `conv(${channels}, 1x1) upsample(${factor?.denominator ?? 1}, bilinear)`;
  }
  if (isOne(y) && isOne(x)) return `conv(${channels}, 1x1)`;
  const stride = y.numerator === x.numerator ? `${y.numerator}` : `${y.numerator}x${x.numerator}`;
  return `conv(${channels}, 1x1, stride = ${stride})`;
}

function isOne(value: Rational): boolean {
  return value.numerator === 1 && value.denominator === 1;
}
