/** Every lint. A new one is a file beside this and a line here. */
import { biasBeforeNormalisation } from "./bias-before-normalisation.ts";
import { checkerboard } from "./checkerboard.ts";
import { coarseSkip } from "./coarse-skip.ts";
import { denseFixesSize } from "./dense-fixes-size.ts";
import { evenKernel } from "./even-kernel.ts";
import { gridding } from "./gridding.ts";
import type { Lint } from "./lint.ts";
import { misaligned } from "./misaligned.ts";
import { oneChannel } from "./one-channel.ts";
import { paddingShare } from "./padding-share.ts";
import { singleValueLint } from "./single-value.ts";
import { smallBottleneck } from "./small-bottleneck.ts";
import { smallField } from "./small-field.ts";
import { twiceActivated } from "./twice-activated.ts";
import { unread } from "./unread.ts";
import { zeroTransposed } from "./zero-transposed.ts";

export const lints: readonly Lint[] = [
  unread,
  twiceActivated,
  misaligned,
  coarseSkip,
  oneChannel,
  evenKernel,
  checkerboard,
  zeroTransposed,
  denseFixesSize,
  gridding,
  paddingShare,
  smallBottleneck,
  singleValueLint,
  smallField,
  biasBeforeNormalisation,
];
