import { isDeepStrictEqual } from 'node:util';
import { formatMoney, parseMoney } from '../../domain/money.js';
import type { Clock, HttpClient, HttpRequest } from '../../http/client.js';
import { createSpecCarrier } from './carrier.js';
import type { Spec, SpecExample } from './schema.js';

/** What became of an example: an empty list of differences is a pass. */
export interface Replayed {
  readonly name: string;
  readonly operation: SpecExample['operation'];
  readonly differences: readonly string[];
}

/** Plays a spec's examples: the request must be sent byte for byte, and the answer or hook read as the example says. Nothing leaves the machine. */
export async function replayExamples(spec: Spec): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  for (const example of spec.examples) {
    replayed.push({ name: example.name, operation: example.operation, differences: await play(spec, example) });
  }
  return replayed;
}

async function play(spec: Spec, example: SpecExample): Promise<readonly string[]> {
  const now = Date.parse(example.now);
  const clock: Clock = { now: () => now };
  const sent: HttpRequest[] = [];
  const http: HttpClient = {
    request: async (request) => {
      sent.push(request);
      const reply = (example.operation === 'hook' ? undefined : example.reply) ?? { status: 599, headers: {}, body: '' };
      return { status: reply.status, headers: reply.headers, bodyText: reply.body, receivedAt: now, dateHeaderMs: null };
    },
    close: async () => undefined,
  };
  const named = (declared: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.keys(declared).map((name) => [name, given[name] ?? `example-${name}`]));
  const carrier = createSpecCarrier(
    spec,
    {
      id: spec.id,
      baseUrl: null,
      perSecond: null,
      sender: null,
      registered: [],
      secrets: named(spec.secrets, example.secrets),
      settings: named(spec.settings, example.settings),
    },
    { http, clock },
  );
  const differences: string[] = [];
  let reading: unknown;
  if (example.operation === 'hook') {
    const { method, url, headers, body } = example.request;
    reading = await carrier.readHook({ method, url, headers: lowerCase(headers), body: Buffer.from(body, 'utf8'), now });
  } else if (example.operation === 'receipt_query') reading = await carrier.receiptOf(example.message_id, {});
  else {
    const { to, from, text, reference, encoding, segments } = example.message;
    const message = {
      reference,
      channel: spec.channels[0]!,
      to,
      from,
      text,
      encoding,
      segments,
      validitySeconds: example.message.validity_seconds,
      maxPrice: example.message.max_price === null ? null : parseMoney(example.message.max_price),
      receiptUrl: example.message.receipt_url,
    };
    reading = example.operation === 'send' ? await carrier.send(message, {}) : await carrier.lookUp(message, {});
  }
  if (example.operation !== 'hook') differences.push(...requestDifferences(example.request, sent[0]));
  const shown = asExample(reading);
  if (!isDeepStrictEqual(shown, example.reading))
    differences.push(`reading: expected ${JSON.stringify(example.reading)}, got ${JSON.stringify(shown)}`);
  return differences;
}

function requestDifferences(
  wanted: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  } | null,
  sent: HttpRequest | undefined,
): string[] {
  if (wanted === null) return sent === undefined ? [] : ['request: expected none, but one was sent'];
  if (sent === undefined) return ['request: expected one, but none was sent'];
  const pairs: [string, string, string | undefined][] = [
    ['method', wanted.method, sent.method],
    ['url', wanted.url, sent.url],
    ['body', wanted.body, sent.body ?? ''],
    ...Object.entries(lowerCase(wanted.headers)).map(([name, value]): [string, string, string | undefined] => [
      `headers.${name}`,
      value,
      sent.headers?.[name],
    ]),
  ];
  return pairs.flatMap(([field, left, right]) => (left === right ? [] : [`request.${field}: expected ${left}, got ${right ?? 'none'}`]));
}

/** A reading as an example writes it: amounts as decimal strings, what the carrier is answered and what is only kept left out, nulls too. */
function asExample(value: unknown): unknown {
  if (typeof value === 'bigint') return formatMoney(value);
  if (Array.isArray(value)) return value.map(asExample);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (name === 'raw' || name === 'reply' || one === null ? [] : [[name, asExample(one)]])),
  );
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
