/** Which image of a file is meant: "volume.tif#3" is the fourth page of volume.tif. */

export interface ImagePlace {
  readonly file: string;
  /** From 0; `undefined`: the file is one image. */
  readonly slice: number | undefined;
}

/** Only after the ending of a file that can hold several images, so that other names may have a number sign. */
const numbered = /^(.*\.(?:tiff?|npy|nii|nii\.gz))#(\d+)$/i;

export function imagePlace(reference: string): ImagePlace {
  const match = numbered.exec(reference);
  const [, file, slice] = match ?? [];
  return file === undefined ? { file: reference, slice: undefined } : { file, slice: Number(slice) };
}

/** What files made of an image are called: "slice.nii.gz#3" gives "slice_3", "photo.png" gives "photo". */
export function imageStem(name: string): string {
  const { file, slice } = imagePlace(name);
  const stem = file.replace(/\.nii\.gz$/i, "").replace(/(?<=.)\.[^.]*$/, "");
  return slice === undefined ? stem : `${stem}_${slice}`;
}

export function sliceReference(file: string, slice: number): string {
  return `${file}#${slice}`;
}
