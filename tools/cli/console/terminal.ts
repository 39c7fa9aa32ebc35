/** Where a command writes, and whether there in colour. */
import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import { visibleLines } from "../../../compiler/diagnostics/visible.ts";

/**
 * Names, paths and source text may hold control characters: what is written shows them as signs. Only `styled` and
 * `rendered` give text with colours.
 */
export interface Terminal {
  /** Results: what a pipe would take. A line end is added. */
  readonly print: (text: string) => void;
  /** Progress, warnings and errors. A line end is added. */
  readonly note: (text: string) => void;
  readonly printColour: boolean;
  readonly noteColour: boolean;
  /** A person watches the notes: a progress bar may redraw its line. */
  readonly interactive: boolean;
  /** Characters in a line of the terminal that shows the results. Left out: they go to a file or a pipe. */
  readonly columns?: number | undefined;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Colour goes to terminals that have it, unless `--no-color` or the environment variable NO_COLOR says otherwise. */
export function openTerminal(colour: boolean): Terminal {
  const wanted = (stream: NodeJS.WriteStream) =>
    colour && (process.env.NO_COLOR ?? "") === "" && stream.isTTY === true && stream.hasColors();
  return {
    print: (text) => void process.stdout.write(`${harmless(text)}\n`),
    note: (text) => void process.stderr.write(`${harmless(text)}\n`),
    printColour: wanted(process.stdout),
    noteColour: wanted(process.stderr),
    interactive: process.stderr.isTTY === true && process.env.TERM !== "dumb",
    // A terminal that does not know its size says 0.
    columns: process.stdout.isTTY === true && process.stdout.columns > 0 ? process.stdout.columns : undefined,
  };
}

/** `text` may come from anywhere. */
export function styled(text: string, style: Style, colour: boolean): string {
  return colour ? rendered(styleText(style, visibleLines(text), { validateStream: false })) : text;
}

/** Text whose escape sequences are our own, as the diagnostics' renderer makes it. */
export function rendered(text: string): string {
  return text.replaceAll(escapeCharacter, ownEscape);
}

/** What may be written to a terminal of a text with names in it. */
export function harmless(text: string): string {
  return visibleLines(text).replaceAll(ownEscape, escapeCharacter);
}

const escapeCharacter = "\u001B";
/** Stands for the escape character of our own colours: no text from outside can hold it. */
const ownEscape = `\uFDD0${randomUUID()}`;
