/** Islands as GeoJSON (RFC 7946), in pixels of the image, as QuPath and other viewers of images read it. */
import type { Colour } from "../images/raster.ts";
import { areaOf, type Island } from "./class-runs.ts";
import { islandRings, type Ring } from "./island-rings.ts";

export interface NamedClass {
  readonly name: string;
  readonly colour: Colour;
}

export interface PolygonImage {
  readonly name: string;
  readonly height: number;
  readonly width: number;
}

/** One feature an island: a polygon of an outer ring and its holes. [x, y], the image's upper left corner is [0, 0], y grows downwards. */
export function geoJson(
  image: PolygonImage,
  islands: readonly Island[],
  classes: readonly NamedClass[],
): string {
  const features = islands.map((island) => {
    const { outer, holes } = islandRings(island.runs);
    const { name, colour } = classes[island.label] ?? { name: String(island.label), colour: [0, 0, 0] };
    return {
      type: "Feature",
      properties: {
        class: name,
        class_index: island.label,
        area: areaOf(island),
        objectType: "annotation",
        classification: { name, color: colour },
      },
      geometry: { type: "Polygon", coordinates: [outer, ...holes].map(closed) },
    };
  });
  const about = `"image": ${JSON.stringify({ file: image.name, height: image.height, width: image.width })},\n"coordinates": "pixels [x, y]; [0, 0] is the upper left corner of the image, y grows downwards"`;
  const lines = features.map((feature) => JSON.stringify(feature)).join(",\n");
  return `{"type": "FeatureCollection",\n${about},\n"features": [\n${lines}\n]}\n`;
}

/** The first vertex is repeated at the end (section 3.1.6). */
function closed(ring: Ring): Ring {
  const [first] = ring;
  return first === undefined ? ring : [...ring, first];
}
