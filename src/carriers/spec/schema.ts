import { z } from 'zod';
import { CHANNELS, RECEIPT_STATUSES, REFUSALS } from '../../domain/message.js';

/** What a carrier's answer may mean besides "taken": the closed list of what surely was not sent, or that nobody knows. */
export const MEANINGS = [
  ...REFUSALS,
  'fatal:bad_credentials',
  'fatal:account_closed',
  'fatal:misconfigured',
  /** Said on purpose; whatever an answer's rules do not name is ambiguous too. */
  'ambiguous',
] as const;
export type Meaning = (typeof MEANINGS)[number];

const meaning = z.enum(MEANINGS, `expected one of ${MEANINGS.join(', ')}`);
const name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'expected a name of a-z 0-9 _ that begins with a letter');
const text = z.string().max(4_000);
/** A place in an answer: names and numbers joined by dots, `*` for each of a list, `#` for how many, `@name` for an XML attribute. */
const path = z.string().regex(/^[^.\s]+(?:\.[^.\s]+)*$/, 'expected a path such as messages.0.status');
const country = z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 country in upper case, such as ID');
const http = z.array(z.int().min(100).max(599)).min(1);
const fields = z.record(z.string(), text);

/** Where an amount stands. */
const price = z.union([
  path,
  z.strictObject({
    path,
    /** With the groups `amount` and perhaps `currency`, where the amount is part of a text. */
    pattern: z.string().max(500).optional(),
    /** How many of its units make one of the currency; 1 unless told. */
    per_unit: z.int().min(1).max(1_000_000).default(1),
  }),
]);
const currency = z.union([path, z.strictObject({ is: z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 currency in upper case') })]);

/** All of it must hold. A field holds with any of the listed values; `"*"` wants any value at all. */
const condition = z.strictObject({
  http: http.optional(),
  fields: z.record(path, z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)).optional(),
});

/** Where a receipt's parts stand, and what the carrier's words mean. */
const receipt = z.strictObject({
  message_id: path.optional(),
  reference: path.optional(),
  status: path,
  statuses: z.record(z.string(), z.enum(RECEIPT_STATUSES, `expected one of ${RECEIPT_STATUSES.join(', ')}`)),
  error_code: path.optional(),
  price: price.optional(),
  currency: currency.optional(),
});

const format = z.enum(['json', 'xml', 'form', 'text'], 'expected one of json, xml, form, text');
/** With named groups, of which each becomes a field; the first that fits is taken. Only for `text`. */
const patterns = z.array(z.string().max(500)).min(1).max(20);

const sendAnswer = z.union(
  [
    z.strictObject({
      when: condition,
      accepted: z.strictObject({ id: path, parts: path.optional(), price: price.optional(), currency: currency.optional() }),
    }),
    z.strictObject({ when: condition, means: meaning, code: path.optional() }),
    z.strictObject({ when: condition.optional(), by: path, codes: z.record(z.string(), meaning) }),
  ],
  'expected {when, accepted}, {when, means} or {by, codes}',
);
const lookUpAnswer = z.union(
  [
    z.strictObject({ when: condition, found: z.strictObject({ id: path, receipt: receipt.optional() }) }),
    z.strictObject({ when: condition, not_found: z.literal(true) }),
  ],
  'expected {when, found} or {when, not_found: true}',
);
const queryAnswer = z.union(
  [z.strictObject({ when: condition, receipt }), z.strictObject({ when: condition, nothing_yet: z.literal(true) })],
  'expected {when, receipt} or {when, nothing_yet: true}',
);

/** Values of any depth, in which every string is a template. */
export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };
const tree: z.ZodType<Tree> = z.lazy(() =>
  z.union([text, z.number(), z.boolean(), z.null(), z.array(tree), z.record(z.string(), tree)], 'expected a value of JSON'),
);
const element: z.ZodType<{ readonly [key: string]: Tree }> = z.record(z.string(), tree);

const body = z.union(
  [
    z.strictObject({ json: tree }),
    z.strictObject({ xml: element }),
    z.strictObject({ form: fields }),
    z.strictObject({ text, content_type: z.string().default('text/plain; charset=utf-8') }),
  ],
  'expected one of {json}, {xml}, {form} or {text}',
);

const request = {
  method: z.enum(['GET', 'POST', 'PUT'], 'expected GET, POST or PUT').default('POST'),
  /** After the base address; placeholders are percent-encoded. */
  path: text.regex(/^\//, 'expected a path that begins with /'),
  headers: fields.default({}),
  query: fields.default({}),
  body: body.optional(),
};
const reply = <Answer extends z.ZodType>(answer: Answer) =>
  z.strictObject({ format, patterns: patterns.optional(), answers: z.array(answer).min(1).max(50) });

/** A piece of the text that is signed. */
const signedPart = z.union(
  [
    z.strictObject({ text }),
    z.strictObject({ header: z.string() }),
    z.strictObject({ url: z.enum(['whole', 'without_query', 'path']) }),
    z.strictObject({ method: z.literal(true) }),
    z.strictObject({ body: z.enum(['raw', 'sha256', 'sha256_hex']) }),
    z.strictObject({
      /** Sorted by name. */
      params: z.enum(['query', 'form', 'both']),
      between: z.string().default(''),
      each: z.string().default(''),
      first: z.string().default(''),
      without: z.array(z.string()).default([]),
      /** Characters of values that are replaced before signing. */
      replace: z.record(z.string(), z.string()).default({}),
    }),
  ],
  'expected one of {text}, {header}, {url}, {method}, {body} or {params}',
);
const algorithm = z.enum(['md5', 'sha1', 'sha256', 'sha512'], 'expected md5, sha1, sha256 or sha512');
const encoding = z.enum(['hex', 'base64'], 'expected hex or base64');
const hmac = { algorithm, key: text, encoding, signed: z.array(signedPart).min(1) };
/** When it was signed, which must not be longer ago, nor further ahead, than `tolerance_seconds`. */
const timestamp = z.strictObject({
  in: z.union([z.strictObject({ header: z.string() }), z.strictObject({ field: z.string() })]),
  unit: z.enum(['seconds', 'milliseconds', 'iso']),
  tolerance_seconds: z.int().min(1).max(86_400),
});
const place = z.union([z.strictObject({ header: z.string() }), z.strictObject({ field: z.string() })]);

const auth = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('basic'), username: text, password: text }),
    z.strictObject({ kind: z.literal('headers'), headers: fields }),
    z.strictObject({ kind: z.literal('query'), query: fields }),
    /** `{signature}` stands for the signature in `headers`. */
    z.strictObject({ kind: z.literal('hmac'), ...hmac, headers: fields }),
  ],
  'expected kind none, basic, headers, query or hmac',
);

const signature = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('hmac'), ...hmac, in: place, prefix: z.string().default(''), timestamp: timestamp.optional() }),
    z.strictObject({
      kind: z.literal('ed25519'),
      key: text,
      encoding,
      signed: z.array(signedPart).min(1),
      in: place,
      timestamp: timestamp.optional(),
    }),
    z.strictObject({
      kind: z.literal('jwt'),
      key: text,
      algorithms: z.array(z.enum(['HS256', 'HS384', 'HS512'])).min(1),
      header: z.string(),
      /** Before the token, such as `Bearer `. */
      prefix: z.string().default(''),
      issuer: z.string().optional(),
      /** Claims that hold a hex SHA-256. */
      body_claim: z.string().optional(),
      url_claim: z.string().optional(),
      tolerance_seconds: z.int().min(0).max(3_600).default(5),
      /** How old the token may be where it names no end of its own. */
      max_age_seconds: z.int().min(1).max(86_400).optional(),
    }),
    z.strictObject({ kind: z.literal('basic'), username: text, password: text }),
    z.strictObject({ kind: z.literal('token'), in: place, token: text }),
  ],
  'expected kind none, hmac, ed25519, jwt, basic or token',
);

const hook = z.strictObject({
  /** `auto`: by the content type, and the query where there is no body. */
  format: z.enum(['json', 'xml', 'form', 'query', 'auto'], 'expected one of json, xml, form, query, auto'),
  signature,
  /** What is no receipt (an incoming message) is answered and left alone. */
  only: condition.omit({ http: true }).optional(),
  /** The list of receipts, where one request brings several. */
  each: path.optional(),
  receipt,
  reply: z
    .strictObject({
      status: z.int().min(200).max(299).default(200),
      content_type: z.string().nullable().default(null),
      body: text.default(''),
    })
    .prefault({}),
});

const senderRule = z.strictObject({
  /** The most characters of an alphanumeric sender; 0 forbids them. */
  alphanumeric_max: z.int().min(0).max(20).default(11),
  /** Whether a number or a short code is allowed. */
  numeric: z.boolean().default(true),
  /** Only senders that the account has had registered (`senders` in the configuration). */
  registered_only: z.boolean().default(false),
});

const exampleRequest = z.strictObject({
  method: z.string(),
  url: z.string(),
  /** Those that are to be compared (our requests) or that came (hooks). */
  headers: fields.default({}),
  body: z.string().default(''),
});
const exampleReply = z.strictObject({ status: z.int(), headers: fields.default({}), body: z.string().default('') });
const exampleMessage = z.strictObject({
  to: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'expected E.164 with its plus')
    .default('+447700900000'),
  from: z.string().nullable().default(null),
  text: z.string().default('Hello World!'),
  reference: z.string().default('0f3b9f6e-5a4c-4a34-9a3f-5f2c3f7c1d11'),
  encoding: z.enum(['gsm7', 'ucs2']).default('gsm7'),
  segments: z.int().min(1).default(1),
  validity_seconds: z.int().nullable().default(null),
  receipt_url: z.string().nullable().default(null),
  max_price: z.string().nullable().default(null),
});
const exampleBase = {
  name: z.string().min(1),
  secrets: z.record(z.string(), z.string()).default({}),
  settings: z.record(z.string(), z.string()).default({}),
  now: z.iso.datetime().default('2026-01-02T03:04:05Z'),
};
const example = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('send'),
    ...exampleBase,
    message: exampleMessage.prefault({}),
    /** Null where nothing may be sent at all. */
    request: exampleRequest.nullable(),
    reply: exampleReply.optional(),
    reading: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({
    operation: z.literal('look_up'),
    ...exampleBase,
    message: exampleMessage.prefault({}),
    request: exampleRequest,
    reply: exampleReply,
    reading: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({
    operation: z.literal('receipt_query'),
    ...exampleBase,
    message_id: z.string(),
    request: exampleRequest,
    reply: exampleReply,
    reading: z.record(z.string(), z.unknown()).nullable(),
  }),
  z.strictObject({ operation: z.literal('hook'), ...exampleBase, request: exampleRequest, reading: z.record(z.string(), z.unknown()) }),
]);

/** One carrier in one file (docs/carriers.md). */
export const specSchema = z.strictObject({
  $schema: z.string().optional(),
  /** Version of this form. */
  watchword_carrier: z.literal(1, 'expected 1, the version of this form'),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected 1 to 40 characters of a-z 0-9 -'),
  name: z.string().min(1).max(100),
  channels: z.array(z.enum(CHANNELS)).min(1).default(['sms']),
  /** Without a trailing slash; may hold `{setting.…}`. */
  base_url: z.string().regex(/^https?:\/\/[^\s?#]+[^\s?#/]$/, 'expected an http(s) address without query and trailing slash'),
  /** What an account must be given, by name, with a line that says what it is. Their values stand in no spec. */
  secrets: z.record(name, z.string().min(1)).default({}),
  settings: z.record(name, z.string().min(1)).default({}),
  auth: auth.default({ kind: 'none' }),
  /** Words that follow the encoding, as `{word.…}`; null leaves a field out. */
  words: z
    .record(
      name,
      z.strictObject({
        gsm7: z.union([text, z.number(), z.boolean(), z.null()]),
        ucs2: z.union([text, z.number(), z.boolean(), z.null()]),
      }),
    )
    .default({}),
  /** Unit in which `{validity}` is told, and its bounds in that unit. */
  validity: z
    .strictObject({
      unit: z.enum(['milliseconds', 'seconds', 'minutes', 'hours']),
      least: z.int().min(0).optional(),
      most: z.int().min(1).optional(),
    })
    .optional(),
  sender: z
    .strictObject({ required: z.boolean().default(false), ...senderRule.shape, countries: z.record(country, senderRule).default({}) })
    .prefault({}),
  /** Messages a second that an account may send unless the configuration says otherwise. */
  per_second: z.number().positive().max(10_000),
  /** Whether repeating a send with the same reference sends no second copy. */
  idempotent: z.boolean().default(false),
  send: z.strictObject({ ...request, reply: reply(sendAnswer) }),
  look_up: z.strictObject({ ...request, reply: reply(lookUpAnswer) }).optional(),
  receipt_query: z.strictObject({ ...request, reply: reply(queryAnswer) }).optional(),
  hook: hook.optional(),
  /** Where each fact comes from: a part of this file (`send.reply`) and the address that says so. */
  sources: z.record(path, z.url()).default({}),
  /** What no source was found for: a part of this file and why it is thought to be so. */
  assumed: z.record(path, z.string().min(1)).default({}),
  examples: z.array(example).max(200).default([]),
});

export type Spec = z.output<typeof specSchema>;
export type SpecBody = z.output<typeof body>;
export type SpecRequest = Pick<Spec['send'], 'method' | 'path' | 'headers' | 'query' | 'body'>;
export type SpecCondition = z.output<typeof condition>;
export type SpecReceipt = z.output<typeof receipt>;
export type SpecPrice = z.output<typeof price>;
export type SpecCurrency = z.output<typeof currency>;
export type SpecHook = z.output<typeof hook>;
export type SpecSignature = z.output<typeof signature>;
export type SignedPart = z.output<typeof signedPart>;
export type SpecExample = z.output<typeof example>;
export type SpecReplyFormat = z.output<typeof format>;
