import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePriceSheet, PriceSheetError } from '../../src/carriers/price-sheet.js';
import { SHIPPED_SPECS } from '../../src/carriers/registry.js';
import { COUNTRIES } from '../../src/domain/countries.js';

const read = (text: string) => parsePriceSheet(text, 'sheet.csv');
function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof PriceSheetError) return error.problems;
    throw error;
  }
  return [];
}

describe('a price sheet', () => {
  it('is read by country and by prefix, in any order of columns', () => {
    expect(read('\ufeffPrice,Country,Prefix,Network\n0.01,GB,,\n0.02,GB,+44778,"Net, one"\n"0.00645",US,,\n')).toEqual([
      { channel: 'sms', prefix: '44', country: 'GB', network: null, price: 10_000n },
      { channel: 'sms', prefix: '44778', country: 'GB', network: 'Net, one', price: 20_000n },
      { channel: 'sms', prefix: '1', country: 'US', network: null, price: 6_450n },
    ]);
  });

  it('tells countries apart that share a calling code', () => {
    const prefixes = (country: string) => read(`country,price\n${country},1`).map(({ prefix }) => prefix);
    expect(prefixes('DO')).toEqual(['1809', '1829', '1849']);
    expect(prefixes('KZ')).toEqual(['76', '77']);
    expect(prefixes('RU')).toEqual(['7']);
    expect(prefixes('CA')).toContain('1416');
    expect(prefixes('CA').every((prefix) => /^1\d{3}$/.test(prefix))).toBe(true);
  });

  it('lets a line with a prefix stand above one for the whole country, whichever comes first', () => {
    for (const lines of ['BS,,1\nBS,1242,2', 'BS,1242,2\nBS,,1'])
      expect(read(`country,prefix,price\n${lines}`)).toMatchObject([{ price: 2_000_000n }]);
  });

  it('names every line that is wrong', () => {
    expect(
      problemsOf('country,prefix,channel,price\nGB,,,0.01\nXX,,,0.01\nDE,049,,0.01\nFR,,fax,0.01\nIT,,,1e3\nIT,,,-1\nGB,,,0.02\nMF,,,1\n'),
    ).toEqual([
      'sheet.csv: line 3: "XX" is no ISO 3166-1 alpha-2 country in upper case',
      'sheet.csv: line 4: the prefix "049" is not 1 to 15 digits that begin with a calling code',
      'sheet.csv: line 5: "fax" is no channel; expected sms, whatsapp, voice',
      'sheet.csv: line 6: the price "1e3" is no amount with at most six decimal places',
      'sheet.csv: line 7: the price "-1" is below 0',
      'sheet.csv: line 8: the prefix 44 already has a price, on line 2',
      'sheet.csv: line 9: MF has no calling code of its own: give the prefix',
    ]);
  });

  it.each([
    ['', 'sheet.csv: line 1: the column "country" is missing'],
    ['country,cost\nGB,1', 'sheet.csv: line 1: the column "cost" is not known; expected country, prefix, network, channel, price'],
    ['country,price\nGB,1,2', 'sheet.csv: line 2: Invalid Record Length: columns length is 2, got 3 on line 2'],
    ['country,price\nGB,"1', 'sheet.csv: line 2: Quote Not Closed: the parsing is finished with an opening quote at line 2'],
    ['country,price\n', 'sheet.csv: it holds no price'],
  ])('that is %j is refused', (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  it.each(['json', 'xml', 'text'])(
    'is shipped for the simulated carrier that speaks %s, for every country that can be called',
    (dialect) => {
      const sheet = parsePriceSheet(readFileSync(`${SHIPPED_SPECS}prices/simulated-${dialect}.csv`, 'utf8'), dialect);
      const priced = new Set(sheet.map(({ country }) => country));
      expect(COUNTRIES.map(({ code }) => code).filter((code) => !priced.has(code))).toEqual([
        'AQ',
        'BL',
        'BV',
        'GS',
        'HM',
        'MF',
        'PN',
        'TF',
        'UM',
      ]);
    },
  );
});
