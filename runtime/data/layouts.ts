/** Usual layouts of a data folder, for when no `train` section says where images and labels are. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

export interface LayoutFolders {
  readonly images: string;
  readonly labels: string;
}

export interface Layout extends LayoutFolders {
  /** Folders of validation pairs, where the layout has its own. */
  readonly validation: LayoutFolders | undefined;
  /** Folders of test pairs, where they exist. */
  readonly test: LayoutFolders | undefined;
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
    test: { images: `${images}/test`, labels: `${labels}/test` },
  })),
  ...both.map(({ images, labels }) => ({
    images: `train/${images}`,
    labels: `train/${labels}`,
    validation: { images: `val/${images}`, labels: `val/${labels}` },
    test: { images: `test/${images}`, labels: `test/${labels}` },
  })),
  {
    images: "train",
    labels: "trainannot",
    validation: { images: "val", labels: "valannot" },
    test: { images: "test", labels: "testannot" },
  },
  ...both.map((layout) => ({ ...layout, validation: undefined, test: undefined })),
];

/** For messages. */
export const layoutsInWords = [
  "images/train, labels/train, images/val, labels/val",
  "train/images, train/labels, val/images, val/labels",
  "train, trainannot, val, valannot",
  "images, labels (or image, label; or masks for labels)",
].join("; ");

export const imagePattern = "*.{png,jpg,jpeg,tif,tiff,webp,PNG,JPG,JPEG}";

/** The first layout whose folders of training and validation all exist; `undefined` when none fits. */
export async function recogniseLayout(directory: string): Promise<Layout | undefined> {
  for (const layout of layouts) {
    const needed = layout.validation === undefined ? [layout] : [layout, layout.validation];
    if (!(await Promise.all(needed.map((folders) => exist(directory, folders)))).every(Boolean)) continue;
    const test = layout.test && (await exist(directory, layout.test)) ? layout.test : undefined;
    return { ...layout, test };
  }
  return undefined;
}

async function exist(directory: string, { images, labels }: LayoutFolders): Promise<boolean> {
  return (await isFolder(join(directory, images))) && (await isFolder(join(directory, labels)));
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false, // whatever the reason, it cannot be listed
  );
}
