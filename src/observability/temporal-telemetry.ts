import type { RuntimeOptions } from '@temporalio/worker';

/**
 * What Temporal's Runtime tells of itself: its log to ours and, where `metrics` names an address, its own metrics there under
 * `/metrics`, without a key: task latencies, slots, the sticky cache, calls to the server. In seconds, with units in their names.
 */
export function temporalTelemetry(
  metrics: { readonly host: string; readonly port: number } | null,
): NonNullable<RuntimeOptions['telemetryOptions']> {
  const logging = { filter: { core: 'WARN', other: 'WARN' }, forward: {} } as const;
  if (metrics === null) return { logging };
  const host = metrics.host.includes(':') ? `[${metrics.host}]` : metrics.host;
  return {
    logging,
    metrics: {
      prometheus: {
        bindAddress: `${host}:${metrics.port}`,
        useSecondsForDurations: true,
        unitSuffix: true,
        countersTotalSuffix: true,
      },
    },
  };
}
