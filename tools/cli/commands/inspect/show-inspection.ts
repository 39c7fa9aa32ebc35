/** The facts of a network on the terminal. */

import type { CompiledNetwork } from "../../../../compiler/compile.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { renderInspection } from "../../../../views/terminal/inspection/render-inspection.ts";
import type { Terminal } from "../../console/terminal.ts";

/** @throws UserError for a size that the network does not accept. */
export function showInspection(
  network: CompiledNetwork,
  size: readonly [height: number, width: number] | undefined,
  terminal: Terminal,
): void {
  const text = renderInspection(network, size, {
    color: terminal.printColour,
    unicode: true,
    columns: terminal.columns,
  });
  if (typeof text !== "string") throw new UserError(text.message);
  terminal.print(text);
}
