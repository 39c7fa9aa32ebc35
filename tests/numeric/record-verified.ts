/** What `verify` found, kept with the test that asked, for the operation reporter. */
import { TestRunner } from "vitest";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import type { NumericEngine } from "./engines.ts";

export interface Verified {
  readonly operation: OperationName;
  /** Largest errors, relative as `compare` says. */
  readonly forward: number;
  /** `undefined`: nothing was differentiated. */
  readonly gradient: number | undefined;
}

export interface VerifiedOnEngine extends Verified {
  readonly engine: string;
  readonly description: string;
  readonly device: string;
}

declare module "vitest" {
  interface TaskMeta {
    verified?: readonly VerifiedOnEngine[];
  }
}

export function recordVerified({ name, description, device }: NumericEngine, verified: Verified): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) throw new Error("an operation is verified by a test");
  const { meta } = test;
  meta.verified = [...(meta.verified ?? []), { ...verified, engine: name, description, device }];
}
