/** Files of several images, written image by image; each is there when its last image is, whole or not at all. */
import { UserError } from "../../user-error.ts";
import { NpyWriter } from "./npy-writer.ts";
import type { Page, SampleForm, SampleFormat, SampleWriter } from "./sample-form.ts";
import { TiffWriter } from "./tiff-writer.ts";

interface OpenFile {
  readonly writer: SampleWriter;
  /** Begins the next image. */
  readonly next: (form: SampleForm) => Promise<void>;
  readonly images: number;
  /** Images that are complete. */
  done: number;
}

const nothing: SampleWriter = { write: async () => {}, finish: async () => {}, discard: async () => {} };

export class StackFiles {
  readonly #open = new Map<string, OpenFile>();
  readonly #incomplete = new Set<string>();

  /**
   * What writes one image of a file. Images come in their order; where one is missing, the file is not written.
   * @throws UserError when the file cannot be written, or its format takes no image of that size
   */
  async openPage(
    path: string,
    format: Exclude<SampleFormat, "png">,
    form: SampleForm,
    { index, of }: Page,
  ): Promise<SampleWriter> {
    const found = this.#open.get(path);
    if (index !== (found?.done ?? 0) || this.#incomplete.has(path)) {
      await this.#lose(path);
      return nothing;
    }
    const file = found ?? (await openFile(path, format, form, of));
    this.#open.set(path, file);
    if (found !== undefined) await found.next(form);
    return {
      write: (samples) => file.writer.write(samples),
      finish: async () => {
        file.done++;
        if (file.done === of) await file.writer.finish();
      },
      discard: () => this.#lose(path),
    };
  }

  /** Leaves nothing behind of files that lack images. @returns their paths */
  async close(): Promise<readonly string[]> {
    for (const [path, { done, images }] of this.#open) if (done < images) await this.#lose(path);
    return [...this.#incomplete];
  }

  async #lose(path: string): Promise<void> {
    this.#incomplete.add(path);
    await this.#open.get(path)?.writer.discard();
    this.#open.delete(path);
  }
}

async function openFile(
  path: string,
  format: Exclude<SampleFormat, "png">,
  form: SampleForm,
  images: number,
): Promise<OpenFile> {
  if (format === "tiff") {
    const writer = await TiffWriter.open(path, form, images);
    return { writer, images, done: 0, next: (next) => writer.nextPage(next) };
  }
  const writer = await NpyWriter.open(path, form, images);
  const next = async (other: SampleForm): Promise<void> => {
    if (other.height === form.height && other.width === form.width) return;
    throw new UserError(
      `${path}: an array has images of one size, and these have ${form.height}×${form.width} and ${other.height}×${other.width}`,
      "write another format: --format tiff",
    );
  };
  return { writer, images, done: 0, next };
}
