import { z } from 'zod';
import { formatMoney } from '../domain/money.js';
import { STOCK_BANDS } from './bands.js';

/** One pair at one provider as the matrix shows it. */
export interface MatrixCell {
  readonly provider: string;
  readonly service: string;
  readonly country: string;
  /** What the client pays, micro units of the wallet currency. */
  readonly price: bigint;
  /** 0 to 4; see {@link STOCK_BANDS}. */
  readonly stockBand: number;
  /** Tenth of the success rate, 0 to 9; null where nothing is known. */
  readonly successDecile: number | null;
}

/** What a matrix is encoded from. Cells are unique by provider, service and country. */
export interface MatrixContent {
  readonly builtAt: Date;
  readonly currency: string;
  readonly providers: readonly { readonly id: string; readonly readAt: Date }[];
  readonly cells: readonly MatrixCell[];
}

const time = z.iso.datetime({ precision: 3 });

const providerColumns = z
  .object({
    id: z.string(),
    read_at: time.meta({ description: 'When this provider’s list was read; old when the provider is down.' }),
    prices: z.array(z.string()).meta({ description: 'Distinct prices (what the client pays), most frequent first.' }),
    stock: z.string().meta({
      description:
        'One character for each service and country, countries within services, in the order of `services` and `countries`: `.` not listed, ' +
        'else the stock band (index into `stock_bands`). What is cut off at the end is not listed.',
    }),
    price: z.string().meta({ description: 'For each listed pair the index into `prices`, in one to four characters; see docs/prices.md.' }),
    success: z
      .string()
      .meta({ description: 'For each listed pair the tenth of the success rate (`7`: 70 to 79 %), or `-` where nothing is known.' }),
  })
  .meta({ id: 'PriceMatrixProvider' });

/** The document that clients read. */
export const priceMatrix = z
  .object({
    version: z.literal(1),
    built_at: time,
    currency: z.string(),
    stock_bands: z.array(z.int()).meta({ description: 'Least stock of each band.' }),
    services: z.array(z.string()),
    countries: z.array(z.string()),
    providers: z.array(providerColumns),
  })
  .meta({
    id: 'PriceMatrix',
    description: 'Every price in one document, in columns so that it compresses; docs/prices.md shows how to read it.',
  });

export type PriceMatrix = z.output<typeof priceMatrix>;

/** Printable ASCII but space, quote and backslash: one byte each in JSON. */
const ALPHABET = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
  .filter((character) => character !== '"' && character !== '\\')
  .join('');
const BASE = ALPHABET.length;
/** Indices below this take one character, the next `PAIRS * BASE` two, the rest four. */
const SINGLES = 80;
const PAIRS = BASE - SINGLES - 1;

function encodeIndex(index: number): string {
  if (index < SINGLES) return ALPHABET[index]!;
  const second = index - SINGLES;
  if (second < PAIRS * BASE) return ALPHABET[SINGLES + Math.floor(second / BASE)]! + ALPHABET[second % BASE]!;
  const rest = second - PAIRS * BASE;
  return (
    ALPHABET[BASE - 1]! + ALPHABET[Math.floor(rest / (BASE * BASE))]! + ALPHABET[Math.floor(rest / BASE) % BASE]! + ALPHABET[rest % BASE]!
  );
}

/** Reads one index at `at`; the second number is where the next begins. */
function decodeIndex(text: string, at: number): readonly [index: number, next: number] {
  const digit = (offset: number) => {
    const value = ALPHABET.indexOf(text.charAt(at + offset) || ' ');
    if (value < 0) throw new RangeError('a price column is broken');
    return value;
  };
  const first = digit(0);
  if (first < SINGLES) return [first, at + 1];
  if (first < BASE - 1) return [SINGLES + (first - SINGLES) * BASE + digit(1), at + 2];
  return [SINGLES + PAIRS * BASE + (digit(1) * BASE + digit(2)) * BASE + digit(3), at + 4];
}

/** Puts cells into columns. */
export function encodeMatrix(content: MatrixContent): PriceMatrix {
  const services = [...new Set(content.cells.map((cell) => cell.service))].toSorted();
  const countries = [...new Set(content.cells.map((cell) => cell.country))].toSorted();
  const byProvider = new Map<string, Map<string, MatrixCell>>();
  for (const cell of content.cells) {
    const cells = byProvider.get(cell.provider) ?? new Map<string, MatrixCell>();
    byProvider.set(cell.provider, cells.set(`${cell.service} ${cell.country}`, cell));
  }
  return {
    version: 1,
    built_at: content.builtAt.toISOString(),
    currency: content.currency,
    stock_bands: [...STOCK_BANDS],
    services,
    countries,
    providers: content.providers.map(({ id, readAt }) => ({
      id,
      read_at: readAt.toISOString(),
      ...encodeColumns(byProvider.get(id) ?? new Map(), services, countries),
    })),
  };
}

function encodeColumns(cells: ReadonlyMap<string, MatrixCell>, services: readonly string[], countries: readonly string[]) {
  const frequency = new Map<bigint, number>();
  for (const { price } of cells.values()) frequency.set(price, (frequency.get(price) ?? 0) + 1);
  const prices = [...frequency].toSorted(([a, often], [b, seldom]) => seldom - often || (a < b ? -1 : 1)).map(([price]) => price);
  const indexOf = new Map(prices.map((price, index) => [price, encodeIndex(index)]));
  let stock = '';
  let price = '';
  let success = '';
  for (const service of services) {
    for (const country of countries) {
      const cell = cells.get(`${service} ${country}`);
      stock += cell?.stockBand ?? '.';
      if (cell === undefined) continue;
      price += indexOf.get(cell.price)!;
      success += cell.successDecile ?? '-';
    }
  }
  return { prices: prices.map(formatMoney), stock: stock.replace(/\.+$/, ''), price, success };
}

/** One listed pair of a matrix that was read. */
export interface DecodedCell extends Omit<MatrixCell, 'price'> {
  /** Decimal string of the matrix's currency. */
  readonly price: string;
}

/**
 * Reads a matrix back into cells.
 *
 * @throws RangeError if its columns do not fit together.
 */
export function* decodeMatrix(matrix: PriceMatrix): Generator<DecodedCell> {
  for (const columns of matrix.providers) {
    let listed = 0;
    let at = 0;
    for (let position = 0; position < columns.stock.length; position += 1) {
      const band = columns.stock.charAt(position);
      if (band === '.') continue;
      const [index, next] = decodeIndex(columns.price, at);
      const success = columns.success.charAt(listed);
      const service = matrix.services[Math.floor(position / matrix.countries.length)];
      const country = matrix.countries[position % matrix.countries.length];
      const price = columns.prices[index];
      if (service === undefined || country === undefined || price === undefined || success === '')
        throw new RangeError('the columns do not fit together');
      yield {
        provider: columns.id,
        service,
        country,
        price,
        stockBand: Number(band),
        successDecile: success === '-' ? null : Number(success),
      };
      at = next;
      listed += 1;
    }
  }
}
