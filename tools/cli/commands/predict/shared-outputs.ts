/** What `fcn predict` makes of all images together: a COCO data set, a gallery, a legend. */
import { mkdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileNamesOf } from "../../../../compiler/family.ts";
import { learnsMasks, usualTarget } from "../../../../compiler/learning/targets/registry.ts";
import { writeAtomically } from "../../../../runtime/files/atomic-write.ts";
import type { Colour } from "../../../../runtime/images/raster.ts";
import { StackFiles } from "../../../../runtime/images/rows/stack-files.ts";
import { standardInput } from "../../../../runtime/images/standard-input.ts";
import { CocoData } from "../../../../runtime/polygons/coco.ts";
import { geoJson, type NamedClass } from "../../../../runtime/polygons/geojson.ts";
import { Gallery } from "../../../../runtime/prediction/gallery/gallery.ts";
import { openFileSinks } from "../../../../runtime/prediction/output/file-sinks.ts";
import { legendSvg } from "../../../../runtime/prediction/output/legend.ts";
import { allFiles, type ImagePlan } from "../../../../runtime/prediction/output/output-files.ts";
import { polygonSink } from "../../../../runtime/prediction/output/polygon-sink.ts";
import type { Sinks } from "../../../../runtime/prediction/output/sinks.ts";
import type { LearnedTarget } from "../../../../runtime/targets/learned-target.ts";
import { type AskedOutputs, polygonClasses } from "./output-options.ts";

export interface SharedOptions {
  readonly asked: AskedOutputs;
  readonly folder: string;
  readonly network: string;
  readonly outputs: readonly string[];
  readonly targets: Readonly<Record<string, LearnedTarget>> | undefined;
  readonly classes: readonly string[];
  /** One colour a class. */
  readonly palette: readonly Colour[];
}

export type GalleryEntry = ReturnType<Gallery["card"]>;

export class SharedOutputs {
  readonly #options: SharedOptions;
  readonly #classes: readonly NamedClass[];
  readonly #wanted: readonly number[];
  /** By output that learned labels. */
  readonly #coco = new Map<string, CocoData>();
  readonly gallery: Gallery | undefined;
  /** Files of several images that are being written. */
  readonly stacks = new StackFiles();

  /** @throws UserError for a class of polygons that there is not */
  constructor(options: SharedOptions) {
    const { asked, classes, palette, outputs, targets = {}, network } = options;
    this.#options = options;
    this.#classes = palette.map((colour, label) => ({ name: classes[label] ?? String(label), colour }));
    const names = this.#classes.map(({ name }) => name);
    this.#wanted = polygonClasses(asked, names);
    for (const output of outputs)
      if (asked.coco && learnsMasks(targets[output] ?? usualTarget))
        this.#coco.set(output, new CocoData(this.#classes, this.#wanted));
    this.gallery = asked.gallery ? new Gallery({ network, classes: names, palette }) : undefined;
  }

  /** The image as annotations name it. */
  fileOf({ image, name }: Pick<ImagePlan, "image" | "name">): string {
    return image === standardInput ? name : join(dirname(name), basename(image));
  }

  /** The class that is no object; `undefined`: none is called so. */
  get background(): number | undefined {
    const label = this.#classes.findIndex(({ name }) => name.toLowerCase() === "background");
    return label < 0 ? undefined : label;
  }

  /** The card of an image, with links to its files. */
  card({ name, outputs }: ImagePlan): GalleryEntry | undefined {
    const links = outputs.flatMap(allFiles).map((path) => this.#linked(path));
    return this.gallery?.card(name, links);
  }

  /** What takes the rows of one output of an image that learned labels. @throws UserError when a file cannot be written */
  async sinks(
    { image, name, outputs: plans }: ImagePlan,
    output: number,
    size: { readonly height: number; readonly width: number },
    card: GalleryEntry | undefined,
  ): Promise<Sinks> {
    const [files, called] = [plans[output], this.#options.outputs[output]];
    if (files?.kind !== "classes" || called === undefined) throw new Error(`output ${output} has no labels`);
    const { palette } = this.#options;
    const { labels, values } = await openFileSinks(files, { palette, ...size, stacks: this.stacks });
    const coco = this.#coco.get(called);
    const file = this.fileOf({ image, name });
    const polygons = polygonSink(this.#wanted, async (islands) => {
      const subject = { name: file, ...size };
      if (files.geoJson !== undefined)
        await writeAtomically(files.geoJson, [Buffer.from(geoJson(subject, islands, this.#classes))]);
      coco?.add(subject, islands);
    });
    const several = this.#options.outputs.length > 1 ? called : undefined;
    return {
      labels: [
        ...labels,
        ...(files.geoJson === undefined && coco === undefined ? [] : [polygons]),
        ...(card === undefined || this.gallery === undefined
          ? []
          : [this.gallery.labelSink(card.views, several, size)]),
      ],
      values,
    };
  }

  /** @returns the files. @throws UserError when one cannot be written */
  async write(): Promise<readonly string[]> {
    const { folder, asked } = this.#options;
    const texts = new Map<string, string>();
    const called = fileNamesOf([...this.#coco.keys()]);
    for (const [place, coco] of [...this.#coco.values()].entries())
      texts.set(called.length > 1 ? `${called[place]}.annotations.json` : "annotations.json", coco.text());
    if (asked.legend)
      texts.set(
        "legend.svg",
        legendSvg(
          this.#classes.map(({ name }) => name),
          this.#classes.map(({ colour }) => colour),
        ),
      );
    if (this.gallery !== undefined) texts.set("index.html", this.gallery.page());
    if (texts.size > 0) mkdirSync(folder, { recursive: true });
    for (const [name, text] of texts) await writeAtomically(join(folder, name), [Buffer.from(text)]);
    return [...texts.keys()].map((name) => join(folder, name));
  }

  #linked(path: string): string {
    return relative(this.#options.folder, path).replaceAll("\\", "/");
  }
}
