import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const BUNDLE = new URL('../../dist/workflow-bundle.js', import.meta.url);

describe('workflow bundle', () => {
  it('stays small: every cached workflow pays for it', () => {
    expect(statSync(BUNDLE).size).toBeLessThan(1_900_000);
  });

  it('holds no package but those of Temporal that belong there', () => {
    const packages = new Set(
      [...readFileSync(BUNDLE, 'utf8').matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map(([, name]) => name!),
    );
    const strangers = [...packages].filter((name) => !name.startsWith('@temporalio/') && !['long', 'ms', 'nexus-rpc'].includes(name));
    expect(packages.size).toBeGreaterThan(0);
    expect(strangers).toEqual([]);
  });

  it('holds no room but workflows and domain, and the failure converter', () => {
    const files = new Set([...readFileSync(BUNDLE, 'utf8').matchAll(/"\.\/dist\/(\w+\/[\w-]+\.js)"/g)].map(([, file]) => file!));
    const strangers = [...files].filter((file) => !/^(domain|workflows)\//.test(file));
    expect(files.size).toBeGreaterThan(5);
    expect(strangers).toEqual(['temporal/failure-converter.js']);
  });
});
