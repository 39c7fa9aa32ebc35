/** Where a feature map comes from, as plain data: what `fcn explain --json` prints. */
import type { PerAxis } from "../../axis.ts";
import type { Exact } from "../../geometry/exact.ts";
import type { ScopeStep } from "../../network/graph.ts";
import type { OperationName } from "../../ops/attributes.ts";
import type { PeriodicTable } from "../../sizes/periodic-table.ts";
import type { ExactApart } from "../alignment/exact-apart.ts";
import type { AcceptedSizes, Cells } from "../inspect/inspection.ts";
import type { Condition } from "./conditions.ts";

export interface Explanation {
  readonly network: string;
  /** The feature map that is explained, by its node's name. */
  readonly map: string;
  /** The output that it is; `null`: of none. */
  readonly output: string | null;
  /** From that feature map back to an input. */
  readonly steps: readonly Step[];
  /** By size symbol, as a formula, what the network accepts. */
  readonly accepts: Readonly<Record<string, string>>;
  /** The same, exact however long the words would be. */
  readonly acceptedSizes: Readonly<Record<string, AcceptedSizes>>;
  /** The size that numbers are given for; `null`: formulas of any. */
  readonly size: Readonly<Record<string, number>> | null;
}

export interface Step {
  readonly name: string;
  readonly operation: OperationName;
  /** The operation as the language writes it: "conv(64, 3x3)". */
  readonly call: string;
  readonly place: Place | null;
  /** The block calls, loop iterations and paths it is made in, outermost first. */
  readonly within: readonly ScopeStep[];
  readonly channels: number;
  /** A height or width: a number at a size, else a formula. */
  readonly height: Cells;
  readonly width: Cells;
  /** The formulas as tables, at a size too. */
  readonly heightTable: PeriodicTable;
  readonly widthTable: PeriodicTable;
  /** Input pixels, [y, x]; `null` where the feature map has no grid that is known without a size. */
  readonly stride: PerAxis<Exact> | null;
  readonly offset: PerAxis<Exact> | null;
  /** Input pixels that the positions see, [y, x], largest over phases; "whole": all; `null`: it depends on the size. */
  readonly field: PerAxis<number> | "whole" | null;
  /** The same of the phase that sees least; `null` as `field`, and where all is seen. */
  readonly smallestField: PerAxis<number> | null;
  /** What it asks of the input's size that nothing before it did. */
  readonly conditions: readonly Condition[];
  /** Joined feature maps that are not aligned. */
  readonly apart: readonly StepApart[];
  /** The other feature maps it takes, each back to where it leaves what is shown already. */
  readonly branches: readonly Branch[];
}

export interface Branch {
  /** Empty: the feature map is a step that is shown elsewhere. */
  readonly steps: readonly Step[];
  /** The step of another line that it begins at; `null`: an input of its own. */
  readonly from: string | null;
  /** Only the size of this feature map is used, not its values. */
  readonly sizeOnly: boolean;
}

/** Two feature maps of a join. */
export interface StepApart {
  /** The one whose grid the join takes. */
  readonly first: string;
  readonly other: string;
  /** Where positions of the other are, seen from those of the first with the same index, [y, x]. */
  readonly apart: PerAxis<ExactApart>;
  /**
   * The change of a call that brings them together: from "maxpool(2x2)" to "maxpool(3x3, stride = 2, padding = same)". `null`:
   * none was found; of a network with many such joins it is sought only for those nearest to the feature map.
   */
  readonly change: { readonly from: string; readonly to: string } | null;
}

export interface Place {
  readonly file: string;
  readonly line: number;
}
