/** An engine's refusal for a person: the line it is about, and the engines of this machine that can. */
import type { SourceHost } from "../../../compiler/compile.ts";
import { LineMap } from "../../../compiler/diagnostics/line-map.ts";
import type { Span } from "../../../grammar/span.ts";
import type { EngineRefusal, EngineReport } from "../../../runtime/engines/engine.ts";
import { UserError } from "../../../runtime/user-error.ts";

/** @param reports of every engine; @param host where source texts are found */
export function explainRefusal(
  { message, facts }: EngineRefusal,
  reports: readonly EngineReport[],
  host: SourceHost,
): UserError {
  const able = reports.flatMap((report) =>
    report.works &&
    !report.software &&
    report.engine !== facts.engine &&
    (report.largestArray === undefined || report.largestArray.bytes >= facts.bytes)
      ? [`--engine ${report.engine}`]
      : [],
  );
  const smaller =
    facts.fittingBatch === undefined
      ? "a narrower network"
      : facts.fittingBatch > 0
        ? `a batch of at most ${facts.fittingBatch}, a smaller size or crop, or a narrower network`
        : "a smaller size or crop, or a narrower network";
  const others =
    able.length === 0 ? "no other engine on this machine can hold it" : `${able.join(" and ")} can hold it`;
  return new UserError(`${placeOf(facts.span, host)}${message}`, `${others}; otherwise use ${smaller}`);
}

/** "u-net.fcn:12:5: ", or nothing where the program's text is not at hand. */
export function placeOf(span: Span | undefined, host: SourceHost): string {
  const file = span && host.read(span.file, "");
  if (span === undefined || file === undefined || "unreadable" in file) return "";
  const { line, column } = new LineMap(file.text).position(span.start);
  return `${span.file}:${line}:${column}: `;
}
