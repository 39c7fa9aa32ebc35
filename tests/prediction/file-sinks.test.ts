import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { classPalette } from "../../compiler/colour/class-palette.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { openFileSinks } from "../../runtime/prediction/output/file-sinks.ts";
import { finished } from "../../runtime/prediction/output/write-rows.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-sinks-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  [2, "palette"],
  [255, "palette"],
  [256, "grey"],
  [300, "grey"],
])("labels of %i classes are read back from every format", async (classes, png) => {
  const formats = ["png", "tiff", "npy"] as const;
  const labels = formats.map((format) => ({ path: join(folder, `${classes}.${format}`), format }));
  const sinks = await openFileSinks(
    {
      kind: "classes",
      labels,
      overlay: { path: join(folder, `${classes}.overlay.png`), format: "png" },
      probabilities: [],
      uncertainty: { entropy: [], information: [] },
      geoJson: undefined,
    },
    { palette: classPalette(classes), height: 1, width: 2 },
  );
  const shown = { width: 2, height: 1, channels: 1, fullScale: 255, data: new Uint8Array(2) } as const;
  await finished([sinks], async () => {
    for (const sink of sinks.labels)
      await sink.write({ width: 2, height: 1, values: Int32Array.of(0, classes - 1) }, shown);
  });
  for (const { path, format } of labels) {
    const { values, kind } = await readLabel(path);
    expect([...values], path).toEqual([0, classes - 1]);
    if (format === "png") expect(kind).toBe(png);
  }
});
