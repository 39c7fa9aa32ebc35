/** Usual layouts of a data folder, for when no `train` section says where images and labels are. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

export interface Layout {
  readonly images: string;
  readonly labels: string;
  /** Folders of validation pairs, where the layout has its own. */
  readonly validation: { readonly images: string; readonly labels: string } | undefined;
}

const imageNames = ["images", "image", "imgs", "img"];
const labelNames = ["labels", "label", "masks", "mask", "annotations"];
const both = imageNames.flatMap((images) => labelNames.map((labels) => ({ images, labels })));

/** In the order in which they are tried. The synthetic scenes have the first. */
export const layouts: readonly Layout[] = [
  ...both.map(({ images, labels }) => ({
    images: `${images}/train`,
    labels: `${labels}/train`,
    validation: { images: `${images}/val`, labels: `${labels}/val` },
  })),
  ...both.map(({ images, labels }) => ({
    images: `train/${images}`,
    labels: `train/${labels}`,
    validation: { images: `val/${images}`, labels: `val/${labels}` },
  })),
  { images: "train", labels: "trainannot", validation: { images: "val", labels: "valannot" } },
  ...both.map((layout) => ({ ...layout, validation: undefined })),
];

/** For messages. */
export const layoutsInWords = [
  "images/train, labels/train, images/val, labels/val",
  "train/images, train/labels, val/images, val/labels",
  "train, trainannot, val, valannot",
  "images, labels (or image, label; or masks for labels)",
].join("; ");

export const imagePattern = "*.{png,jpg,jpeg,tif,tiff,webp,PNG,JPG,JPEG}";

/** The first layout whose folders all exist; `undefined` when none fits. */
export async function recogniseLayout(directory: string): Promise<Layout | undefined> {
  for (const layout of layouts) {
    const folders = [layout.images, layout.labels];
    if (layout.validation !== undefined) folders.push(layout.validation.images, layout.validation.labels);
    const present = await Promise.all(folders.map((folder) => isFolder(join(directory, folder))));
    if (present.every(Boolean)) return layout;
  }
  return undefined;
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false, // whatever the reason, it cannot be listed
  );
}
