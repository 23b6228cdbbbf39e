import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { SHIPPED_SPECS } from '../src/carriers/registry.js';
import { createSpecCarrier } from '../src/carriers/spec/carrier.js';
import { loadSpecs } from '../src/carriers/spec/load.js';
import { createHttpClient } from '../src/http/client.js';

const SPECS = 1_200;

/**
 * Loads and validates 1,200 specs from files of their own and builds an adapter of each: the shipped ones, again and again under
 * other names. Prints one line of JSON; the ratio is to reading and parsing the same files as JSON alone.
 */
it('loads 1,200 carrier specs', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-specs-'));
  try {
    mkdirSync(folder, { recursive: true });
    const shipped = readdirSync(SHIPPED_SPECS).filter((name) => name.endsWith('.json'));
    let bytes = 0;
    for (let index = 0; index < SPECS; index += 1) {
      const spec = JSON.parse(readFileSync(join(SHIPPED_SPECS, shipped[index % shipped.length]!), 'utf8')) as { id: string };
      spec.id = `generated-${index}`;
      const text = JSON.stringify(spec);
      bytes += text.length;
      writeFileSync(join(folder, `${spec.id}.json`), text);
    }
    const bareStart = performance.now();
    for (const name of readdirSync(folder)) JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const bareMs = performance.now() - bareStart;

    const heapBefore = process.memoryUsage().heapUsed;
    const start = performance.now();
    const specs = loadSpecs(folder);
    const loadMs = performance.now() - start;
    const http = createHttpClient({ clock: { now: Date.now } });
    const buildStart = performance.now();
    const carriers = [...specs.values()].map((spec) => {
      const all = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, 'x']));
      const account = { id: spec.id, baseUrl: null, perSecond: null, sender: null, registered: [] };
      return createSpecCarrier(
        spec,
        { ...account, secrets: all(spec.secrets), settings: all(spec.settings) },
        { http, clock: { now: Date.now } },
      );
    });
    const buildMs = performance.now() - buildStart;
    expect(carriers).toHaveLength(SPECS);
    console.log(
      JSON.stringify({
        bench: 'carrier-specs',
        specs: SPECS,
        kilobytes: Math.round(bytes / 1_024),
        load_ms: Math.round(loadMs),
        build_ms: Math.round(buildMs),
        bare_json_ms: Math.round(bareMs),
        ratio_to_bare_json: Math.round((loadMs / bareMs) * 10) / 10,
        heap_mb: Math.round((process.memoryUsage().heapUsed - heapBefore) / 1_048_576),
        node: process.version,
        cpu: cpus()[0]?.model,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
