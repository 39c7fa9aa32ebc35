/** Compares two networks, as `fcn diff` does. */

import { diffNetworks } from "../../../../compiler/analyses/diff/network-diff.ts";
import type { CompiledNetwork } from "../../../../compiler/compile.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { renderDiff } from "../../../../views/terminal/diff/render-diff.ts";
import type { NetworkChoice } from "../../../program/network-choice.ts";
import { jsonText } from "../../console/json-text.ts";
import type { Terminal } from "../../console/terminal.ts";
import { loadNetwork } from "../../program/load-network.ts";

export interface DiffCommand extends NetworkChoice {
  readonly size?: readonly [height: number, width: number] | undefined;
  readonly json?: true | undefined;
}

/** Settings go to both. @throws UserError for a size that one of them does not accept. */
export async function runDiff(
  before: string,
  after: string,
  command: DiffCommand,
  terminal: Terminal,
): Promise<void> {
  const load = async (path: string): Promise<CompiledNetwork> =>
    (await loadNetwork(path, command, terminal)).network;
  const [first, second] = [await load(before), await load(after)];
  const diff = diffNetworks(first, second, command.size);
  if ("kind" in diff) throw new UserError(diff.message);
  terminal.print(
    command.json
      ? jsonText(diff)
      : renderDiff({ path: before, network: first }, { path: after, network: second }, diff),
  );
}
