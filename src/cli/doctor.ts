import type { Command } from 'commander';
import { apiUrl, findKey, type Role } from './connection.js';
import { CliError, EXIT } from './exit.js';
import { leaf, type Shown } from './leaf.js';
import { connect, mustAnswer, type Session } from './session.js';
import { table } from './table.js';

/** One finding. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly what: string;
  /** What to do; missing when all is well. */
  readonly todo?: string;
}

/** `doctor`: what is configured, what answers, what is wrong and what to do. */
export function doctorCommand(program: Command, session: Session, version: string): void {
  leaf(program.command('doctor'), ['doctor', 'doctor --json'])
    .summary('what is configured, what answers, what is wrong and what to do')
    .action(async ({ json }: Shown) => {
      const findings = await examine(session, version);
      const ok = findings.every((one) => one.ok);
      session.show(
        json === true
          ? JSON.stringify({ ok, checks: findings })
          : table(
              ['CHECK', '', 'FOUND'],
              findings.map((one) => [one.check, one.ok ? 'ok' : 'WRONG', one.todo === undefined ? one.what : `${one.what} ${one.todo}`]),
            ),
      );
      if (!ok) throw new CliError(EXIT.failed, 'Something is wrong; see the lines above.');
    });
}

async function examine(session: Session, version: string): Promise<Finding[]> {
  const url = apiUrl(session.environment);
  const findings: Finding[] = [
    { check: 'command', ok: true, what: `watchword ${version}, Node ${process.versions.node}` },
    { check: 'address', ok: true, what: `${url} (${session.environment['WATCHWORD_URL'] ? 'WATCHWORD_URL' : 'the default'})` },
  ];
  const client = connect(session, 'public');
  const alive = await found('api', async () => {
    await mustAnswer(client.GET('/healthz'));
    const { data } = await client.GET('/openapi.json');
    return `it answers; its interface has version ${(data as unknown as { info: { version: string } } | undefined)?.info.version ?? '?'}`;
  });
  findings.push(alive);
  if (alive.ok) findings.push(...(await readiness(session)));
  for (const role of ['client', 'operator'] as const) findings.push(await key(session, url, role, alive.ok));
  return findings;
}

async function found(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, what: await look() };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { check, ok: false, what: error.message };
  }
}

async function readiness(session: Session): Promise<Finding[]> {
  const { data, error } = await connect(session, 'public').GET('/readyz');
  const { checks = [] } = (data ?? error) as { checks?: readonly { name: string; ok: boolean; problem?: string | undefined }[] };
  return checks.map(({ name, ok, problem }) =>
    ok
      ? { check: name, ok, what: 'ready' }
      : {
          check: name,
          ok,
          what: problem ?? 'not ready',
          todo: 'Wait a moment after a start; else see the logs of the API and the worker.',
        },
  );
}

async function key(session: Session, url: string, role: Role, alive: boolean): Promise<Finding> {
  const check = `${role} key`;
  const { key: value, from } = findKey(session.environment, url, role);
  // Who is no operator needs no operator's key.
  if (value === null) return { check, ok: role === 'operator', what: `none: looked in ${from}` };
  if (!alive) return { check, ok: true, what: `from ${from}; not tried` };
  return found(check, async () => {
    const client = connect(session, role);
    if (role === 'operator') {
      await mustAnswer(client.GET('/v1/operator/accounts', { params: { query: { limit: 1 } } }));
      return `valid, an operator's, from ${from}`;
    }
    const { name } = await mustAnswer(client.GET('/v1/me'));
    return `valid, of the client "${name}", from ${from}`;
  });
}
