/**
 * Images side by side, row by row: `npx tsx tools/benchmarks/montage.ts OUT.png COLUMNS IMAGE…`
 */
import { readImage } from "../../runtime/images/read-image.ts";
import { writePng } from "../../runtime/images/write-png.ts";

const gap = 4;
const [out, columnsAsked, ...files] = process.argv.slice(2);
const columns = Number(columnsAsked);
if (out === undefined || !(columns >= 1) || files.length === 0) throw new Error("OUT.png COLUMNS IMAGE…");
const images = await Promise.all(files.map((file) => readImage(file, 3)));
const height = Math.max(...images.map((image) => image.height)) + gap;
const width = Math.max(...images.map((image) => image.width)) + gap;
const total = {
  height: Math.ceil(images.length / columns) * height - gap,
  width: Math.min(columns, images.length) * width - gap,
};
const data = new Uint8Array(total.height * total.width * 3).fill(255);
for (const [place, image] of images.entries()) {
  const [top, left] = [Math.floor(place / columns) * height, (place % columns) * width];
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    data.set(row, ((top + y) * total.width + left) * 3);
  }
}
await writePng(out, { ...total, channels: 3, fullScale: 255, data });
