/** Names of catalogues where they are not to be known: in one file, since the sources of all rooms are type-checked once for both. */
import "../learning/learning-names.cases.ts";
import "../ops/operation-names.cases.ts";
