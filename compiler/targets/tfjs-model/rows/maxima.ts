/** Where the maxima of a maxpool are: for each element of its windows, in row order, whether the maximum is there. */
export interface Maxima {
  /** Boolean feature maps. Where several are true the first counts. */
  readonly isMaximum: readonly string[];
}
