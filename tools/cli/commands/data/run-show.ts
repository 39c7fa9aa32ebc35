/** What `fcn data show` does: a contact sheet of the samples as a training step sees them. */
import { classPalette } from "../../../../compiler/colour/class-palette.ts";
import { describeConfigured } from "../../../../compiler/learning/definition/describe.ts";
import { learnsMasks } from "../../../../compiler/learning/targets/registry.ts";
import { checkOutputFile } from "../../../../runtime/files/output-place.ts";
import { dataUrl } from "../../../../runtime/images/data-url.ts";
import { seenSamples } from "../../../../runtime/training/seen-samples.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { contactSheetSvg, type SheetSample } from "../../../../views/data/contact-sheet-svg.ts";
import { counted } from "../../console/numbers.ts";
import type { Terminal } from "../../console/terminal.ts";
import { checkFigureFile, writeFigure } from "../../field/write-figure.ts";
import { openProgram, type TrainingChoice } from "../../program/open-program.ts";

export interface DataShowCommand extends TrainingChoice {
  readonly output: string;
  readonly count: number;
  readonly split: "training" | "validation" | "test";
  /** From 1. */
  readonly epoch: number;
}

/** Pixels of the longer side of a picture in the sheet. */
const longest = 400;
const ignored = [255, 255, 255] as const;

/** @throws UserError when the split has no pairs, or naming a file that cannot be used or written */
export async function runDataShow(file: string, command: DataShowCommand, terminal: Terminal): Promise<void> {
  const { output, count, split, epoch } = command;
  checkFigureFile(output);
  await checkOutputFile(output);
  const { network, configuration, data } = await openProgram(file, command, terminal);
  const { classes } = data.masks;
  const colours = classPalette(classes.length);
  const samples: SheetSample[] = [];
  const palette = [...colours, ignored];
  const seen = seenSamples(network.graph, { data, configuration, split, epoch: epoch - 1, count, palette });
  for await (const { name, pictures } of seen) {
    const drawn = await Promise.all(
      pictures.map(async ({ title, picture }) => ({
        title,
        image: await dataUrl(picture, longest, "lanczos3"),
        height: picture.height,
        width: picture.width,
      })),
    );
    samples.push({ name, pictures: drawn });
  }
  if (samples.length === 0) {
    throw new UserError(
      `${data.source} has no ${split} pairs`,
      split === "test"
        ? "set some aside in the train section's data: test = 10%, or test_images"
        : "choose another split: --split training",
    );
  }
  const labelled = configuration.outputs.some(({ target }) => learnsMasks(target));
  const legend = labelled
    ? [...classes, "ignored"].map((name, i) => ({ name, colour: palette[i] ?? ignored }))
    : [];
  const changes =
    split !== "training"
      ? "as they are"
      : configuration.augment.length === 0
        ? "without augmentation"
        : configuration.augment.map(describeConfigured).join(", ");
  const title = `${network.name}: ${counted(samples.length, `${split} sample`)}${split === "training" ? ` of epoch ${epoch}, seed ${configuration.seed}` : ""}`;
  await writeFigure(output, contactSheetSvg({ title, lines: wrapped(changes), samples, legend }));
  terminal.note(`${output}: ${counted(samples.length, `${split} sample`)}`);
}

/** At commas, in lines of at most so many characters. */
function wrapped(text: string, most = 110): readonly string[] {
  const lines: string[] = [];
  for (const part of text.split(/(?<=\)), /)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < most) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  return lines;
}
