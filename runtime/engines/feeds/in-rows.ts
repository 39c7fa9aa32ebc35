/** Feeds in row order. */
import type { MapBatch } from "../../arrays.ts";
import { channelsFirst } from "./channels-first.ts";
import type { FeedValues } from "./program-feeds.ts";

/** A feature map as [batch, channels, height, width]. */
export function inRows(feed: FeedValues | MapBatch): FeedValues {
  return ArrayBuffer.isView(feed) ? feed : channelsFirst(feed.data, feed.shape);
}
