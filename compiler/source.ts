/** Source texts, and where imported ones come from. */

export interface SourceFile {
  /** As the user wrote it; spans carry it. */
  readonly path: string;
  readonly text: string;
  /**
   * Left out: a file of the author's. "setting": an argument given beside the program; "standard": a file of the language itself;
   * "marker": the file that marks a project, whose content nobody reads.
   */
  readonly kind?: "setting" | "standard" | "marker" | undefined;
}

/** A file that is there and cannot be imported. */
export interface UnreadableFile {
  readonly path: string;
  /** "it is a folder", after the name of the file. */
  readonly unreadable: string;
  readonly wayOut: string;
}

/** The file, empty or not, that marks the folder of a project, which imports write as `@`. */
export const projectMarker = "project.fcn";

/** Finds imported files but the standard ones. */
export interface SourceHost {
  /** @param specifier what the import says, relative to the file that says it @param from the path of that file */
  readonly read: (specifier: string, from: string) => SourceFile | UnreadableFile | undefined;
  /**
   * The path of the marker of the project that a file belongs to: of `project.fcn` in the nearest folder at or above its own.
   * `undefined`: there is none. Left out: no file belongs to a project.
   */
  readonly project?: (from: string) => string | undefined;
}
