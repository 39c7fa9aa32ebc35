/** TIFF files of which no more is read than what is decoded: one page of many, the blocks of a region. */
import { stat } from "node:fs/promises";
import { type ByteSource, withBytes } from "../byte-source.ts";
import { checkPixels } from "../pixel-limit.ts";
import type { Region } from "../raster.ts";
import { readImageBytes, undecodable } from "../read-bytes.ts";
import { noSuchImage, refuseSeveral } from "../several-images.ts";
import { standardInput } from "../standard-input.ts";
import { findPages, type TiffPlaces } from "./directory.ts";
import { readPage, type TiffPage, type TiffPageSize } from "./page.ts";
import { partOf } from "./part.ts";

/** A page of a file of so many. */
export interface FoundPage {
  readonly pages: number;
  readonly size: TiffPageSize;
  /** `undefined`: its blocks cannot be read by themselves. */
  readonly page: TiffPage | undefined;
}

/** What a region is decoded from. */
export interface TiffBytes {
  /** Of the file, or of a part of it that is a TIFF file too. */
  readonly bytes: Uint8Array;
  /** Among the pages of `bytes`; `undefined`: they are to have one. */
  readonly page: number | undefined;
  /** In that page; `undefined`: all of it. */
  readonly region: Region | undefined;
}

/** The last file, of this thread: the pages of a file are usually read one after the other. */
let last: { readonly key: string; readonly places: Promise<TiffPlaces> } | undefined;

/**
 * @returns `undefined` for a file in which they cannot be found: its decoder says why
 * @throws UserError for a file that lacks a page, of which a decoder would say nothing
 */
export async function countTiffPages(file: string): Promise<number | undefined> {
  if (file === standardInput) return undefined;
  return withBytes(file, (source) => unlessDamaged(async () => (await placesIn(file, source)).pages.length));
}

/**
 * The size of a page, by its directory.
 * @returns `undefined` where a decoder has to be asked
 * @throws UserError for more pixels than the limit, and where a file is to have one page and has several
 */
export async function tiffSize(
  file: string,
  reference: string,
  slice: number | undefined,
): Promise<readonly [height: number, width: number] | undefined> {
  if (file === standardInput) return undefined;
  const found = await withBytes(file, (source) => findPage(source, file, reference, slice));
  return found && [found.size.height, found.size.width];
}

/**
 * No more bytes than the page or the region needs, where its blocks can be read by themselves; else those of the file.
 * @param slice a page, from 0; `undefined`: the file is to have one
 * @throws UserError as `tiffSize`, and when the file cannot be read
 */
export async function tiffBytes(
  file: string,
  reference: string,
  slice: number | undefined,
  region?: Region,
): Promise<TiffBytes> {
  const part =
    file === standardInput
      ? undefined
      : await withBytes(file, async (source) => {
          const found = await findPage(source, file, reference, slice);
          if (found?.page === undefined || (region === undefined && found.pages === 1)) return undefined;
          return regionOf(source, found.page, region);
        });
  if (part !== undefined) return part;
  return { bytes: (await readImageBytes(file)).bytes, page: slice, region };
}

/** The page that a reference names. @returns `undefined` where a decoder has to be asked @throws UserError as `tiffSize`, and where there is no such page */
export async function findPage(
  source: ByteSource,
  file: string,
  reference: string,
  slice: number | undefined,
): Promise<FoundPage | undefined> {
  const found = await unlessDamaged(async () => {
    const places = await placesIn(file, source);
    if (slice !== undefined && slice >= places.pages.length)
      throw noSuchImage(reference, slice, places.pages.length);
    const at = places.pages[slice ?? 0];
    const read = at === undefined ? undefined : await readPage(source, at, places);
    return read && { ...read, pages: places.pages.length };
  });
  if (found === undefined) return undefined;
  checkPixels(reference, found.size.height, found.size.width);
  if (slice === undefined) refuseSeveral(reference, found.pages, "pages");
  return found;
}

async function regionOf(
  source: ByteSource,
  page: TiffPage,
  region: Region | undefined,
): Promise<TiffBytes | undefined> {
  const { height, width } = page;
  const wanted = region ?? { top: 0, left: 0, height, width };
  if (wanted.top + wanted.height > height || wanted.left + wanted.width > width) return undefined;
  const part = await unlessDamaged(() => partOf(source, page, wanted));
  if (part === undefined) return undefined;
  const { top, left } = part.region;
  const inPart = { ...wanted, top: wanted.top - top, left: wanted.left - left };
  return { bytes: part.bytes, page: undefined, region: region && inPart };
}

async function placesIn(file: string, source: ByteSource): Promise<TiffPlaces> {
  const { mtimeMs, size } = await stat(file);
  const key = JSON.stringify([file, mtimeMs, size]);
  if (last?.key === key) return last.places;
  const places = findPages(source).then((found) => {
    if (found.broken !== undefined) throw undecodable(file, found.broken);
    return found;
  });
  places.catch(() => undefined); // thrown where they are asked for
  last = { key, places };
  return places;
}

/** `undefined` for a file that ends before what it says, or says what cannot be. */
async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
