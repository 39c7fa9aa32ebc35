/** The data cannot be trained or evaluated on. */
import type { DataReport } from "../data/data-set.ts";
import { UserError } from "../user-error.ts";

export class DataError extends UserError {
  override readonly name = "DataError";
  readonly report: DataReport;
  constructor(source: string, report: DataReport) {
    const errors = report.problems.filter(({ severity }) => severity === "error").length;
    super(
      `the data in ${source} has ${errors === 1 ? "an error" : `${errors} errors`}`,
      "fix it as described above, then run `fcn data check` to check again",
    );
    this.report = report;
  }
}
