import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SHIPPED_SPECS } from '../../src/carriers/registry.js';
import { parseSpec } from '../../src/carriers/spec/load.js';
import { SpecError } from '../../src/carriers/spec/spec-error.js';

interface Loose {
  // oxlint-disable-next-line typescript/no-explicit-any -- specs that are wrong have no type
  [key: string]: any;
}
const read = (name: string): Loose => JSON.parse(readFileSync(`${SHIPPED_SPECS}${name}.json`, 'utf8')) as Loose;

/** What is said of a shipped spec that was made wrong in one place. */
function said(name: string, spoil: (spec: Loose) => void): readonly string[] {
  const spec = read(name);
  spoil(spec);
  try {
    parseSpec(JSON.stringify(spec), 'one.json');
  } catch (error) {
    if (error instanceof SpecError) return error.problems.map(({ file, field, reason }) => `${file}: ${field}: ${reason}`);
    throw error;
  }
  return [];
}

describe('a wrong spec is refused with file, field and reason', () => {
  it.each<[string, string, (spec: Loose) => void, string]>([
    ['an unknown field', 'simulated-json', (s) => (s['sends'] = {}), 'one.json: sends: is not a field that is known here'],
    ['a field that is missing', 'simulated-json', (s) => delete s['name'], 'one.json: name: '],
    [
      'an unknown refusal',
      'vonage-sms',
      (s) => (s['send'].reply.answers[1].codes['8'] = 'gone'),
      'one.json: send.reply.answers[1].codes.8: expected one of invalid_number',
    ],
    [
      'an unknown receipt status',
      'vonage-sms',
      (s) => (s['hook'].receipt.statuses.failed = 'bad'),
      'one.json: hook.receipt.statuses.failed: expected one of in_transit',
    ],
    [
      'an unknown placeholder',
      'vonage-sms',
      (s) => (s['send'].body.form.text = '{message}'),
      'one.json: send.body.form.text: there is no placeholder {message} here',
    ],
    [
      'an open brace',
      'vonage-sms',
      (s) => (s['send'].body.form.text = 'x {text'),
      'one.json: send.body.form.text: "{" at character 3 belongs to no placeholder',
    ],
    [
      'a secret that is not declared',
      'vonage-sms',
      (s) => (s['send'].body.form.api_key = '{secret.kee}'),
      'one.json: send.body.form.api_key: {secret.kee}: "kee" is not declared in secrets',
    ],
    ['a secret that nobody uses', 'vonage-sms', (s) => (s['secrets'].spare = 'x'), 'one.json: secrets.spare: is used nowhere'],
    [
      'a placeholder that this operation has not',
      'simulated-json',
      (s) => (s['receipt_query'].path = '/{text}'),
      'one.json: receipt_query.path: there is no placeholder {text} here',
    ],
    [
      'a pattern that looks back',
      'simulated-text',
      (s) => (s['send'].reply.patterns[0] = '(a)\\1'),
      'one.json: send.reply.patterns[0]: is no pattern that can be used',
    ],
    [
      'a path that no pattern names',
      'simulated-text',
      (s) => (s['send'].reply.answers[0].accepted.id = 'number'),
      'one.json: send.reply.answers[0].accepted.id: no pattern has a group (?<number>…)',
    ],
    [
      'patterns where nothing is a text',
      'simulated-json',
      (s) => (s['send'].reply.patterns = ['x']),
      'one.json: send.reply.patterns: only text is read by patterns',
    ],
    [
      'a price pattern without an amount',
      'africastalking',
      (s) => (s['send'].reply.answers[0].accepted.price.pattern = '^x$'),
      'one.json: send.reply.answers[0].accepted.price.pattern: expected a group (?<amount>…)',
    ],
    [
      'a condition that always holds',
      'simulated-json',
      (s) => (s['send'].reply.answers[0].when = {}),
      'one.json: send.reply.answers[0].when: it always holds',
    ],
    [
      'a 500 that is taken for a refusal',
      'plivo',
      (s) => (s['send'].reply.answers[4].when.http = [500]),
      'one.json: send.reply.answers[4].when.http: a 500, 502 or 504 alone does not say that nothing was sent',
    ],
    [
      'no answer that means accepted',
      'plivo',
      (s) => s['send'].reply.answers.shift(),
      'one.json: send.reply.answers: no answer means accepted',
    ],
    [
      'no status that means delivered',
      'plivo',
      (s) => (s['hook'].receipt.statuses = { sent: 'in_transit' }),
      'one.json: hook.receipt.statuses: no status means delivered',
    ],
    [
      'receipts that name no message',
      'plivo',
      (s) => delete s['hook'].receipt.message_id,
      'one.json: hook.receipt: expected message_id, reference or both',
    ],
    ['a GET with a body', 'simulated-json', (s) => (s['send'].method = 'GET'), 'one.json: send.body: a GET has no body'],
    [
      'a text that is never sent',
      'plivo',
      (s) => delete s['send'].body.json.text,
      'one.json: send: the text of the message is nowhere in the request',
    ],
    [
      'a source of something that is not there',
      'plivo',
      (s) => (s['sources']['send.nothing'] = 'https://example.com'),
      'one.json: sources.send.nothing: there is no such part in this file',
    ],
    ['an address that is none', 'plivo', (s) => (s['base_url'] = 'ftp://x'), 'one.json: base_url: expected an http(s) address'],
    ['a sender that is too long for any', 'plivo', (s) => (s['sender'].alphanumeric_max = 99), 'one.json: sender.alphanumeric_max: '],
  ])('%s', (_, name, spoil, problem) => {
    expect(said(name, () => undefined)).toEqual([]);
    expect(said(name, spoil).some((one) => one.startsWith(problem))).toBe(true);
  });

  it('with everything that is wrong at once', () => {
    const problems = said('vonage-sms', (spec) => {
      spec['send'].body.form.text = '{message}';
      spec['hook'].receipt.statuses = {};
      spec['secrets'].spare = 'x';
    });
    expect(problems).toHaveLength(4);
  });

  it('that is no JSON', () => {
    expect(() => parseSpec('{', 'one.json')).toThrow(/^one\.json: the file: is not JSON: /);
  });
});
