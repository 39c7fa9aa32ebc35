/**
 * Runs whose results stay in the arrays they are written into. After a run, ONNX Runtime's binding for Node copies each result into a
 * new array, even where it was given the one to write into: 100 MB took 60 ms, and as much again when JavaScript collected them. It goes
 * through the results in the order of the model, and refuses what is no tensor. So a model gets an empty sequence as its first result:
 * by the time the binding refuses it, the others are written, and none is copied. A binding that takes sequences would copy them.
 */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { dataTypes, encodeModel } from "../../../compiler/onnx/schema.ts";

const sequenceName = "empty sequence";

/** What the binding says of a result that is no tensor. */
const refusal = "Non tensor type is temporarily not supported.";

/** Messages that follow each other are one: their lists are joined, and this one's are the first. */
const beginning = encodeModel({
  graph: {
    node: [{ op_type: "SequenceEmpty", output: [sequenceName] }],
    output: [
      {
        name: sequenceName,
        type: { sequence_type: { elem_type: { tensor_type: { elem_type: dataTypes.float } } } },
      },
    ],
  },
});

/** The same model for `runInto`. */
export function withUncopiedResults(model: Uint8Array): Uint8Array {
  return Buffer.concat([beginning, model]);
}

/**
 * @param session of a model with uncopied results
 * @param fetches every other result of it, which is written there
 * @throws what the run throws
 */
export async function runInto(
  session: InferenceSession,
  feeds: InferenceSession.FeedsType,
  fetches: Readonly<Record<string, Tensor>>,
): Promise<void> {
  try {
    await session.run(feeds, { ...fetches, [sequenceName]: null });
  } catch (problem) {
    if (!(problem instanceof Error && problem.message === refusal)) throw problem;
  }
}
