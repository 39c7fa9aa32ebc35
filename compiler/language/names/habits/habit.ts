/** What people who come from another library write, and what the language has for it. */

export interface Habit {
  /** Words with the same meaning: the first of these that is known there replaces the name. */
  readonly here?: readonly string[];
  /** How to write it in the language, where one name is not enough. */
  readonly instead?: string;
}

/** Keys as `plain` makes them: small letters and digits only. */
export type Table = Readonly<Record<string, Habit>>;

/** One habit under several names. */
export function each(names: string, habit: Habit): Table {
  return Object.fromEntries(names.split(" ").map((name) => [name, habit]));
}

export function here(...words: readonly string[]): Habit {
  return { here: words };
}

export function say(instead: string): Habit {
  return { instead };
}

/** `Conv2d`, `conv_2d` and `CONV2D` are one name. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}
