/** A width of a printed page, as a person writes it. */
import { UsageError } from "../../console/usage-error.ts";

/** Points (1/72 inch). */
const units: Readonly<Record<string, number>> = { in: 72, cm: 72 / 2.54, mm: 72 / 25.4, pt: 1 };

/** "3.25in", "86 mm" to points. @throws UsageError when it is no such width. */
export function readPageWidth(text: string): number {
  const [, number, unit = ""] = /^([\d.]+)\s*(in|cm|mm|pt)$/i.exec(text.trim()) ?? [];
  const points = Number(number) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (Number.isFinite(points) && points > 0) return points;
  throw new UsageError(
    `--width ${text} is not the width of a page`,
    "write a number and a unit: --width 3.25in, --width 86mm",
  );
}

/** A number of levels or "all". @throws UsageError for anything else. */
export function readFold(text: string): number | "all" {
  if (text === "all") return "all";
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(
    `--fold ${text} is not a number of levels`,
    "write --fold 1, --fold 2 … or --fold all",
  );
}
