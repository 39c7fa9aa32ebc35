/** What each input of an operation is to it, and how many there are. */

/**
 * `values`: what the result is computed from, position by position where there are several. `whole`: values that every position of
 * the result reads at all positions, wherever they are. `size`: its height and width alone are taken. `indices`: a pool, whose
 * maxima say where values go. `colours`: an image, whose colours say which positions are similar.
 */
export type Role = "values" | "whole" | "size" | "indices" | "colours";

export interface Inputs {
  readonly roles: readonly Role[];
  /** The last role holds for all further inputs: at least two feature maps are joined. */
  readonly repeated: boolean;
}

export const noInput: Inputs = { roles: [], repeated: false };
export const oneMap: Inputs = { roles: ["values"], repeated: false };
export const severalMaps: Inputs = { roles: ["values", "values"], repeated: true };

export function inputsOf(...roles: readonly Role[]): Inputs {
  return { roles, repeated: false };
}

export interface Arity {
  readonly least: number;
  readonly most: number;
}

export function arityOf({ roles, repeated }: Inputs): Arity {
  return { least: roles.length, most: repeated ? Number.POSITIVE_INFINITY : roles.length };
}

/** The role of the input at a place, from 0; `undefined`: the operation takes none there. */
export function roleAt({ roles, repeated }: Inputs, place: number): Role | undefined {
  return roles[place] ?? (repeated ? roles.at(-1) : undefined);
}

/** The inputs that have one of the roles, in order. */
export function withRole<T>(inputs: Inputs, given: readonly T[], ...wanted: readonly Role[]): readonly T[] {
  return given.filter((_, place) => {
    const role = roleAt(inputs, place);
    return role !== undefined && wanted.includes(role);
  });
}
