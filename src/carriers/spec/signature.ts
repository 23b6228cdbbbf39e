import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { HookRequest } from '../carrier.js';
import { textAt, type Doc } from './document.js';
import type { SpecSignature } from './schema.js';
import { signedBytes } from './signed-text.js';
import { fill, parseTemplate, type Values } from './template.js';

/** Before the 32 bytes of a raw Ed25519 key (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a hook is signed as its carrier signs. Never throws: what cannot be checked is not signed. */
export async function isSigned(signature: SpecSignature, request: HookRequest, doc: Doc | null, values: Values): Promise<boolean> {
  try {
    return await judge(signature, request, doc, values);
  } catch {
    return false;
  }
}

async function judge(signature: SpecSignature, request: HookRequest, doc: Doc | null, values: Values): Promise<boolean> {
  const secret = (template: string): string => {
    const value = fill(parseTemplate(template), values);
    // An empty key would make everybody a signer.
    if (value === null || value === '') throw new Error('the account has no key to check signatures with');
    return String(value);
  };
  const given = (place: { readonly header: string } | { readonly field: string }): string | null =>
    'header' in place ? (request.headers[place.header.toLowerCase()] ?? null) : textAt(doc, place.field);
  const recent = (
    stamp:
      | {
          readonly in: { readonly header: string } | { readonly field: string };
          readonly unit: 'seconds' | 'milliseconds' | 'iso';
          readonly tolerance_seconds: number;
        }
      | undefined,
  ): boolean => {
    if (stamp === undefined) return true;
    const text = given(stamp.in);
    const at =
      text === null || text === ''
        ? Number.NaN
        : stamp.unit === 'iso'
          ? Date.parse(text)
          : Number(text) * (stamp.unit === 'seconds' ? 1_000 : 1);
    return Math.abs(request.now - at) <= stamp.tolerance_seconds * 1_000;
  };
  switch (signature.kind) {
    case 'none':
      return true;
    case 'hmac': {
      const wanted = createHmac(signature.algorithm, secret(signature.key))
        .update(signedBytes(signature.signed, request, values))
        .digest();
      const sent = given(signature.in);
      if (sent?.startsWith(signature.prefix) !== true) return false;
      // Several may be given while a key is being changed.
      const any = sent
        .slice(signature.prefix.length)
        .split(',')
        .some((one) => same(Buffer.from(one.trim(), signature.encoding), wanted));
      return any && recent(signature.timestamp);
    }
    case 'ed25519': {
      const raw = Buffer.from(secret(signature.key), 'base64');
      const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' });
      const sent = Buffer.from(given(signature.in) ?? '', signature.encoding);
      return verify(null, signedBytes(signature.signed, request, values), key, sent) && recent(signature.timestamp);
    }
    case 'jwt': {
      const sent = request.headers[signature.header.toLowerCase()];
      if (sent?.startsWith(signature.prefix) !== true) return false;
      const { payload } = await jwtVerify(sent.slice(signature.prefix.length), Buffer.from(secret(signature.key), 'utf8'), {
        algorithms: signature.algorithms,
        clockTolerance: signature.tolerance_seconds,
        currentDate: new Date(request.now),
        ...(signature.issuer === undefined ? {} : { issuer: signature.issuer }),
        ...(signature.max_age_seconds === undefined ? {} : { maxTokenAge: signature.max_age_seconds }),
      });
      const hashed = (claim: string | undefined, bytes: Uint8Array): boolean => {
        if (claim === undefined) return true;
        const value = payload[claim];
        return typeof value === 'string' && same(Buffer.from(value, 'hex'), createHash('sha256').update(bytes).digest());
      };
      const bodyHolds =
        request.body.length === 0 && payload[signature.body_claim ?? ''] === undefined ? true : hashed(signature.body_claim, request.body);
      return bodyHolds && hashed(signature.url_claim, Buffer.from(request.url, 'utf8'));
    }
    case 'basic': {
      const wanted = `Basic ${Buffer.from(`${secret(signature.username)}:${secret(signature.password)}`, 'utf8').toString('base64')}`;
      return sameText(request.headers['authorization'] ?? '', wanted);
    }
    case 'token':
      return sameText(given(signature.in) ?? '', secret(signature.token));
  }
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function sameText(left: string, right: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(hash(left), hash(right));
}
