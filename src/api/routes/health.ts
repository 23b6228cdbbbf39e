import { z } from 'zod';
import type { CheckResult } from '../readiness.js';
import { route, type AnyRoute } from '../route.js';

const checkResult = z.object({
  name: z.string(),
  ok: z.boolean(),
  problem: z.string().optional().meta({ description: 'What is wrong.' }),
});
const readiness = z.object({ ready: z.boolean(), checks: z.array(checkResult) }).meta({ id: 'Readiness' });

/** Whether this process lives, and whether it can serve. */
export function healthRoutes(deps: { ready(): Promise<readonly CheckResult[]> }): AnyRoute[] {
  const common = { method: 'get', door: 'public', limit: 'none', tag: 'Health', problems: [] } as const;
  const headers = { 'Cache-Control': 'no-store' };
  return [
    route({
      ...common,
      path: '/healthz',
      summary: 'Whether the process lives',
      answers: { 200: { description: 'It does.', json: z.object({ ok: z.literal(true) }) } },
      handle: () => ({ status: 200, json: { ok: true }, headers }),
    }),
    route({
      ...common,
      path: '/readyz',
      summary: 'Whether everything that is needed is there',
      answers: { 200: { description: 'All of it.', json: readiness }, 503: { description: 'Not all of it.', json: readiness } },
      async handle() {
        const checks = await deps.ready();
        const ready = checks.every(({ ok }) => ok);
        return { status: ready ? 200 : 503, json: { ready, checks }, headers };
      },
    }),
  ];
}
