import { brotliCompressSync, brotliDecompressSync, constants, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { clientPrice } from '../../src/domain/money.js';
import { stockBand } from '../../src/prices/bands.js';
import { decodeMatrix, encodeMatrix, priceMatrix, type MatrixCell } from '../../src/prices/price-matrix.js';
import { COUNTRIES, market, randomFrom, SERVICES } from './market.js';

test('the whole market of 150 countries and 800 services, a quarter of the pairs listed, is at most 100 KB', () => {
  const random = randomFrom(3);
  const listed = new Set<string>();
  const cells: MatrixCell[] = [];
  for (const [provider, seed] of [
    ['herosms', 1],
    ['fivesim', 2],
  ] as const) {
    for (const row of market(seed, 0.138)) {
      listed.add(`${row.service} ${row.country}`);
      // Outcomes are known where people buy; most pairs have none.
      const successDecile = random() < 0.4 ? Math.min(9, Math.floor(10 * Math.sqrt(random()))) : null;
      const price = clientPrice(row.price, { basisPoints: 2_500, fixed: 10_000n });
      cells.push({ provider, service: row.service, country: row.country, price, stockBand: stockBand(row.stock), successDecile });
    }
  }
  const share = listed.size / (SERVICES.length * COUNTRIES.length);
  const at = new Date('2026-03-01T12:00:00.000Z');
  const matrix = encodeMatrix({
    builtAt: at,
    currency: 'USD',
    providers: [
      { id: 'fivesim', readAt: at },
      { id: 'herosms', readAt: at },
    ],
    cells,
  });
  const json = Buffer.from(JSON.stringify(matrix));
  const brotli = brotliCompressSync(json, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } });
  const gzip = gzipSync(json, { level: 9 });

  expect(share).toBeGreaterThan(0.24);
  expect(share).toBeLessThan(0.27);
  expect(brotli.length).toBeLessThanOrEqual(100_000);
  expect(gzip.length).toBeLessThanOrEqual(100_000);
  const read = priceMatrix.parse(JSON.parse(brotliDecompressSync(brotli).toString('utf8')));
  expect([...decodeMatrix(read)]).toHaveLength(cells.length);
});
