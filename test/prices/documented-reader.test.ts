import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatMoney } from '../../src/domain/money.js';
import { STOCK_BANDS } from '../../src/prices/bands.js';
import { encodeMatrix, priceMatrix, type MatrixCell } from '../../src/prices/price-matrix.js';

const page = readFileSync(new URL('../../docs/prices.md', import.meta.url), 'utf8');
const [, example] = /```json\n([\s\S]*?)```/.exec(page)!;
const [, source] = /```js\n([\s\S]*?)```/.exec(page)!;
type Reader = (matrix: unknown) => Iterable<Record<string, unknown>>;
// oxlint-disable-next-line typescript/no-implied-eval -- the page's own words are what is tested
const readMatrix = new Function(`${source!}; return readMatrix;`)() as Reader;

test('the reader in docs/prices.md reads the page’s example', () => {
  const matrix = priceMatrix.parse(JSON.parse(example!));
  expect([...readMatrix(matrix)]).toEqual([
    { provider: 'herosms', service: 'telegram', country: 'ID', price: '0.15', leastStock: 100, success: 0.9 },
    { provider: 'herosms', service: 'whatsapp', country: 'ID', price: '0.25', leastStock: 0, success: null },
  ]);
});

test('and whatever the encoder writes, also with many prices', () => {
  const services = Array.from({ length: 60 }, (_, index) => `s${String(index).padStart(2, '0')}`);
  const cells = services.flatMap((service, s) =>
    ['DE', 'ID', 'UA'].map((country, c): MatrixCell => ({
      provider: 'a',
      service,
      country,
      price: BigInt(10_000 + s * 3 + c),
      stockBand: (s + c) % 5,
      successDecile: c === 0 ? null : s % 10,
    })),
  );
  const at = new Date('2026-03-01T12:00:00.000Z');
  const matrix = encodeMatrix({ builtAt: at, currency: 'USD', providers: [{ id: 'a', readAt: at }], cells });
  expect([...readMatrix(matrix)]).toEqual(
    cells.map((cell) => ({
      provider: 'a',
      service: cell.service,
      country: cell.country,
      price: formatMoney(cell.price),
      leastStock: STOCK_BANDS[cell.stockBand],
      success: cell.successDecile === null ? null : cell.successDecile / 10,
    })),
  );
});
