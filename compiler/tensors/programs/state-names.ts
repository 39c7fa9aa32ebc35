/** The names under which a session keeps what belongs to a weight. */

/** A moment of the optimizer. */
export function momentName(weight: string, moment: string): string {
  return `${weight}.${moment}`;
}

/** The weight whose moment has that name. */
export function weightOfMoment(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}

/** The sum of its gradients over the batches of an update. */
export function gradientName(weight: string): string {
  return momentName(weight, "gradient");
}

/** Its average over the updates. */
export function averageName(weight: string): string {
  return momentName(weight, "average");
}
