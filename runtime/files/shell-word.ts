/** Words of a command line that a person copies into a shell. */

/** In quotes where a POSIX shell would divide or expand it: "Zellen Köln" becomes 'Zellen Köln'. */
export function shellWord(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
