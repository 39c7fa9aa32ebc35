/** The messages of TensorBoard's event files that a run writes (event.proto and summary.proto of TensorFlow 2), with their field numbers. */
import protobuf from "protobufjs/light.js";

/** name: [number, type]; a type that ends in [] is repeated. Field names are the format's own. */
const messages = {
  Event: {
    wall_time: [1, "double"],
    step: [2, "int64"],
    file_version: [3, "string"],
    summary: [5, "Summary"],
    session_log: [7, "SessionLog"],
  },
  Summary: { value: [1, "Value[]"] },
  Value: { tag: [1, "string"], simple_value: [2, "float"] },
  SessionLog: { status: [1, "int32"] },
} as const;

/** Of a `SessionLog`: values of its step and of later ones that were written before are no longer true. */
export const sessionStart = 1;

export interface Event {
  /** Seconds since 1970. */
  readonly wall_time: number;
  readonly step?: number;
  /** In the first event of a file alone. */
  readonly file_version?: string;
  readonly summary?: { readonly value: readonly Scalar[] };
  readonly session_log?: { readonly status: number };
}

export interface Scalar {
  /** Names before a slash group curves. */
  readonly tag: string;
  /** float32 in the file. */
  readonly simple_value: number;
}

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(messages).map(([message, fields]) => [
      message,
      {
        fields: Object.fromEntries(
          Object.entries(fields).map(([name, [id, type]]) => [
            name,
            type.endsWith("[]") ? { id, rule: "repeated", type: type.slice(0, -2) } : { id, type },
          ]),
        ),
      },
    ]),
  ),
});
const eventType = root.lookupType("Event");

export function encodeEvent(event: Event): Uint8Array {
  return eventType.encode(eventType.fromObject(event)).finish();
}

/** Proto3 leaves out what is zero: here it is there. */
export function decodeEvent(bytes: Uint8Array): Event {
  const event = eventType.toObject(eventType.decode(bytes), { longs: Number });
  return { step: 0, ...event } as Event; // the fields are those of the type
}
