import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALERT_CONDITIONS, ALERT_NAMES, OUTSIDE_ALERTS, runbookOf } from '../../src/domain/alert-conditions.js';
import { freePort } from '../../src/embedded/free-port.js';
import { until } from '../rent/world.js';
import { type Stack, startStack } from '../stack/stack.js';
import { deployed, type Prometheus, promtool, startPrometheus } from './prometheus.js';

const read = (name: string) => readFileSync(deployed(name), 'utf8');
let stack: Stack;
let prometheus: Prometheus;
let addresses: { readonly api: string; readonly worker: string; readonly temporal: string };

beforeAll(async () => {
  const [worker, temporal] = [await freePort(), await freePort()];
  stack = await startStack({
    env: { WATCHWORD_METRICS_PORT: String(worker), WATCHWORD_TEMPORAL_METRICS_PORT: String(temporal) },
    file: { alerts: { every_ms: 1_000, gather_ms: 0 } },
  });
  addresses = { api: new URL(stack.url).host, worker: `127.0.0.1:${worker}`, temporal: `127.0.0.1:${temporal}` };
  prometheus = await startPrometheus({
    key: stack.operatorKey,
    targets: { 'api:3000': addresses.api, 'worker:9464': addresses.worker, 'worker:9465': addresses.temporal },
  });
}, 120_000);
afterAll(async () => {
  await prometheus?.stop();
  await stack?.close();
});

/** Names of every metric that API, worker and Temporal's SDK tell, with those of their histograms. */
async function metricNames(): Promise<ReadonlySet<string>> {
  const key = { authorization: `Bearer ${stack.operatorKey}` };
  const texts = await Promise.all(
    Object.values(addresses).map(async (address) => (await fetch(`http://${address}/metrics`, { headers: key })).text()),
  );
  const typed = texts.flatMap((text) => [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]);
  return new Set(
    typed.flatMap(([, name, type]) => (type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name!])),
  );
}

const metricsOf = (expression: string) => [...new Set(expression.match(/\b(?:watchword|temporal|process|nodejs)_\w+/g))];

describe('the dashboard', () => {
  interface Panel {
    readonly title: string;
    readonly type: string;
    readonly targets?: readonly { readonly expr: string }[];
  }
  const { panels } = JSON.parse(read('grafana-dashboard.json')) as { readonly panels: readonly Panel[] };
  const expressions = panels.flatMap(({ title, targets }) => (targets ?? []).map(({ expr }) => ({ title, expr })));

  it('has a panel for each thing that is to be seen', () => {
    const titles = panels.map(({ title }) => title).join('\n');
    for (const wanted of [
      /outcome/,
      /Success by provider/,
      /Time to code/,
      /against the budget/,
      /Circuit/,
      /Balance against ledger/,
      /Drift/,
      /Refunds pending/,
      /oldest overdue refund/,
      /waits for a worker/,
      /Requests by route/,
      /4xx and 5xx/,
      /memory/,
    ])
      expect(titles).toMatch(wanted);
  });

  it('has only expressions that Prometheus can read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watchword-dashboard-'));
    try {
      const rules = expressions.map(({ expr }, n) => ({ record: `panel:${n}`, expr }));
      writeFileSync(join(folder, 'rules.json'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      expect(await promtool('check', 'rules', join(folder, 'rules.json'))).toContain(`SUCCESS: ${expressions.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has only metrics that there are', async () => {
    const reply = await stack.fetch('/v1/activations', {
      json: { service: 'telegram', country: 'ID' },
      headers: { 'idempotency-key': 'dashboard-1' },
    });
    expect(reply.status).toBe(201);
    await until(
      async () => {
        const names = await metricNames();
        return expressions.every(({ expr }) => metricsOf(expr).every((name) => names.has(name)));
      },
      30_000,
      async () => {
        const names = await metricNames();
        const missing = expressions.flatMap(({ title, expr }) =>
          metricsOf(expr)
            .filter((name) => !names.has(name))
            .map((name) => `${title}: ${name}`),
        );
        return `there is no metric for ${missing.join(', ')}`;
      },
    );
    expect(expressions.length).toBeGreaterThan(30);
    for (const { expr } of expressions) expect(metricsOf(expr)).not.toEqual([]);
  });
});

describe('the rules', () => {
  it('pass their own tests', async () => {
    expect(await promtool('test', 'rules', deployed('prometheus-alerts.test.yaml'))).toContain('SUCCESS');
  });

  it('are those that watchword looks for itself, and those that only somebody outside sees', () => {
    const rules = [...read('prometheus-alerts.yaml').matchAll(/- alert: (\w+)[^]*?severity: (\w+)[^]*?runbook: '([^']+)'/g)].map(
      ([, name, severity, runbook]) => ({ name, severity, runbook }),
    );
    const wanted = [...ALERT_NAMES.map((name) => [name, ALERT_CONDITIONS[name].severity] as const), ...Object.entries(OUTSIDE_ALERTS)].map(
      ([name, severity]) => ({ name, severity, runbook: runbookOf(name) }),
    );
    const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }) => (a.name! < b.name! ? -1 : 1);
    expect(rules.toSorted(byName)).toEqual(wanted.toSorted(byName));
  });

  it('name only metrics that there are', async () => {
    const names = await metricNames();
    for (const name of metricsOf(read('prometheus-alerts.yaml').replaceAll(/^\s*#.*$/gm, ''))) expect(names).toContain(name);
  });
});

describe('a Prometheus over the deployed files', () => {
  it('reaches API, worker and Temporal’s SDK, and nothing fires in a calm installation', async () => {
    await until(
      async () => (await prometheus.targets()).filter(({ health }) => health === 'up').length === 3,
      20_000,
      async () => JSON.stringify(await prometheus.targets()),
    );
    expect((await prometheus.targets()).map(({ job }) => job).toSorted()).toEqual(['watchword', 'watchword-temporal', 'watchword-worker']);
    await until(
      async () => (await prometheus.alerts()).length === 0,
      30_000,
      async () => JSON.stringify(await prometheus.alerts()),
    );
  });

  it('fires when a circuit opens, as watchword itself does, and stops when it closes', async () => {
    await stack.sql.run(
      "UPDATE providers SET circuit_open_until = now() + interval '1 hour', circuit_reason = 'bad_key' WHERE id = 'herosms'",
    );
    const firing = async () => (await prometheus.alerts()).filter(({ state }) => state === 'firing');
    await until(
      async () => (await firing()).length > 0,
      30_000,
      async () => JSON.stringify(await prometheus.alerts()),
    );
    expect(await firing()).toMatchObject([
      {
        labels: { alertname: 'CircuitOpen', provider: 'herosms', severity: 'warn' },
        annotations: { runbook: 'docs/runbook.md#circuitopen', summary: expect.stringContaining('herosms') },
      },
    ]);
    const ours = async () =>
      (await (await stack.fetch('/v1/operator/alerts', { key: stack.operatorKey })).json()) as {
        readonly firing: number;
        readonly items: readonly { readonly condition: string; readonly subject: string; readonly firing: boolean }[];
      };
    await until(
      async () => (await ours()).firing === 1,
      20_000,
      async () => JSON.stringify(await ours()),
    );
    expect((await ours()).items).toMatchObject([
      {
        condition: 'CircuitOpen',
        subject: 'herosms',
        severity: 'warn',
        firing: true,
        press: expect.stringContaining('circuit_reason'),
        runbook: 'docs/runbook.md#circuitopen',
      },
    ]);
    expect(stack.logged.some((line) => line.startsWith('worker: ') && line.includes('CircuitOpen started (herosms)'))).toBe(true);

    await stack.sql.run('UPDATE providers SET circuit_open_until = NULL, circuit_reason = NULL');
    await until(
      async () => (await firing()).length === 0 && (await ours()).firing === 0,
      30_000,
      async () => JSON.stringify([await firing(), await ours()]),
    );
  });
});
