/** The accepted sizes next to those asked about, on the terminal. */

import { nearSizes } from "../../../../compiler/analyses/inspect/near.ts";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../../compiler/compile.ts";
import { isInput } from "../../../../compiler/ops/input.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { nearRefusalText, nearText } from "../../../../views/terminal/inspection/near-text.ts";
import { jsonText } from "../../console/json-text.ts";
import type { Terminal } from "../../console/terminal.ts";
import { showInspection } from "./show-inspection.ts";

/** `asked`: by input name; "" stands for the first. @throws UserError for an input that is not there, or one that is missing. */
export function showNear(
  network: CompiledNetwork,
  asked: ReadonlyMap<string, PerAxis<number>>,
  json: boolean,
  terminal: Terminal,
): void {
  const { graph } = network;
  const first = graph.nodes[graph.inputs[0] ?? -1];
  const name = first !== undefined && isInput(first) ? first.attributes.name : "";
  const named = new Map([...asked].map(([input, size]) => [input === "" ? name : input, size]));
  const near = nearSizes(graph, named);
  if ("kind" in near) throw new UserError(nearRefusalText(graph.name, near));
  if (json) {
    terminal.print(jsonText(near));
    return;
  }
  showInspection(network, undefined, terminal);
  terminal.print(nearText(near, named));
}
