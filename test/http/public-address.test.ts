import { describe, expect, it } from 'vitest';
import { AddressRefusedError, assertPublicUrl, createPublicLookup, isPublicAddress } from '../../src/http/public-address.js';
import type { Lookup } from '../../src/http/public-address.js';

describe('addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '192.167.1.1', '100.63.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    'no address',
    '',
  ])('"%s" is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('URLs', () => {
  it.each(['https://example.com/hook', 'http://example.com:8080/', 'https://8.8.8.8/', 'https://[2606:4700:4700::1111]/x'])(
    '%s may be called',
    (url) => {
      expect(() => assertPublicUrl(new URL(url))).not.toThrow();
    },
  );

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://localhost/',
    'http://x.localhost/',
    'http://printer.local/',
    'http://metadata.google.internal/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'https://user:secret@example.com/',
  ])('%s may not', (url) => {
    expect(() => assertPublicUrl(new URL(url))).toThrow(AddressRefusedError);
  });
});

describe('lookups', () => {
  const resolving =
    (...addresses: string[]): Lookup =>
    (_name, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const look = async (lookup: Lookup, all: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      lookup('name.example', { all }, (error, address) => resolve(error ?? address));
    });

  it('give what is public, in the form that was asked for', async () => {
    expect(await look(createPublicLookup(resolving('8.8.8.8', '1.1.1.1')), false)).toBe('8.8.8.8');
    expect(await look(createPublicLookup(resolving('8.8.8.8')), true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  it('refuse a name with a single address that is not', async () => {
    expect(await look(createPublicLookup(resolving('8.8.8.8', '10.0.0.1')), true)).toBeInstanceOf(AddressRefusedError);
    expect(await look(createPublicLookup(resolving('::ffff:127.0.0.1')), false)).toBeInstanceOf(AddressRefusedError);
    expect(await look(createPublicLookup(resolving()), false)).toBeInstanceOf(AddressRefusedError);
  });
});
