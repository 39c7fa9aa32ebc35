/** One random network, from its seed to everything that was compared. */
import type { Engine } from "../../../runtime/engines/engine.ts";
import { Random } from "../../../runtime/random.ts";
import { compareEngine, type EngineComparison } from "./compare-engine.ts";
import { compareFields, type FieldComparison } from "./compare-fields.ts";
import { compareSizes, type SizeComparison } from "./compare-sizes.ts";
import { compareTexts } from "./compare-texts.ts";
import { compareTraining, type TrainingComparison } from "./compare-training.ts";
import { randomProgram } from "./generate.ts";
import { judgeDiagnostics } from "./judge-diagnostics.ts";
import { type Disagreement, type Subject, subjectOf } from "./subject.ts";

export interface Examination {
  readonly subject: Subject;
  readonly disagreements: readonly Disagreement[];
  /** `undefined` for a network that does not compile. */
  readonly compared:
    | {
        readonly sizes: SizeComparison;
        readonly fields: FieldComparison;
        readonly engine: EngineComparison | undefined;
        readonly training: TrainingComparison | undefined;
      }
    | undefined;
}

/** What runs a network besides its definitions. */
export interface Engines {
  /** Shows which positions depend on an impulse. */
  readonly impulses?: Engine | undefined;
  /** Compared with float64. */
  readonly training?: readonly Engine[] | undefined;
}

/** Network `index` of the seed's sequence; on engines too, where some are given. */
export async function examine(seed: number, index: number, on: Engines = {}): Promise<Examination> {
  const random = new Random(seed, `network ${index}`);
  const subject = subjectOf(randomProgram(random));
  const { graph } = subject;
  if (graph === undefined) return { subject, disagreements: judgeDiagnostics(subject), compared: undefined };
  const sizes = compareSizes(subject, graph);
  const fields = compareFields(subject, graph, sizes.accepted, random);
  const sound = sizes.disagreements.length === 0;
  const engine =
    on.impulses !== undefined && sound
      ? await compareEngine(on.impulses, subject, graph, sizes.accepted, random)
      : undefined;
  const [network] = subject.compilation.networks;
  const training =
    on.training !== undefined && network !== undefined
      ? await compareTraining(network, on.training)
      : undefined;
  const disagreements = [
    ...sizes.disagreements,
    ...fields.disagreements,
    ...compareTexts(subject, graph),
    ...(engine?.disagreements ?? []),
    ...(training?.disagreements ?? []),
  ];
  return { subject, disagreements, compared: { sizes, fields, engine, training } };
}
