/** Names of PyTorch, Keras, TensorFlow and Caffe for things the language has, for the help of messages and for fixes. */
import { nearestName } from "../../nearest.ts";
import { plain, type Table } from "./habits/habit.ts";
import { argument, join, member, operation, outputActivation, value } from "./habits/network-habits.ts";
import {
  augmentation,
  entry,
  loss,
  metric,
  optimizer,
  schedule,
  trainArgument,
} from "./habits/training-habits.ts";

const habits = {
  operation,
  argument,
  outputActivation,
  join,
  member,
  value,
  entry,
  loss,
  metric,
  optimizer,
  trainArgument,
  schedule,
  augmentation,
} as const satisfies Record<string, Table>;

export type HabitKind = keyof typeof habits;

/** All of them, for the test that goes over the table. */
export const allHabits: Readonly<Record<HabitKind, Table>> = habits;

/** Whether the phrase that names a kind in "there is no …" is one of the table's. */
export function isHabitKind(what: string): what is HabitKind {
  return Object.hasOwn(habits, what);
}

export interface Meant {
  /** To be written in place of the name. */
  readonly nearest: string | undefined;
  /** The help, where one name does not say it. */
  readonly instead: string | undefined;
}

/** What a name that is not `known` most likely means: the same but for case and `_`, a habit, a slip of the pen. */
export function meantBy(name: string, kind: HabitKind, known: Iterable<string>): Meant {
  const names = [...known];
  const key = plain(name);
  const same = names.find((each) => plain(each) === key);
  if (same !== undefined) return { nearest: same, instead: undefined };
  const table: Table = habits[kind];
  const habit = Object.hasOwn(table, key) ? table[key] : undefined;
  const written = habit?.here?.find((word) => names.includes(word.replace(/\(.*/u, "")));
  if (written !== undefined) return { nearest: written, instead: undefined };
  if (habit?.instead !== undefined) return { nearest: undefined, instead: habit.instead };
  return { nearest: nearestName(name, names), instead: undefined };
}
