import { groupsOf } from './pattern.js';
import type { SignedPart, Spec, SpecBody, SpecReceipt, Tree } from './schema.js';
import { parseTemplate, placeholdersOf } from './template.js';
import { type Operation, PLACEHOLDERS } from './values.js';

/** What is wrong, and where in the spec. */
export interface Finding {
  readonly field: string;
  readonly reason: string;
}

/** Everything that the form of a spec cannot tell: placeholders, patterns, and rules that would lose or double a message. */
export function checkSpec(spec: Spec): readonly Finding[] {
  const findings: Finding[] = [];
  const say = (field: string, reason: string): void => void findings.push({ field, reason });
  const used = new Set<string>();

  const template = (field: string, text: string, operation: Operation, extra: readonly string[] = []): void => {
    let names: readonly string[];
    try {
      names = placeholdersOf(parseTemplate(text));
    } catch (error) {
      say(field, (error as Error).message);
      return;
    }
    const known: readonly string[] = [...PLACEHOLDERS[operation], ...extra];
    for (const name of names) {
      used.add(name);
      const [kind, key = ''] = name.split('.', 2);
      if (kind === 'secret' || kind === 'setting' || kind === 'word') {
        const declared = kind === 'secret' ? spec.secrets : kind === 'setting' ? spec.settings : spec.words;
        if (!Object.hasOwn(declared, key)) say(field, `{${name}}: "${key}" is not declared in ${kind}s`);
      } else if (!known.includes(name)) {
        say(
          field,
          `there is no placeholder {${name}} here; expected one of ${known.map((one) => `{${one}}`).join(', ')}, {secret.…}, {setting.…}`,
        );
      }
    }
  };
  const all = (field: string, texts: Readonly<Record<string, string>>, operation: Operation, extra?: readonly string[]): void => {
    for (const [name, text] of Object.entries(texts)) template(`${field}.${name}`, text, operation, extra);
  };
  const tree = (field: string, value: Tree, operation: Operation): void => {
    if (typeof value === 'string') template(field, value, operation);
    else if (Array.isArray(value)) (value as readonly Tree[]).forEach((one, index) => tree(`${field}[${index}]`, one, operation));
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) tree(`${field}.${name}`, one, operation);
  };
  const body = (field: string, given: SpecBody, operation: Operation): void => {
    if ('json' in given) tree(`${field}.json`, given.json, operation);
    else if ('xml' in given) {
      if (Object.keys(given.xml).length !== 1) say(`${field}.xml`, 'expected one element, the root');
      tree(`${field}.xml`, given.xml, operation);
    } else if ('form' in given) all(`${field}.form`, given.form, operation);
    else template(`${field}.text`, given.text, operation);
  };
  const signed = (field: string, parts: readonly SignedPart[], operation: Operation): void =>
    parts.forEach((part, index) => {
      if ('text' in part) template(`${field}[${index}].text`, part.text, operation);
    });
  const pattern = (field: string, source: string, wanted: readonly string[]): readonly string[] => {
    try {
      const groups = groupsOf(source);
      for (const name of wanted) if (!groups.includes(name)) say(field, `expected a group (?<${name}>…)`);
      return groups;
    } catch (error) {
      say(field, `is no pattern that can be used: ${(error as Error).message}`);
      return [];
    }
  };
  const receipt = (field: string, given: SpecReceipt): void => {
    if (!Object.values(given.statuses).includes('delivered')) say(`${field}.statuses`, 'no status means delivered');
    if (typeof given.price === 'object' && given.price.pattern !== undefined)
      pattern(`${field}.price.pattern`, given.price.pattern, ['amount']);
  };

  template('base_url', spec.base_url, 'account');
  const { auth } = spec;
  for (const name of ['send', 'look_up', 'receipt_query'] as const) {
    const operation = spec[name];
    if (operation === undefined) continue;
    template(`${name}.path`, operation.path, name);
    all(`${name}.headers`, operation.headers, name);
    all(`${name}.query`, operation.query, name);
    if (operation.body !== undefined) {
      body(`${name}.body`, operation.body, name);
      if (operation.method === 'GET') say(`${name}.body`, 'a GET has no body: use query, or another method');
    }
    if (auth.kind === 'basic') {
      template('auth.username', auth.username, name);
      template('auth.password', auth.password, name);
    } else if (auth.kind === 'headers') all('auth.headers', auth.headers, name);
    else if (auth.kind === 'query') all('auth.query', auth.query, name);
    else if (auth.kind === 'hmac') {
      template('auth.key', auth.key, name);
      signed('auth.signed', auth.signed, name);
      all('auth.headers', auth.headers, name, ['signature']);
    }
    const { format, patterns } = operation.reply;
    if ((format === 'text') !== (patterns !== undefined))
      say(
        `${name}.reply.patterns`,
        format === 'text' ? 'a text is read by patterns: expected at least one' : 'only text is read by patterns',
      );
    const groups = (patterns ?? []).flatMap((source, index) => pattern(`${name}.reply.patterns[${index}]`, source, []));
    checkAnswers(name, spec, groups, format === 'text', say, receipt, pattern);
  }
  if (
    ![...Object.values(spec.send.query), JSON.stringify(spec.send.body ?? ''), spec.send.path].some(
      (text) => text.includes('{text}') || text.includes('{text.hex}'),
    )
  )
    say('send', 'the text of the message is nowhere in the request: expected {text} or {text.hex}');
  if (spec.look_up !== undefined && !used.has('reference'))
    say('look_up', 'our reference is nowhere in its requests: expected {reference}');
  if (spec.receipt_query !== undefined && !used.has('message_id'))
    say('receipt_query', 'the carrier’s id is nowhere in the request: expected {message_id}');
  if (used.has('validity') && spec.validity === undefined) say('validity', 'expected the unit of {validity}');

  const { hook } = spec;
  if (hook !== undefined) {
    receipt('hook.receipt', hook.receipt);
    if (hook.receipt.message_id === undefined && hook.receipt.reference === undefined)
      say('hook.receipt', 'expected message_id, reference or both');
    const { signature } = hook;
    if (signature.kind === 'hmac' || signature.kind === 'ed25519') signed('hook.signature.signed', signature.signed, 'account');
    if ('key' in signature) template('hook.signature.key', signature.key, 'account');
    if (signature.kind === 'basic') {
      template('hook.signature.username', signature.username, 'account');
      template('hook.signature.password', signature.password, 'account');
    }
    if (signature.kind === 'token') template('hook.signature.token', signature.token, 'account');
  }

  for (const kind of ['secret', 'setting', 'word'] as const)
    for (const key of Object.keys(spec[`${kind}s`]))
      if (!used.has(`${kind}.${key}`)) say(`${kind}s.${key}`, `is used nowhere: expected {${kind}.${key}} somewhere`);
  for (const part of ['sources', 'assumed'] as const)
    for (const path of Object.keys(spec[part])) if (!exists(spec, path)) say(`${part}.${path}`, 'there is no such part in this file');
  spec.examples.forEach((example, index) => {
    if ((example.operation === 'hook' && hook === undefined) || (example.operation !== 'hook' && spec[example.operation] === undefined))
      say(`examples[${index}].operation`, `this carrier has no ${example.operation}`);
    for (const kind of ['secret', 'setting'] as const)
      for (const key of Object.keys(example[`${kind}s`]))
        if (!Object.hasOwn(spec[`${kind}s`], key)) say(`examples[${index}].${kind}s.${key}`, `is not declared in ${kind}s`);
  });
  return dedupe(findings);
}

/** Answers after which nobody knows whether the message went out, unless the answer itself tells. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([500, 502, 504]);

function checkAnswers(
  name: 'send' | 'look_up' | 'receipt_query',
  spec: Spec,
  groups: readonly string[],
  isText: boolean,
  say: (field: string, reason: string) => void,
  receipt: (field: string, given: SpecReceipt) => void,
  pattern: (field: string, source: string, wanted: readonly string[]) => readonly string[],
): void {
  const { answers } = spec[name]!.reply;
  const group = (field: string, path: string): void => {
    if (isText && !groups.includes(path)) say(field, `no pattern has a group (?<${path}>…)`);
  };
  answers.forEach((answer, index) => {
    const field = `${name}.reply.answers[${index}]`;
    const { when } = answer;
    for (const path of Object.keys(when?.fields ?? {})) group(`${field}.when.fields`, path);
    if (when !== undefined && when.http === undefined && Object.keys(when.fields ?? {}).length === 0)
      say(`${field}.when`, 'it always holds: expected http, fields or both');
    if ('accepted' in answer) {
      group(`${field}.accepted.id`, answer.accepted.id);
      const { price } = answer.accepted;
      if (typeof price === 'object' && price.pattern !== undefined) pattern(`${field}.accepted.price.pattern`, price.pattern, ['amount']);
    }
    if ('by' in answer) group(`${field}.by`, answer.by);
    const surely = ('means' in answer && answer.means !== 'ambiguous') || 'not_found' in answer;
    if (surely && Object.keys(when?.fields ?? {}).length === 0 && when?.http?.some((status) => SAYS_NOTHING.has(status)) === true)
      say(
        `${field}.when.http`,
        'a 500, 502 or 504 alone does not say that nothing was sent: name a field that does, or leave it ambiguous',
      );
    if ('receipt' in answer) receipt(`${field}.receipt`, answer.receipt);
    if ('found' in answer && answer.found.receipt !== undefined) receipt(`${field}.found.receipt`, answer.found.receipt);
  });
  if (name === 'send' && !answers.some((answer) => 'accepted' in answer)) say('send.reply.answers', 'no answer means accepted');
}

function exists(value: unknown, path: string): boolean {
  let here: unknown = value;
  for (const step of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return false;
    here = (here as Record<string, unknown>)[step];
  }
  return here !== undefined;
}

function dedupe(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.field}\0${finding.reason}`, finding])).values()];
}
