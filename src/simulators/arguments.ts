import { parseArgs } from 'node:util';
import { z } from 'zod';

/** What `--help` prints. */
export const USAGE = `Simulates a provider of phone numbers for SMS verification.

  --kind handler_api|fivesim      protocol (required)
  --dialect herosms|classic|hybrid  of handler_api; herosms unless told
  --host ADDRESS                  127.0.0.1 unless told
  --port N                        0 (a free port) unless told
  --api-key KEY                   key that clients must send (required)
  --seed N                        seed of prices, numbers and codes; 1 unless told
  --state FILE                    keeps the books there over restarts
  --settings JSON                 see docs/simulators.md
  --help

One line of JSON on standard output says when it listens: {"ready":true,"kind","url","control"}. It stops on SIGTERM and
SIGINT, and when the process that started it goes away.
`;

const schema = z.object({
  kind: z.enum(['handler_api', 'fivesim']),
  dialect: z.enum(['herosms', 'classic', 'hybrid']).default('herosms'),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  'api-key': z.string().min(1),
  seed: z.coerce.number().int().min(0).max(4_294_967_295).default(1),
  state: z.string().min(1).optional(),
  settings: z
    .string()
    .default('{}')
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is no JSON' });
        return z.NEVER;
      }
    }),
});

export type Arguments = z.output<typeof schema>;

/**
 * Reads the command line.
 *
 * @returns null if help was asked for.
 * @throws Error that names the argument that is wrong.
 */
export function readArguments(argv: readonly string[]): Arguments | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      kind: text,
      dialect: text,
      host: text,
      port: text,
      'api-key': text,
      seed: text,
      state: text,
      settings: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return null;
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
