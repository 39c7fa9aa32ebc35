/** Source texts, and where imported ones come from. */

export interface SourceFile {
  /** As the user wrote it; spans carry it. */
  readonly path: string;
  readonly text: string;
  /** Left out: a file of the author's. "setting": an argument given beside the program; "standard": a file of the language itself. */
  readonly kind?: "setting" | "standard" | undefined;
}

/** A file that is there and cannot be imported. */
export interface UnreadableFile {
  readonly path: string;
  /** "it is a folder", after the name of the file. */
  readonly unreadable: string;
  readonly wayOut: string;
}

/** Finds imported files but the standard ones. `specifier` is what the import says; `from` the path of the file that says it. */
export interface SourceHost {
  readonly read: (specifier: string, from: string) => SourceFile | UnreadableFile | undefined;
}
