/** The fonts that figures are drawn in where they become pixels: Arimo, whose widths are those of Helvetica and Arial. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Files of packages; the build puts them into dist/fonts. DejaVu Sans has the signs that Arimo lacks: ⌈ ⌉ ⌊ ⌋. */
export const fontFiles = [
  "@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf",
  "@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
] as const;

export const fontFamily = "Arimo";
export const signFamily = "DejaVu Sans";

/** Paths of the fonts: beside the bundled program, or in their packages among the sources. */
export function figureFonts(): readonly string[] {
  const bundled = fileURLToPath(new URL("fonts", import.meta.url));
  if (existsSync(bundled)) return fontFiles.map((file) => join(bundled, basename(file)));
  const { resolve } = createRequire(import.meta.url);
  return fontFiles.map((file) => resolve(file));
}
