import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSpec, loadSpecs } from '../../src/carriers/spec/load.js';
import { replayExamples } from '../../src/carriers/spec/replay.js';

const FOLDER = fileURLToPath(new URL('../../carriers/', import.meta.url));
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('the specs that are shipped', () => {
  it('load together', () => {
    expect(loadSpecs(FOLDER).size).toBe(FILES.length);
  });

  it.each(FILES)('%s says where its facts come from and shows each operation', (file) => {
    const spec = loadSpec(`${FOLDER}${file}`);
    const told = [...Object.keys(spec.sources), ...Object.keys(spec.assumed)];
    const parts = [
      'send',
      'send.reply',
      'per_second',
      ...(spec.hook === undefined ? [] : ['hook.receipt', 'hook.signature']),
      ...(spec.look_up === undefined ? [] : ['look_up']),
      ...(spec.receipt_query === undefined ? [] : ['receipt_query']),
    ];
    expect(parts.filter((part) => !told.some((one) => part === one || part.startsWith(`${one}.`) || one.startsWith(`${part}.`)))).toEqual(
      [],
    );
    const shown = new Set(
      spec.examples.map(({ operation, reading }) => `${operation} ${(reading?.['kind'] as string | undefined) ?? 'receipt'}`),
    );
    expect(shown).toContain('send accepted');
    expect(shown).toContain('send refused');
    expect(shown).toContain('send ambiguous');
    if (spec.hook !== undefined) expect(shown).toContain('hook receipts');
    if (spec.hook !== undefined && spec.hook.signature.kind !== 'none') expect(shown).toContain('hook refused');
    if (spec.look_up !== undefined) expect(shown).toContain('look_up found');
    if (spec.receipt_query !== undefined) expect(shown).toContain('receipt_query receipt');
  });

  it.each(FILES)('%s does what its examples say', async (file) => {
    const replayed = await replayExamples(loadSpec(`${FOLDER}${file}`));
    expect(replayed.flatMap(({ name, differences }) => differences.map((one) => `${name}: ${one}`))).toEqual([]);
    expect(replayed.length).toBeGreaterThan(2);
  });
});
