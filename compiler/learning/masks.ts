/** Which value of a label image means which class. */

/** A mask's value: a grey level or palette index (0 … 65535), or a colour "#rrggbb". */
export type MaskValue = number | string;

export interface MaskConfiguration {
  /** `undefined`: the value is the class index. Several values may mean one class. */
  readonly values: readonly { readonly className: string; readonly value: MaskValue }[] | undefined;
  /** Values that losses and metrics ignore. */
  readonly ignore: readonly MaskValue[];
  /** Class names in order, from the network's `classes`, else from `values`, else "class 0" … */
  readonly classes: readonly string[];
}
