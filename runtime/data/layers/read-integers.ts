/** A colour image whose samples are integers, so that they have a full scale. */
import type { Raster, Region } from "../../images/raster.ts";
import { readImageRegion } from "../../images/rows/read-region.ts";
import { UserError } from "../../user-error.ts";

/** @param what is read from it, for the message @throws UserError for floating-point samples */
export async function readIntegers(file: string, what: string, region?: Region): Promise<Raster> {
  const raster = await readImageRegion(file, 3, region);
  if (raster.fullScale !== 1) return raster;
  throw new UserError(
    `${file} has floating-point samples, and ${what} are read from samples of 8 or 16 bits`,
    "save it as an 8-bit or 16-bit PNG",
  );
}
