/** Writes a figure as SVG or PNG. */
import { extname } from "node:path";
import { writeAtomically } from "../../../runtime/files/atomic-write.ts";
import { rasterise } from "../../diagram/rasterise.ts";
import { UsageError } from "../console/usage-error.ts";

/** @throws UsageError for another extension than .svg or .png. */
export function checkFigureFile(file: string): void {
  if (![".svg", ".png"].includes(extname(file).toLowerCase())) {
    throw new UsageError(
      `${file}: a receptive field is drawn as .svg or .png`,
      "choose a file name with one of these extensions",
    );
  }
}

/** @throws UserError when the file cannot be written. */
export async function writeFigure(file: string, svg: string): Promise<void> {
  checkFigureFile(file);
  if (extname(file).toLowerCase() === ".svg") {
    await writeAtomically(file, [new TextEncoder().encode(svg)]);
    return;
  }
  await writeAtomically(file, [await rasterise(svg)]);
}
