import { AsyncLocalStorage } from 'node:async_hooks';

/** What the code that runs now belongs to. */
export interface TraceContext {
  readonly traceId: string;
  /** Where an activity runs: its workflow and its name. */
  readonly workflowId?: string;
  readonly activity?: string;
}

/** Carries the trace along whatever is awaited, so that every log line of it can name it. */
export interface Traces {
  /** Runs `work`, and all that it starts, within a trace. */
  run<T>(context: TraceContext, work: () => T): T;
  /** What runs now; null outside of every trace. */
  current(): TraceContext | null;
}

/** One for each process. */
export function createTraces(): Traces {
  const storage = new AsyncLocalStorage<TraceContext>();
  return { run: (context, work) => storage.run(context, work), current: () => storage.getStore() ?? null };
}
