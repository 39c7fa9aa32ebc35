/** Starts the session worker from its TypeScript source: a worker's first file passes no loader hooks in Node 20, its imports do. */
import { register } from "tsx/esm/api";

register();
await import("./session-worker.ts");
