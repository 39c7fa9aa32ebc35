/** What `fcn data stats` does: describes the data of a train section. */
import type { ImageSizes } from "../../../../runtime/data/data-set.ts";
import {
  type DataStatistics,
  describeData,
  type Part,
  type PlacedImage,
} from "../../../../runtime/data/statistics/describe-data.ts";
import {
  type InputSourcePlan,
  imageChannels,
  inputPlans,
} from "../../../../runtime/training/output-plans.ts";
import { alignTable, type Column } from "../../../../views/text/table.ts";
import { jsonText } from "../../console/json-text.ts";
import { counted, grouped, percent } from "../../console/numbers.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { openProgram, type TrainingChoice } from "../../program/open-program.ts";
import { sizesInWords } from "./sizes-in-words.ts";

export interface DataStatsCommand extends TrainingChoice {
  readonly json?: boolean | undefined;
}

const allParts: readonly Part[] = ["training", "validation", "test"];
/** Groups of images that are listed. */
const mostListed = 5;

/** @throws UserError when the data cannot be opened */
export async function runDataStats(
  file: string,
  command: DataStatsCommand,
  terminal: Terminal,
): Promise<void> {
  const { network, configuration, data } = await openProgram(file, command, terminal);
  const channels = imageChannels(network.graph, configuration);
  const inputs = inputPlans(network.graph, configuration);
  const statistics = await describeData(data, inputs, { channels });
  const { classes } = data.masks;
  if (command.json) {
    terminal.print(jsonText({ source: data.source, classes, ...statistics }));
    return;
  }
  terminal.print(data.source);
  for (const line of describe(statistics, inputs, classes)) terminal.print(line);
  const colour = terminal.noteColour;
  for (const { code, message, images, help } of warnings(statistics, inputs.length)) {
    terminal.note(`${styled(`warning[${code}]`, "yellow", colour)}: ${message}`);
    for (const group of images.slice(0, mostListed)) terminal.note(`  ${group}`);
    if (images.length > mostListed) terminal.note(`  … and ${images.length - mostListed} more`);
    if (help !== undefined) terminal.note(`${styled("help:", "cyan", colour)} ${help}`);
  }
}

const left = (title: string): Column => ({ title, align: "left" });
const right = (title: string): Column => ({ title, align: "right" });

function describe(
  statistics: DataStatistics,
  inputs: readonly InputSourcePlan[],
  classes: readonly string[],
): readonly string[] {
  const { parts } = statistics;
  const given = allParts.filter((part) => parts[part].images > 0);
  const alone = inputs.length === 1 && inputs[0]?.layer.from === "images";
  const lines = alone ? describeImages(statistics, given) : describeInputs(statistics, inputs, given);
  if (classes.length === 0) return lines;
  const labelled = (part: Part) => parts[part].classPixels.reduce((sum, pixels) => sum + pixels, 0);
  const rows = classes.map((name, c) => [
    name,
    ...given.flatMap((part) => [
      percent(labelled(part) === 0 ? null : (parts[part].classPixels[c] ?? 0) / labelled(part)),
      grouped(parts[part].classImages[c] ?? 0),
    ]),
  ]);
  const ignored = given.flatMap((part) => [
    percent(parts[part].ignoredPixels / Math.max(1, labelled(part) + parts[part].ignoredPixels)),
    "",
  ]);
  const columns = [left("class"), ...given.flatMap((part) => [right(part), right("images")])];
  return [...lines, "", ...alignTable(columns, [...rows, ["(ignored)", ...ignored]])];
}

function describeImages({ parts, inputs }: DataStatistics, given: readonly Part[]): readonly string[] {
  const rows = given.map((part) => [part, grouped(parts[part].images), listedSizes(parts[part].sizes)]);
  const [input] = inputs;
  return [
    ...alignTable([left("part"), right("images"), left("sizes")], rows),
    "",
    `training images: mean ${decimals(input?.mean)}, standard deviation ${decimals(input?.deviation)}`,
  ];
}

/** Of several inputs: the sizes of each in each part, and the intensities of each. */
function describeInputs(
  { parts, inputs }: DataStatistics,
  plans: readonly InputSourcePlan[],
  given: readonly Part[],
): readonly string[] {
  const sizes = given.flatMap((part) =>
    inputs.map(({ name, sizes }, place) => [
      place === 0 ? part : "",
      place === 0 ? grouped(parts[part].images) : "",
      name,
      listedSizes(sizes[part]) + preparation(plans[place]),
    ]),
  );
  const values = inputs.map(({ name, mean, deviation }) => [name, decimals(mean), decimals(deviation)]);
  return [
    ...alignTable([left("part"), right("images"), left("input"), left("sizes")], sizes),
    "",
    ...alignTable([left("training images"), left("mean"), left("standard deviation")], values),
  ];
}

/** How an input takes its files, where not as they are: ", resized to 8×8". */
function preparation(plan: InputSourcePlan | undefined): string {
  if (plan?.resized !== undefined) return `, resized to ${plan.resized.join("×")}`;
  return plan === undefined || plan.shrink === 1 ? "" : `, shrunk by ${plan.shrink}`;
}

function listedSizes(sizes: readonly ImageSizes[]): string {
  return sizes.length === 0 ? "none that can be read" : sizesInWords(sizes);
}

function decimals(values: readonly number[] = []): string {
  return values.map((value) => value.toFixed(3)).join(", ");
}

interface Warning {
  readonly code: string;
  readonly message: string;
  readonly images: readonly string[];
  readonly help?: string;
}

function warnings(
  { duplicates, alike, unreadable, parts }: DataStatistics,
  inputs: number,
): readonly Warning[] {
  const across = duplicates.filter((group) => new Set(group.map(({ part }) => part)).size > 1);
  const within = duplicates.filter((group) => !across.includes(group));
  const place = ({ part, input, file }: PlacedImage) =>
    `${file} (${inputs === 1 ? part : `${part}, ${input}`})`;
  const listed = (group: readonly PlacedImage[]) => group.map(place).join(" = ");
  const found: Warning[] = [];
  if (across.length > 0)
    found.push({
      code: "data/leak",
      message: `${counted(across.length, "image")} with the same pixels in several parts of the data`,
      images: across.map(listed),
      help: "metrics on these images do not tell how well the network generalizes: keep each in one part",
    });
  if (alike.length > 0)
    found.push({
      code: "data/alike",
      message: `${counted(alike.length, "pair")} of images in different parts that look alike`,
      images: alike.map((pair) => pair.map(place).join(" ~ ")),
      help: "frames of one video or views of one object belong in one part: give the parts files of their own",
    });
  if (within.length > 0)
    found.push({
      code: "data/duplicate",
      message: `${counted(within.length, "image")} more than once in a part of the data`,
      images: within.map(listed),
      help: "each counts as often as it occurs",
    });
  if (unreadable.length > 0)
    found.push({
      code: "data/unreadable",
      message: `${counted(unreadable.length, "file")} that cannot be read`,
      images: unreadable,
      help: "fcn data check says why",
    });
  const empty = allParts.filter((part) => part !== "test" && parts[part].images === 0);
  for (const part of empty)
    found.push({ code: "data/empty", message: `there are no ${part} images`, images: [] });
  return found;
}
