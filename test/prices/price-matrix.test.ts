import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoney } from '../../src/domain/money.js';
import { STOCK_BANDS, stockBand, successDecile, successRate } from '../../src/prices/bands.js';
import { decodeMatrix, encodeMatrix, priceMatrix, type MatrixCell } from '../../src/prices/price-matrix.js';

const at = new Date('2026-03-01T12:00:00.000Z');

function encoded(cells: readonly MatrixCell[]) {
  const providers = [...new Set(cells.map(({ provider }) => provider))].toSorted().map((id) => ({ id, readAt: at }));
  return encodeMatrix({ builtAt: at, currency: 'USD', providers, cells });
}

const cell = fc.record({
  provider: fc.constantFrom('a', 'b', 'c'),
  service: fc.constantFrom('telegram', 'whatsapp', 'google', 'vk'),
  country: fc.constantFrom('ID', 'UA', 'DE', 'US', 'GB'),
  price: fc.bigInt({ min: 1n, max: 10n ** 9n }),
  stockBand: fc.integer({ min: 0, max: 4 }),
  successDecile: fc.option(fc.integer({ min: 0, max: 9 })),
});
const market = fc.uniqueArray(cell, { selector: ({ provider, service, country }) => `${provider} ${service} ${country}`, maxLength: 60 });

function sorted<T extends { provider: string; service: string; country: string }>(cells: Iterable<T>): T[] {
  return [...cells].toSorted((a, b) => (`${a.provider} ${a.service} ${a.country}` < `${b.provider} ${b.service} ${b.country}` ? -1 : 1));
}

test('what is put in comes out, and the document is as its schema says', () => {
  fc.assert(
    fc.property(market, (cells) => {
      const matrix = priceMatrix.parse(JSON.parse(JSON.stringify(encoded(cells))));
      expect(sorted(decodeMatrix(matrix))).toEqual(sorted(cells).map((one) => ({ ...one, price: formatMoney(one.price) })));
    }),
  );
});

test('more distinct prices than one, two and three characters name are told apart', () => {
  const services = Array.from({ length: 130 }, (_, index) => `s${String(index).padStart(3, '0')}`);
  const countries = Array.from(
    { length: 100 },
    (_, index) => String.fromCharCode(65 + Math.floor(index / 26)) + String.fromCharCode(65 + (index % 26)),
  );
  const cells = services.flatMap((service, s) =>
    countries.map((country, c): MatrixCell => ({
      provider: 'a',
      service,
      country,
      price: BigInt(1 + s * 100 + c),
      stockBand: 1,
      successDecile: null,
    })),
  );
  const matrix = encoded(cells);
  expect(matrix.providers[0]!.prices).toHaveLength(13_000);
  expect([...decodeMatrix(matrix)].map(({ price }) => price)).toEqual(cells.map(({ price }) => formatMoney(price)));
});

test('columns that do not fit together are an error, not nonsense', () => {
  const cells: MatrixCell[] = ['ID', 'UA'].map((country) => ({
    provider: 'a',
    service: 'telegram',
    country,
    price: 1n,
    stockBand: 1,
    successDecile: 5,
  }));
  const matrix = encoded(cells);
  const [columns] = matrix.providers;
  for (const broken of [{ price: '!' }, { success: '5' }, { prices: [] }, { stock: '111' }, { price: '~~' }]) {
    expect(() => [...decodeMatrix({ ...matrix, providers: [{ ...columns!, ...broken }] })]).toThrow(RangeError);
  }
});

test('bands and deciles', () => {
  expect([0, 1, 9, 10, 99, 100, 999, 1_000, 2_147_483_647].map(stockBand)).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4]);
  expect(STOCK_BANDS).toHaveLength(5);
  expect([0, 0.09, 0.1, 0.29, 0.3, 0.7, 0.99, 1].map(successDecile)).toEqual([0, 0, 1, 2, 3, 7, 9, 9]);
  expect(successDecile(null)).toBeNull();
});

test('a rate is given only where something is known', () => {
  const mean = ({ successes, failures }: { successes: number; failures: number }) => successes / (successes + failures);
  expect(successRate({ successes: 0, failures: 0 }, mean)).toBeNull();
  expect(successRate({ successes: 0.5, failures: 0.4 }, mean)).toBeNull();
  expect(successRate({ successes: 2, failures: 1 }, mean)).toBe(0.67);
});
