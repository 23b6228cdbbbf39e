import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { needlesOf } from '../../src/privacy/needles.js';
import { scanBytes } from '../../src/privacy/scan-bytes.js';
import { scan } from '../../src/privacy/scan.js';
import { run } from '../cli/command.js';

const NUMBER = '+6281276543210';
const DIGITS = NUMBER.slice(1);
const TEXT = 'Ihr Code für "Bank" & Co ist 73510294';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const find = (bytes: Buffer, values: readonly string[], size = 7) => scanBytes(inPieces(bytes, size), needlesOf(values));
const goJson = (text: string) =>
  JSON.stringify(text).replace(/[^\x20-\x7e]|[<>&]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('a value', () => {
  test.each<[string, Buffer]>([
    ['text', Buffer.from(`to ${NUMBER}.`)],
    ['text', Buffer.from(`to ${DIGITS}.`)],
    ['utf-16', Buffer.from(`to ${NUMBER}.`, 'utf16le')],
    ['utf-16', Buffer.from(`to ${NUMBER}.`, 'utf16le').swap16()],
    ['hex', Buffer.from(`\\x${Buffer.from(`to ${NUMBER}.`).toString('hex')}`)],
    ['hex', Buffer.from(Buffer.from(`to ${NUMBER}.`).toString('hex').toUpperCase())],
  ])('a number is found as %s', async (form, bytes) => {
    expect((await find(bytes, [NUMBER])).hits.map((hit) => hit.form)).toEqual([form]);
  });

  test.each<[string, Buffer]>([
    ['text', Buffer.from(TEXT)],
    ['json', Buffer.from(JSON.stringify({ a: TEXT }))],
    ['json', Buffer.from(JSON.stringify(JSON.stringify({ a: TEXT })))],
    ['json', Buffer.from(goJson(TEXT))],
    ['url', Buffer.from(`?text=${encodeURIComponent(TEXT)}&x=1`)],
  ])('a text is found as %s', async (form, bytes) => {
    expect((await find(bytes, [TEXT])).hits.map((hit) => hit.form)).toEqual([form]);
  });

  test('is found as base64 wherever it stands in a longer text, in either alphabet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5 }),
        fc.string({ minLength: 8, maxLength: 30, unit: 'binary' }).filter((text) => !/\p{Cs}/u.test(text) && Buffer.byteLength(text) >= 8),
        fc.uint8Array({ maxLength: 5 }),
        fc.constantFrom<BufferEncoding>('base64', 'base64url'),
        async (before, value, after, alphabet) => {
          const encoded = Buffer.concat([before, Buffer.from(value), after]).toString(alphabet);
          expect((await find(Buffer.from(encoded), [value])).hits.map(({ form }) => form)).toContain('base64');
        },
      ),
      { numRuns: 100 },
    );
  });

  test('is found across pieces of any size, each time once, at its place', async () => {
    const bytes = Buffer.from(`..${DIGITS}.....${DIGITS}.`);
    for (let size = 1; size <= bytes.length + 1; size += 1)
      expect((await find(bytes, [NUMBER], size)).hits).toEqual([{ value: 0, form: 'text', offset: 2, count: 2 }]);
  });

  test('is not found where it is not', async () => {
    expect(await find(Buffer.from('nothing of 6281276543211 here, nor 628127654321'), [NUMBER, TEXT])).toEqual({ bytes: 47, hits: [] });
  });

  test('that is short is refused, and not shown', () => {
    expect(() => needlesOf([NUMBER, '12345'])).toThrow(/^value 2 has fewer than 6 characters/);
  });
});

describe('a scan', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watchword-scan-'));
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
    writeFileSync(join(folder, 'deep', 'er', 'empty.log'), 'nothing');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const look = (places: readonly string[] = [folder], isLeftOut: (path: string) => boolean = () => false) =>
    scan(
      places.map((at) => ({ at })),
      needlesOf([NUMBER]),
      isLeftOut,
    );

  test('that read everything and found nothing is clean', async () => {
    expect(await look()).toMatchObject({ verdict: 'clean', hits: [], unread: [], places: 1 });
  });

  test('finds what lies deep, in a name, behind a link, and at an address', async () => {
    writeFileSync(join(folder, 'deep', 'er', 'data.bin'), Buffer.concat([Buffer.alloc(3_000_000, 7), Buffer.from(DIGITS)]));
    writeFileSync(join(folder, 'deep', `${DIGITS}.txt`), '');
    const other = mkdtempSync(join(tmpdir(), 'watchword-scan-'));
    writeFileSync(join(other, 'linked'), `number=${NUMBER}`);
    symlinkSync(other, join(folder, 'link'));
    const server = createServer((_, response) => response.end(`metric{number="${DIGITS}"} 1`));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
    const report = await look([folder, address]);
    server.close();
    rmSync(other, { recursive: true });
    expect(report.verdict).toBe('found');
    expect(report.hits.map(({ at, offset }) => [at.replace(folder, ''), offset])).toEqual([
      [`/deep/${DIGITS}.txt`, join(folder, 'deep').length + 2],
      ['/deep/er/data.bin', 3_000_000],
      ['/link/linked', 8],
      [address, 15],
    ]);
  });

  test('is incomplete, never clean, where something could not be read', async () => {
    writeFileSync(join(folder, 'old.log.gz'), gzipSync(DIGITS));
    const { verdict, unread } = await look([folder, join(folder, 'missing'), 'http://127.0.0.1:9/metrics']);
    expect(verdict).toBe('incomplete');
    expect(unread).toEqual([
      { at: join(folder, 'old.log.gz'), why: 'it is compressed (gzip): unpack it first' },
      { at: join(folder, 'missing'), why: 'it does not exist' },
      { at: 'http://127.0.0.1:9/metrics', why: expect.any(String) as string },
    ]);
    expect((await look([join(folder, 'missing')])).verdict).toBe('incomplete');
  });

  test('names what is neither a file nor a folder', async () => {
    execFileSync('mkfifo', [join(folder, 'deep', 'pipe')]);
    expect(await look()).toMatchObject({
      verdict: 'incomplete',
      unread: [{ at: join(folder, 'deep', 'pipe'), why: 'it is neither a file nor a folder' }],
    });
  });

  test('says what it left out', async () => {
    writeFileSync(join(folder, 'deep', 'secret'), DIGITS);
    expect(await look([folder], (path) => path.endsWith('secret'))).toMatchObject({
      verdict: 'clean',
      leftOut: [join(folder, 'deep', 'secret')],
    });
  });

  test('by the command shows no value whole, leaves the simulators out, and ends by its verdict', async () => {
    const values = join(folder, 'values');
    writeFileSync(values, `${NUMBER}\n${TEXT}\n`);
    const data = join(folder, 'deep');
    for (const name of ['simulators', 'logs']) mkdirSync(join(data, name));
    for (const file of ['simulators/herosms.json', 'logs/simulator-herosms.log']) writeFileSync(join(data, file), DIGITS);
    const env = { WATCHWORD_DATA_DIR: data };
    const clean = await run(['privacy', 'scan', '--values', values], env);
    expect(clean).toMatchObject({ code: 0, stderr: '' });
    expect(clean.stdout).toContain(`Left out: ${join(data, 'logs', 'simulator-herosms.log')}, ${join(data, 'simulators')}`);
    expect(clean.stdout).toContain('for 2 values: none was found.');

    writeFileSync(join(data, 'logs', 'api.log'), `{"text":${JSON.stringify(TEXT)},"to":"${NUMBER}"}`);
    const found = await run(['privacy', 'scan', '--values', values, '--json'], env);
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({
      verdict: 'found',
      hits: [{ masked: '1: +6… (14)' }, { masked: '2: Ih… (37)', form: 'json' }],
    });
    expect(found.stdout + found.stderr).not.toContain(DIGITS);

    writeFileSync(join(data, 'logs', 'api.log'), gzipSync('x'));
    const incomplete = await run(['privacy', 'scan', '--values', values], env);
    expect(incomplete).toMatchObject({ code: 1, stderr: 'INCOMPLETE: not everything could be read.\n' });
    expect((await run(['privacy', 'scan'], env)).code).toBe(2);
    expect((await run(['privacy', 'scan', '--value', '1234'], env)).code).toBe(2);
  });
});
