/** Shows how far predictions are: a bar that redraws on a terminal, a line now and then elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import { rendered, type Terminal } from "../../console/terminal.ts";

/** Without a terminal a line is written at most this often. */
const secondsBetweenLines = 30;

/** The cursor moves to the first column, and the line is erased (ECMA-48, CHA and EL 2). */
const clearedLine = rendered("\u001b[G\u001b[2K");

export class PredictionDisplay {
  readonly #terminal: Terminal;
  readonly #images: number;
  #bar: SingleBar | undefined;
  #done = 0;
  #tiles = { done: 0, of: 0 };
  #lastLine = performance.now();

  constructor(terminal: Terminal, images: number) {
    this.#terminal = terminal;
    this.#images = images;
  }

  /** What writes lines between: the bar makes room for them. */
  terminal(): Terminal {
    const apart = (write: (text: string) => void) => (text: string) => {
      const drawn = this.#bar !== undefined;
      this.close();
      write(drawn ? `${clearedLine}${text}` : text);
    };
    const { note, print } = this.#terminal;
    return {
      ...this.#terminal,
      note: apart(note),
      print: (text) => {
        this.close();
        print(text);
      },
    };
  }

  /** The next image is divided into so many tiles. */
  begin(tiles: number): void {
    this.#tiles = { done: 0, of: tiles };
    this.#show();
  }

  readonly ran = (): void => {
    this.#tiles.done += 1;
    this.#show();
  };

  imageDone(): void {
    this.#done += 1;
    this.#tiles = { done: 0, of: 0 };
  }

  /** Leaves the terminal as it was; may be called again. */
  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #show(): void {
    const { done, of } = this.#tiles;
    if (this.#images === 1 && of <= 1) return;
    const tiles = of > 1 ? `tile ${done}/${of}` : "";
    const image = `image ${Math.min(this.#done + 1, this.#images)}/${this.#images}`;
    if (!this.#terminal.interactive) {
      const now = performance.now();
      if (now - this.#lastLine < 1000 * secondsBetweenLines) return;
      this.#lastLine = now;
      this.#terminal.note([image, tiles].filter((part) => part !== "").join(", "));
      return;
    }
    const value = this.#done + (of > 1 ? done / of : 0);
    if (this.#bar === undefined) {
      this.#bar = new SingleBar(
        {
          format: "{image} {bar} {tiles}",
          stream: process.stderr,
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false, // Ctrl-C ends the program, which leaves nothing half-written
        },
        Presets.shades_classic,
      );
      this.#bar.start(this.#images, value, { image, tiles });
    }
    this.#bar.update(value, { image, tiles });
  }
}
