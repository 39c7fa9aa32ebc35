/** Predictions as one HTML page: every image, its labels over it, and the share of each class. */
import { overlay } from "../../images/overlay.ts";
import type { Colour, Raster } from "../../images/raster.ts";
import { overlayOpacity } from "../output/file-sinks.ts";
import type { LabelSink } from "../output/sinks.ts";
import { type GalleryCard, type GalleryView, galleryPage } from "./gallery-page.ts";
import { ThumbnailRows, thumbnailSide } from "./thumbnail.ts";

export interface GalleryOptions {
  readonly network: string;
  readonly classes: readonly string[];
  readonly palette: readonly Colour[];
}

export class Gallery {
  readonly #options: GalleryOptions;
  readonly #cards: GalleryCard[] = [];

  constructor(options: GalleryOptions) {
    this.#options = options;
  }

  /** Begins the card of an image: its views are added, and it is shown when `done`. */
  card(name: string, files: readonly string[]): { readonly views: GalleryView[]; readonly done: () => void } {
    const views: GalleryView[] = [];
    return { views, done: () => void this.#cards.push({ name, files, views }) };
  }

  /** The labels of one output of an image. @param output its name, where there are several */
  labelSink(
    views: GalleryView[],
    output: string | undefined,
    size: { readonly height: number; readonly width: number },
  ): LabelSink {
    const { palette, classes } = this.#options;
    const rows = new ThumbnailRows(size);
    const counts = classes.map(() => 0);
    return {
      write: async (labels, shown) => {
        rows.add(labels, shown);
        for (let i = 0; i < labels.values.length; i++) {
          const label = labels.values[i] ?? -1;
          counts[label] = (counts[label] ?? 0) + 1;
        }
      },
      finish: async () => {
        const { image, labels } = rows.made();
        const over = overlay(image, labels, palette, overlayOpacity);
        const plain = overlay(image, labels, palette, 1);
        views.push({
          output,
          pictures: [
            ...(views.length === 0 ? [{ words: "image", source: await photo(image) }] : []),
            { words: "labels over the image", source: await photo(over) },
            { words: "labels", source: await drawing(plain) },
          ],
          shares: counts.map((count) => count / (size.height * size.width)),
        });
      },
      discard: async () => {},
    };
  }

  /** Values of an output as a picture. @param image shown before the first view of a card */
  async addPicture(
    views: GalleryView[],
    output: string | undefined,
    picture: Raster,
    image: Raster,
  ): Promise<void> {
    const pictures = [
      ...(views.length === 0 ? [{ words: "image", source: await photo(image) }] : []),
      { words: output ?? "prediction", source: await photo(picture) },
    ];
    views.push({ output, pictures, shares: undefined });
  }

  page(): string {
    return galleryPage({ ...this.#options, cards: this.#cards });
  }
}

/** As a data URI: JPEG, at most as large as a thumbnail. */
async function photo(image: Raster): Promise<string> {
  const bytes = await (await small(image)).jpeg({ quality: 82, chromaSubsampling: "4:4:4" }).toBuffer();
  return `data:image/jpeg;base64,${bytes.toString("base64")}`;
}

/** As a data URI: PNG. */
async function drawing(image: Raster): Promise<string> {
  const bytes = await (await small(image)).png({ palette: true }).toBuffer();
  return `data:image/png;base64,${bytes.toString("base64")}`;
}

async function small(image: Raster): Promise<import("sharp").Sharp> {
  const [{ default: sharp }, { eightBits }] = await Promise.all([
    import("sharp"),
    import("../../images/eight-bits.ts"),
  ]);
  const { data, width, height, channels } = eightBits(image);
  const raw = { width, height, channels: channels === 1 ? 1 : 3 } as const;
  return sharp(data, { raw }).resize(thumbnailSide, thumbnailSide, {
    fit: "inside",
    withoutEnlargement: true,
  });
}
