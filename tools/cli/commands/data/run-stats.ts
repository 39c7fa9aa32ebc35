/** What `fcn data stats` does: describes the data of a train section. */
import {
  type DataStatistics,
  describeData,
  type Part,
  type PlacedImage,
} from "../../../../runtime/data/statistics/describe-data.ts";
import { imageChannels, inputPlans } from "../../../../runtime/training/output-plans.ts";
import { alignTable, type Column } from "../../../../views/text/table.ts";
import { jsonText } from "../../console/json-text.ts";
import { counted, grouped, percent } from "../../console/numbers.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { openProgram, type TrainingChoice } from "../../program/open-program.ts";

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
  const [first] = inputPlans(network.graph, configuration);
  if (first === undefined) throw new Error("a network has an input");
  const statistics = await describeData(data, first.layer, { channels });
  const { classes } = data.masks;
  if (command.json) {
    terminal.print(jsonText({ source: data.source, classes, ...statistics }));
    return;
  }
  terminal.print(data.source);
  for (const line of describe(statistics, classes)) terminal.print(line);
  const colour = terminal.noteColour;
  for (const { code, message, images, help } of warnings(statistics)) {
    terminal.note(`${styled(`warning[${code}]`, "yellow", colour)}: ${message}`);
    for (const group of images.slice(0, mostListed)) terminal.note(`  ${group}`);
    if (images.length > mostListed) terminal.note(`  … and ${images.length - mostListed} more`);
    if (help !== undefined) terminal.note(`${styled("help:", "cyan", colour)} ${help}`);
  }
}

function describe({ parts, mean, deviation }: DataStatistics, classes: readonly string[]): readonly string[] {
  const given = allParts.filter((part) => parts[part].images > 0);
  const sizes = given.map((part) => {
    const shown = parts[part].sizes
      .slice(0, 4)
      .map(([height, width, count]) => `${count} of ${height}×${width}`);
    const more = parts[part].sizes.length > 4 ? [`${parts[part].sizes.length - 4} other sizes`] : [];
    return [part, grouped(parts[part].images), [...shown, ...more].join(", ")];
  });
  const left = (title: string): Column => ({ title, align: "left" });
  const right = (title: string): Column => ({ title, align: "right" });
  const lines = [...alignTable([left("part"), right("images"), left("sizes")], sizes), ""];
  const three = (values: readonly number[]) => values.map((value) => value.toFixed(3)).join(", ");
  lines.push(`training images: mean ${three(mean)}, standard deviation ${three(deviation)}`);
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

interface Warning {
  readonly code: string;
  readonly message: string;
  readonly images: readonly string[];
  readonly help?: string;
}

function warnings({ duplicates, alike, unreadable, parts }: DataStatistics): readonly Warning[] {
  const across = duplicates.filter((group) => new Set(group.map(({ part }) => part)).size > 1);
  const within = duplicates.filter((group) => !across.includes(group));
  const listed = (group: readonly PlacedImage[]) =>
    group.map(({ part, file }) => `${file} (${part})`).join(" = ");
  const found: Warning[] = [];
  if (across.length > 0)
    found.push({
      code: "data/leak",
      message: `${counted(across.length, "image")} with the same pixels in several parts of the data`,
      images: across.map(listed),
      help: "Metrics on these images do not tell how well the network generalizes: keep each in one part.",
    });
  if (alike.length > 0)
    found.push({
      code: "data/alike",
      message: `${counted(alike.length, "pair")} of images in different parts that look alike`,
      images: alike.map((pair) => pair.map(({ part, file }) => `${file} (${part})`).join(" ~ ")),
      help: "Frames of one video or views of one object should be in one part: give the parts files of their own.",
    });
  if (within.length > 0)
    found.push({
      code: "data/duplicate",
      message: `${counted(within.length, "image")} several times in a part of the data`,
      images: within.map(listed),
      help: "Each of them counts as often as it is there.",
    });
  if (unreadable.length > 0)
    found.push({
      code: "data/unreadable",
      message: `${counted(unreadable.length, "file")} that cannot be read`,
      images: unreadable,
      help: "fcn data check says why.",
    });
  const empty = allParts.filter((part) => part !== "test" && parts[part].images === 0);
  for (const part of empty)
    found.push({ code: "data/empty", message: `there are no ${part} images`, images: [] });
  return found;
}
