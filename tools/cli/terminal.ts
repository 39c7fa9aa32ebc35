/** Where a command writes, and whether there in colour. */
import { styleText } from "node:util";

export interface Terminal {
  /** Results: what a pipe would take. A line end is added. */
  readonly print: (text: string) => void;
  /** Progress, warnings and errors. A line end is added. */
  readonly note: (text: string) => void;
  readonly printColour: boolean;
  readonly noteColour: boolean;
  /** A person watches the notes: a progress bar may redraw its line. */
  readonly interactive: boolean;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Colour goes to terminals that have it, unless `--no-color` or the environment variable NO_COLOR says otherwise. */
export function openTerminal(colour: boolean): Terminal {
  const wanted = (stream: NodeJS.WriteStream) =>
    colour && (process.env.NO_COLOR ?? "") === "" && stream.isTTY === true && stream.hasColors();
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    printColour: wanted(process.stdout),
    noteColour: wanted(process.stderr),
    interactive: process.stderr.isTTY === true && process.env.TERM !== "dumb",
  };
}

export function styled(text: string, style: Style, colour: boolean): string {
  return colour ? styleText(style, text) : text;
}
