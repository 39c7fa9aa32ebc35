/** Options of the conditional random field after the network, and of the metrics that show its effect. */
import { type Command, Option } from "commander";
import {
  type CrfParameters,
  crfParameters,
  crfRanges,
  deepLabParameters,
} from "../../../runtime/crf/parameters.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { UsageError } from "../console/usage-error.ts";

export interface AskedField {
  readonly crf?: boolean | undefined;
  /** As typed, by parameter; each was read once, so that together they are right. */
  readonly crfSet?: ReadonlyMap<string, string> | undefined;
}

/** Adds `--crf` and `--crf-set`, and the parameters to the help. */
export function addFieldOptions(command: Command, what: string): Command {
  return command
    .option("--crf", what)
    .addOption(
      new Option(
        "--crf-set <name=value>",
        "set a parameter of the conditional random field (implies --crf); may be repeated",
      ).argParser(collectFieldSetting),
    )
    .addHelpText("after", ({ command }) => `\n${parameterHelp(command)}`);
}

export const trimapOption = () =>
  new Option(
    "--trimap <pixels>",
    "also compute metrics within this many pixels of a label boundary; several: 2,4,8",
  ).argParser(readWidths);

/** The parameters, where the command line asks for the conditional random field. */
export function askedField({ crf, crfSet }: AskedField): CrfParameters | undefined {
  return crf || crfSet !== undefined ? crfParameters(crfSet ?? new Map()) : undefined;
}

function collectFieldSetting(
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(
      `--crf-set ${text} does not have the form name=value`,
      "write, for example, --crf-set iterations=5",
    );
  }
  try {
    crfParameters(new Map([[name, value]]));
  } catch (error) {
    if (error instanceof UserError) throw new UsageError(`--crf-set ${text}: ${error.message}`, error.help);
    throw error;
  }
  return new Map([...before, [name, value]]);
}

/** @throws UsageError when it is not whole numbers from 1 to 100, separated by commas. */
function readWidths(text: string): readonly number[] {
  const widths = text.split(",").map((word) => (/^\s*\d+\s*$/.test(word) ? Number(word) : Number.NaN));
  if (!widths.every((width) => width >= 1 && width <= 100)) {
    throw new UsageError(
      `--trimap ${text} is not a distance`,
      "write whole pixels from 1 to 100, for example --trimap 4 or --trimap 2,4,8",
    );
  }
  return [...new Set(widths)];
}

/** Of the longest name with its default. */
const termWidth = 22;

function parameterHelp(command: Command): string {
  const helper = command.createHelp();
  helper.helpWidth = command.configureOutput().getOutHelpWidth?.() ?? 80;
  const rows = Object.entries(crfRanges).map(([name, { says, meaning }]) => {
    const standard = deepLabParameters[name as keyof CrfParameters]; // the keys of crfRanges
    return helper.formatItem(`${name}=${standard}`, termWidth, `${meaning}: ${says}`, helper);
  });
  return ["Parameters of --crf-set, with their defaults (DeepLab v2):", ...rows].join("\n");
}
