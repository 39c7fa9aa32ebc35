/** The confusion matrix of a segmentation, and the metrics of Long, Shelhamer & Darrell (2015), section 5, that follow from it. */

export interface ClassMetrics {
  readonly name: string;
  /** n_ii / (t_i + Σ_j n_ji − n_ii); `null` for a class in neither labels nor predictions. */
  readonly iou: number | null;
  /** n_ii / t_i; `null` for a class not in the labels. */
  readonly accuracy: number | null;
  /** 2 n_ii / (t_i + Σ_j n_ji); `null` for a class in neither labels nor predictions. */
  readonly dice: number | null;
  /** Where they are measured (surfaces.ts). */
  readonly boundary_f?: number | null;
  readonly hausdorff95?: number | null;
  /** Labelled pixels, t_i. */
  readonly pixels: number;
}

/** What is measured of an output that distinguishes classes, class by class. */
export interface ClassReport {
  readonly pixels: number;
  readonly classes: readonly ClassMetrics[];
  /** [label][prediction], pixels. */
  readonly confusion: readonly (readonly number[])[];
}

/** Measures of all classes together; `null` where nothing was counted. */
export interface ClassMeasures {
  readonly mean_iou: number | null;
  readonly mean_dice: number | null;
  readonly pixel_accuracy: number | null;
  readonly mean_accuracy: number | null;
  readonly frequency_weighted_iou: number | null;
}

/** Counts n_ij: pixels of class i predicted as class j. Exact up to 2^53 pixels. */
export class ConfusionMatrix {
  readonly classes: readonly string[];
  /** [label, prediction]. */
  readonly #counts: Float64Array;

  constructor(classes: readonly string[]) {
    this.classes = classes;
    this.#counts = new Float64Array(classes.length ** 2);
  }

  /**
   * A matrix that continues from known counts, [label][prediction].
   * @throws RangeError when there are not as many as pairs of classes
   */
  static of(classes: readonly string[], counts: readonly (readonly number[])[]): ConfusionMatrix {
    const n = classes.length;
    if (counts.length !== n || counts.some((row) => row.length !== n)) {
      throw new RangeError(`these counts are not of ${n} by ${n} classes`);
    }
    const matrix = new ConfusionMatrix(classes);
    matrix.#counts.set(counts.flat());
    return matrix;
  }

  /**
   * Counts the pixels whose label is not −1 (ignored).
   * @param predicted class indices
   * @param labels class indices or −1, as many as predicted
   * @throws RangeError when lengths differ or a value is no class; nothing is counted then
   */
  add(predicted: ArrayLike<number>, labels: ArrayLike<number>): void {
    const n = this.classes.length;
    if (predicted.length !== labels.length) {
      throw new RangeError(`${predicted.length} predictions for ${labels.length} labels`);
    }
    const added = new Float64Array(n * n);
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i] ?? Number.NaN;
      if (label === -1) continue;
      const prediction = predicted[i] ?? Number.NaN;
      if (!(isIndex(label, n) && isIndex(prediction, n))) {
        throw new RangeError(`label ${label}, prediction ${prediction}: there are ${n} classes`);
      }
      const at = label * n + prediction;
      added[at] = (added[at] ?? 0) + 1;
    }
    this.#accumulate(added);
  }

  /** Adds the counts of another matrix over as many classes. */
  merge(other: ConfusionMatrix): void {
    if (other.classes.length !== this.classes.length) {
      throw new RangeError(
        `a matrix of ${other.classes.length} classes cannot join one of ${this.classes.length}`,
      );
    }
    this.#accumulate(other.#counts);
  }

  #accumulate(added: Float64Array): void {
    for (let i = 0; i < added.length; i++) this.#counts[i] = (this.#counts[i] ?? 0) + (added[i] ?? 0);
  }

  /** n_ij. */
  count(label: number, prediction: number): number {
    const count = this.#counts[label * this.classes.length + prediction];
    if (count === undefined) throw new RangeError(`there is no class ${label} or ${prediction}`);
    return count;
  }

  /** [label][prediction], pixels. */
  counts(): number[][] {
    return this.classes.map((_, i) => this.classes.map((_, j) => this.count(i, j)));
  }

  /** t_i = Σ_j n_ij. */
  labelled(label: number): number {
    return sum(this.classes.map((_, j) => this.count(label, j)));
  }

  /** Σ_i n_ij. */
  predicted(prediction: number): number {
    return sum(this.classes.map((_, i) => this.count(i, prediction)));
  }

  /** Pixels counted in all. */
  get pixels(): number {
    return sum([...this.#counts]);
  }

  /** Per class n_ii / (t_i + Σ_j n_ji − n_ii); `null` for a class in neither labels nor predictions. */
  iou(): (number | null)[] {
    return this.classes.map((_, i) =>
      ratio(this.count(i, i), this.labelled(i) + this.predicted(i) - this.count(i, i)),
    );
  }

  /** Per class 2 n_ii / (t_i + Σ_j n_ji); `null` for a class in neither labels nor predictions. */
  dice(): (number | null)[] {
    return this.classes.map((_, i) => ratio(2 * this.count(i, i), this.labelled(i) + this.predicted(i)));
  }

  /** Per class n_ii / t_i; `null` for a class not in the labels. */
  accuracy(): (number | null)[] {
    return this.classes.map((_, i) => ratio(this.count(i, i), this.labelled(i)));
  }

  /** Σ_i n_ii / Σ_i t_i; `null` when no pixel was counted. */
  pixelAccuracy(): number | null {
    return ratio(sum(this.classes.map((_, i) => this.count(i, i))), this.pixels);
  }

  /** The mean of n_ii / t_i over the classes in the labels. */
  meanAccuracy(): number | null {
    return mean(this.accuracy());
  }

  /** The mean IoU over the classes in labels or predictions: one that is absent from both counts for nothing. */
  meanIoU(): number | null {
    return mean(this.iou());
  }

  /** (Σ_k t_k)⁻¹ Σ_i t_i · IoU_i. */
  frequencyWeightedIoU(): number | null {
    return ratio(sum(this.iou().map((iou, i) => (iou ?? 0) * this.labelled(i))), this.pixels);
  }

  measures(): ClassMeasures {
    return {
      mean_iou: this.meanIoU(),
      mean_dice: mean(this.dice()),
      pixel_accuracy: this.pixelAccuracy(),
      mean_accuracy: this.meanAccuracy(),
      frequency_weighted_iou: this.frequencyWeightedIoU(),
    };
  }

  report(): ClassReport {
    const iou = this.iou();
    const accuracy = this.accuracy();
    const dice = this.dice();
    return {
      pixels: this.pixels,
      classes: this.classes.map((name, i) => ({
        name,
        iou: iou[i] ?? null,
        accuracy: accuracy[i] ?? null,
        dice: dice[i] ?? null,
        pixels: this.labelled(i),
      })),
      confusion: this.counts(),
    };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return ratio(sum(present), present.length);
}

/** Whether a value is one of 0 … n − 1. Truncation is what the compiler of V8 tests fastest. */
function isIndex(value: number, n: number): boolean {
  return (value | 0) === value && value >= 0 && value < n;
}
