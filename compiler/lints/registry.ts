/** Every lint. A new one is a file beside this and a line here. */
import { checkerboard } from "./checkerboard.ts";
import { denseFixesSize } from "./dense-fixes-size.ts";
import type { Lint } from "./lint.ts";

export const lints: readonly Lint[] = [checkerboard, denseFixesSize];
