/**
 * Islands of several images as a COCO data set (https://cocodataset.org/#format-data). A polygon there has no holes, and the polygons
 * of an annotation are united: an island with holes is several pieces without.
 */
import { areaOf, type Island } from "./class-runs.ts";
import type { NamedClass, PolygonImage } from "./geojson.ts";
import { holeFreeRings } from "./hole-free.ts";

export class CocoData {
  readonly #classes: readonly NamedClass[];
  readonly #wanted: readonly number[];
  readonly #images: string[] = [];
  readonly #annotations: string[] = [];

  /** @param wanted classes of islands */
  constructor(classes: readonly NamedClass[], wanted: readonly number[]) {
    this.#classes = classes;
    this.#wanted = wanted;
  }

  add({ name, height, width }: PolygonImage, islands: readonly Island[]): void {
    const image = this.#images.length + 1;
    this.#images.push(JSON.stringify({ id: image, file_name: name, width, height }));
    for (const island of islands)
      this.#annotations.push(
        JSON.stringify({
          id: this.#annotations.length + 1,
          image_id: image,
          category_id: island.label,
          segmentation: holeFreeRings(island.runs).map((ring) => ring.flat()),
          area: areaOf(island),
          bbox: boxOf(island),
          iscrowd: 0,
        }),
      );
  }

  text(): string {
    const info = JSON.stringify({
      description:
        "predictions; coordinates are pixels x, y, 0, 0 is the upper left corner of an image; category ids are class indices",
    });
    const categories = this.#wanted.map((id) =>
      JSON.stringify({ id, name: this.#classes[id]?.name ?? String(id), supercategory: "" }),
    );
    const list = (name: string, lines: readonly string[]) => `"${name}": [\n${lines.join(",\n")}\n]`;
    const parts = [
      list("categories", categories),
      list("images", this.#images),
      list("annotations", this.#annotations),
    ];
    return `{"info": ${info},\n${parts.join(",\n")}}\n`;
  }
}

/** x, y, width, height. */
function boxOf({ runs }: Island): readonly number[] {
  let [left, right] = [Number.POSITIVE_INFINITY, 0];
  for (const { start, end } of runs) [left, right] = [Math.min(left, start), Math.max(right, end)];
  const [top, bottom] = [runs[0]?.row ?? 0, (runs.at(-1)?.row ?? 0) + 1];
  return [left, top, right - left, bottom - top];
}
