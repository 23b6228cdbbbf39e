import type { ProviderReply } from '../caller.js';

/** A reply of handler_api.php as far as its form goes. */
export type HandlerReply =
  | { readonly form: 'token'; readonly token: string; readonly rest: string | null; readonly http: ProviderReply }
  | { readonly form: 'json'; readonly value: unknown; readonly http: ProviderReply }
  /** 204, or a success without a body. */
  | { readonly form: 'empty'; readonly http: ProviderReply }
  /** Plain words that are neither token nor JSON. */
  | { readonly form: 'text'; readonly text: string; readonly http: ProviderReply }
  /** HTML, or JSON that was cut. */
  | { readonly form: 'unreadable'; readonly http: ProviderReply };

/** `TOKEN` or `TOKEN:rest`; split once, because a code may hold a colon itself. */
const TOKEN = /^([A-Z][A-Z0-9_]*)(?::([\s\S]*))?$/u;

/** Tells the forms apart by the body alone: the content type says nothing (provider notes 2.1, 3.1). */
export function readForm(http: ProviderReply): HandlerReply {
  const text = http.bodyText.replace(/^\uFEFF/u, '').trim();
  if (text === '') return http.status >= 200 && http.status < 300 ? { form: 'empty', http } : { form: 'text', text, http };
  if (/^[[{"]/u.test(text)) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { form: 'unreadable', http };
    }
    return typeof value === 'string' ? readWords(value.trim(), http) : { form: 'json', value, http };
  }
  if (text.startsWith('<')) return { form: 'unreadable', http };
  return readWords(text, http);
}

function readWords(text: string, http: ProviderReply): HandlerReply {
  const match = TOKEN.exec(text);
  if (match === null) return { form: 'text', text, http };
  return { form: 'token', token: match[1]!, rest: match[2]?.trim() ?? null, http };
}
