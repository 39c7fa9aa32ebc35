/** `encoder { … }`, `decoder name = block(…)`, and their resolution: `dilated to 1/8`. */
import type { Section } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { formatRational } from "../../geometry/rational.ts";
import { applyToCurrent, elaborateApply } from "../calls/apply.ts";
import { bindWord } from "../calls/bind-name.ts";
import { evaluateNumber } from "../expressions/evaluate.ts";
import { Scope } from "../names/scope.ts";
import { describeValue, type MapValue, type Poison, poison } from "../names/value.ts";
import { Dilation } from "../state/dilation.ts";
import type { Elaboration } from "../state/elaboration.ts";

export function elaborateSection(section: Section, scope: Scope, state: Elaboration): void {
  const { content, name, role, dilatedTo } = section;
  const dilation = dilatedTo === undefined ? undefined : dilationOf(dilatedTo, scope, state);
  if (dilatedTo !== undefined && dilation === undefined) state.current = poison;
  const surroundings = { role, ...(dilation === undefined ? {} : { dilation }) };
  if (name === undefined) {
    state.within({ ...surroundings, prefix: `${state.prefix}${role}.` }, () => {
      if (content.kind === "body") state.body(content, new Scope(scope, false), state, "body");
      else elaborateApply(content, scope, state);
    });
  } else {
    const members = new Scope(scope, true);
    let result: MapValue | Poison = poison;
    state.within(surroundings, () => {
      if (content.kind === "apply") {
        result = applyToCurrent(content, name.text, scope, state);
        return;
      }
      const before = state.builder.length;
      state.within({ prefix: `${state.prefix}${name.text}.` }, () =>
        state.body(content, members, state, "body"),
      );
      const end = state.current ?? poison;
      const made = [before, state.builder.length] as const;
      result = end.kind === "map" ? { ...end, called: name.text, members, made } : poison;
    });
    state.current = result;
    bindWord(name, result, "section", scope.mapScope(), state);
  }
  if (dilation !== undefined && state.current?.kind === "map") requireReached(dilation, state);
}

/** `undefined` when it is not 1/n, or inside another dilated section, which is reported. */
function dilationOf(resolution: Expression, scope: Scope, state: Elaboration): Dilation | undefined {
  const value = evaluateNumber(resolution, "the resolution after dilated to", scope, state);
  if (value === undefined) return undefined;
  if (state.dilation !== undefined) {
    state.report("structure/dilated-inside-dilated", {}, resolution.span, {
      related: [{ span: state.dilation.span, message: "the outer section is dilated here" }],
    });
    return undefined;
  }
  const limit = Math.round(1 / value);
  if (Number.isSafeInteger(limit) && limit >= 1 && 1 / limit === value)
    return new Dilation(limit, resolution.span);
  state.report(
    "values/wrong-kind",
    {
      what: "the resolution after dilated to",
      wanted: "1/n with a whole number n, such as 1/8",
      found: describeValue({ kind: "number", value }),
      nearest: undefined,
    },
    resolution.span,
  );
  return undefined;
}

/** Reports a resolution that no stride reaches, so that the section changes nothing. */
function requireReached(dilation: Dilation, state: Elaboration): void {
  const { coarsest, limit } = dilation;
  if (coarsest !== undefined && coarsest.numerator >= limit * coarsest.denominator) return;
  state.report(
    "geometry/dilated-for-nothing",
    { resolution: `1/${limit}`, coarsest: coarsest === undefined ? "1" : formatRational(coarsest) },
    dilation.span,
  );
}
