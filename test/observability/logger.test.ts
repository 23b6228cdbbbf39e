import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/observability/logger.js';

function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ process: 'test', level: 'info', destination: { write: (line: string) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('hides what goes by a private name, wherever it stands', () => {
    const secret = '+6281234567890';
    const [line] = logged((log) =>
      log.info(
        {
          phone: secret,
          order: { phoneNumber: secret, sms: [{ text: secret }] },
          deep: { deeper: { apiKey: secret, still: { code: secret } } },
        },
        'bought',
      ),
    );
    expect(JSON.stringify(line)).not.toContain(secret);
    expect(line).toMatchObject({ level: 'info', process: 'test', msg: 'bought', phone: '[hidden]', order: { phoneNumber: '[hidden]' } });
  });

  it('shows of an error what it says and where, not what it carries', () => {
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (phone)=(+62812) already exists.' });
    const [line] = logged((log) => log.error({ err: Object.assign(new Error('not stored', { cause }), { raw: 'SMS 445566' }) }, 'failed'));
    expect(line).toMatchObject({ err: { type: 'Error', message: 'not stored', cause: { message: 'duplicate key', errorCode: '23505' } } });
    expect(JSON.stringify(line)).not.toMatch(/62812|445566/);
  });

  it('is given nothing under a private name by us, which would only be hidden from whoever needs it', () => {
    const source = new URL('../../src/', import.meta.url).pathname;
    const names = new Map<string, string>();
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.ts'))) {
      for (const [, fields] of readFileSync(join(source, file), 'utf8').matchAll(/\blog\.(?:debug|info|warn|error)\(\s*\{([^{}]*)\}/g))
        for (const [, name] of fields!.matchAll(/(?:^|,)\s*(\w+)\s*(?=[:,]|$)/g)) names.set(name!, file);
    }
    expect(names.size).toBeGreaterThan(20);
    const [line] = logged((log) => log.info(Object.fromEntries([...names].map(([name, file]) => [name, { in: file }])), 'x'));
    expect([...names].filter(([name]) => line![name] === '[hidden]')).toEqual([]);
  });

  it('is silent below its level', () => {
    expect(logged((log) => log.debug('nothing'))).toEqual([]);
  });
});
