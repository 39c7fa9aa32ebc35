/** The measures of every image as a table of comma-separated values (RFC 4180), for a spreadsheet or a plot. */
import type { ImageMeasures } from "../../../../runtime/training/validate.ts";

/** The image, the loss, and for each output its measures and the IoU of each class; what was not counted is empty. */
export function perImageTable(images: readonly ImageMeasures[]): string {
  const rows = images.map(({ name, loss, outputs, classes }) => {
    const cells = new Map<string, number | string | null>([
      ["image", name],
      ["loss", loss ?? null],
    ]);
    for (const [output, values] of Object.entries(outputs)) {
      for (const [measure, value] of Object.entries(values)) cells.set(`${output}.${measure}`, value);
      for (const { name: label, iou } of classes[output]?.classes ?? [])
        cells.set(`${output}.iou.${label}`, iou);
    }
    return cells;
  });
  const titles = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
  const lines = rows.map((cells) => titles.map((title) => field(cells.get(title) ?? "")).join(","));
  return `${[titles.map(field).join(","), ...lines].join("\r\n")}\r\n`;
}

function field(value: number | string): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
