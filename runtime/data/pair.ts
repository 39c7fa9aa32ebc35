/** The files of one image: of itself, its labels, and what its layers are read from. */
import type { Drawing } from "./annotations/shapes.ts";

export interface Pair {
  readonly name: string;
  /** Paths are absolute. */
  readonly image: string;
  /** `undefined`: nothing is learned from labels. */
  readonly label: string | undefined;
  /** Files that show one object each, of which the label image is made (read-pair-label.ts); `label` is then their folder. */
  readonly objects?: readonly string[];
  /** The label image numbers the objects. */
  readonly numbered?: true;
  /** Of objects: pixels so near to the edge of their object have a value of their own. */
  readonly border?: number;
  /** What the label image is drawn from; `label` is then the file of the annotations. */
  readonly drawing?: Drawing;
  /** By the key of the layer (layers/). */
  readonly layers?: Readonly<Record<string, string>>;
}
