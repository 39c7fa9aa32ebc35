/** What the check of the data found, for a person. */
import type { DataReport } from "../../../../runtime/data/data-set.ts";
import { counted, grouped, percent } from "../../console/numbers.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { sizesInWords } from "./sizes-in-words.ts";

/** Problems go where errors go; each names files and the way out. */
export function showDataProblems({ problems }: DataReport, terminal: Terminal): void {
  const colour = terminal.noteColour;
  for (const { severity, code, message, files, count, help } of problems) {
    terminal.note(
      `${styled(`${severity}[${code}]`, severity === "error" ? "red" : "yellow", colour)}: ${message}`,
    );
    for (const file of files) terminal.note(`  ${file}`);
    if (count > files.length) terminal.note(`  … and ${count - files.length} more`);
    if (help !== undefined) terminal.note(`${styled("help:", "cyan", colour)} ${help}`);
  }
}

/** Images, their sizes, and how much of each class there is. */
export function describeData(report: DataReport, classes: readonly string[]): string {
  const labelled = report.classPixels.reduce((sum, pixels) => sum + pixels, 0);
  const width = Math.max(0, ...classes.map((name) => name.length));
  const rows = classes.map((name, i) => {
    const pixels = report.classPixels[i] ?? 0;
    const images = report.classImages[i] ?? 0;
    return `  ${name.padEnd(width)}  ${percent(labelled === 0 ? null : pixels / labelled).padStart(6)}  in ${imagesOf(images)}`;
  });
  const ignored = report.ignoredPixels === 0 ? "" : `, ${grouped(report.ignoredPixels)} ignored`;
  const images = imagesInWords(report);
  if (classes.length === 0) return images;
  return [images, `training labels: ${grouped(labelled)} pixels${ignored}`, ...rows].join("\n");
}

/** "12 images of 64×64", "12 images (10 of 64×64, 2 of 32×32)" */
function imagesInWords({ images, sizes }: DataReport): string {
  if (sizes.length === 0) return imagesOf(images);
  const [only] = sizes;
  if (sizes.length === 1 && only?.[2] === images) return `${imagesOf(images)} of ${sizesInWords(sizes)}`;
  return `${imagesOf(images)} (${sizesInWords(sizes)})`;
}

function imagesOf(count: number): string {
  return counted(count, "image");
}
