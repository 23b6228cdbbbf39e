import { createHmac } from 'node:crypto';
import XMLBuilder from 'fast-xml-builder';
import type { Spec, SpecBody, SpecRequest, Tree } from './schema.js';
import { signedBytes } from './signed-text.js';
import { createTemplates, fill, type Template, type Values } from './template.js';

/** A request as it goes out. */
export interface BuiltRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A value that cannot stand where the spec puts it. Nothing was sent. */
export class UnfitValueError extends Error {
  override readonly name = 'UnfitValueError';
}

const xml = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: false, processEntities: true });
/** What XML 1.0 cannot hold, not even escaped. */
const NOT_IN_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const NOT_IN_A_HEADER = /[^\t\u0020-\u007e\u0080-\u00ff]/u;

/** Builds an operation's requests: every value goes in by the writer of its form, never by joining texts. */
export function createRequestBuilder(spec: Spec, baseUrl: string, operation: SpecRequest): (values: Values) => BuiltRequest {
  const templates = createTemplates();
  const text = (source: string, values: Values, escape?: (value: string) => string): string | null => {
    const filled = fill(templates(source), values, escape);
    return filled === null ? null : String(filled);
  };
  const { auth } = spec;
  return (values) => {
    const base = text(baseUrl, values, (value) => hostPart(value)) ?? '';
    const path = text(operation.path, values, encodeURIComponent);
    if (path === null) throw new UnfitValueError('a part of the path has no value');
    const query = new URLSearchParams();
    for (const [name, source] of Object.entries({ ...(auth.kind === 'query' ? auth.query : {}), ...operation.query })) {
      const value = text(source, values);
      if (value !== null) query.append(name, value);
    }
    const search = query.toString();
    const url = `${base}${path}${search === '' ? '' : `${path.includes('?') ? '&' : '?'}${search}`}`;
    const headers: Record<string, string> = {};
    const addHeaders = (sources: Readonly<Record<string, string>>, valuesHere: Values): void => {
      for (const [name, source] of Object.entries(sources)) {
        const value = text(source, valuesHere);
        if (value === null) continue;
        if (NOT_IN_A_HEADER.test(value)) throw new UnfitValueError(`a value does not fit into the header ${name}`);
        headers[name.toLowerCase()] = value;
      }
    };
    const body = operation.body === undefined ? undefined : buildBody(operation.body, templates, values);
    if (body !== undefined) headers['content-type'] = body.contentType;
    addHeaders(operation.headers, values);
    if (auth.kind === 'headers') addHeaders(auth.headers, values);
    if (auth.kind === 'basic') {
      const user = `${text(auth.username, values) ?? ''}:${text(auth.password, values) ?? ''}`;
      headers['authorization'] = `Basic ${Buffer.from(user, 'utf8').toString('base64')}`;
    }
    if (auth.kind === 'hmac') {
      const signed = signedBytes(
        auth.signed,
        { method: operation.method, url, headers, body: Buffer.from(body?.text ?? '', 'utf8') },
        values,
      );
      const signature = createHmac(auth.algorithm, text(auth.key, values) ?? '')
        .update(signed)
        .digest(auth.encoding);
      addHeaders(auth.headers, (name) => (name === 'signature' ? signature : values(name)));
    }
    return { method: operation.method, url, headers, ...(body === undefined ? {} : { body: body.text }) };
  };
}

/** A host or its part, from the configuration: letters, digits, dots, hyphens, and a port. */
function hostPart(value: string): string {
  if (!/^[A-Za-z0-9.:-]+$/.test(value)) throw new UnfitValueError('a setting in the base address is no part of a host');
  return value;
}

function buildBody(body: SpecBody, templates: (text: string) => Template, values: Values): { text: string; contentType: string } {
  if ('json' in body) return { text: JSON.stringify(fillTree(body.json, templates, values) ?? null), contentType: 'application/json' };
  if ('form' in body) {
    const form = new URLSearchParams();
    for (const [name, source] of Object.entries(body.form)) {
      const value = fill(templates(source), values);
      if (value !== null) form.append(name, String(value));
    }
    return { text: form.toString(), contentType: 'application/x-www-form-urlencoded' };
  }
  if ('xml' in body) {
    const filled = fillTree(body.xml, templates, values, (value) => {
      if (NOT_IN_XML.test(value)) throw new UnfitValueError('the text holds characters that XML cannot carry');
      return value;
    });
    return { text: `<?xml version="1.0" encoding="UTF-8"?>${xml.build(filled)}`, contentType: 'application/xml; charset=utf-8' };
  }
  const template = templates(body.text);
  const last = template.parts.at(-1);
  for (const part of template.parts) {
    if (typeof part === 'string' || part === last) continue;
    if (/[\r\n]/.test(String(values(part.placeholder))))
      throw new UnfitValueError(`{${part.placeholder}} holds a line break in the middle of a plain text`);
  }
  const filled = fill(template, values);
  return { text: filled === null ? '' : String(filled), contentType: body.content_type };
}

/** Fills every string; a field whose value is null is left out, and so is an object that loses all its fields. */
function fillTree(tree: Tree, templates: (text: string) => Template, values: Values, check?: (value: string) => string): unknown {
  if (typeof tree === 'string') return fill(templates(tree), values, check) ?? undefined;
  if (Array.isArray(tree)) {
    return (tree as readonly Tree[]).map((one) => fillTree(one, templates, values, check)).filter((one) => one !== undefined);
  }
  if (typeof tree === 'object' && tree !== null) {
    const entries = Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
      const filled = fillTree(value, templates, values, check);
      return filled === undefined ? [] : [[name, filled]];
    });
    return entries.length === 0 && Object.keys(tree).length > 0 ? undefined : Object.fromEntries(entries);
  }
  return tree;
}
