/** What the check of the data found, for a person. */
import type { DataReport } from "../../../../runtime/data/data-set.ts";
import { grouped, percent } from "../../console/numbers.ts";
import { styled, type Terminal } from "../../console/terminal.ts";

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
  const sizes = report.sizes.slice(0, 4).map(([height, width, count]) => `${count} of ${height}×${width}`);
  if (report.sizes.length > 4) sizes.push(`${report.sizes.length - 4} other sizes`);
  const width = Math.max(0, ...classes.map((name) => name.length));
  const rows = classes.map((name, i) => {
    const pixels = report.classPixels[i] ?? 0;
    const images = report.classImages[i] ?? 0;
    return `  ${name.padEnd(width)}  ${percent(labelled === 0 ? null : pixels / labelled).padStart(6)}  in ${imagesOf(images)}`;
  });
  const ignored = report.ignoredPixels === 0 ? "" : `, ${grouped(report.ignoredPixels)} ignored`;
  const images = `${imagesOf(report.images)}${sizes.length === 0 ? "" : ` (${sizes.join(", ")})`}`;
  if (classes.length === 0) return images;
  return [images, `training labels: ${grouped(labelled)} pixels${ignored}`, ...rows].join("\n");
}

function imagesOf(count: number): string {
  return count === 1 ? "1 image" : `${count} images`;
}
