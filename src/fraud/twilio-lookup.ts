import { z } from 'zod';
import type { HttpClient } from '../http/client.js';

/** What line a number is, in libphonenumber's words in lower case; `unknown` where nobody knows. @throws Error without an answer */
export type LineSource = (number: string) => Promise<string>;

/** Twilio's words, as its Lookup v2 documents them. */
const WORDS: Readonly<Record<string, string>> = {
  landline: 'fixed_line',
  mobile: 'mobile',
  fixedVoip: 'fixed_voip',
  nonFixedVoip: 'voip',
  personal: 'personal_number',
  tollFree: 'toll_free',
  premium: 'premium_rate',
  sharedCost: 'shared_cost',
  uan: 'uan',
  voicemail: 'voicemail',
  pager: 'pager',
  unknown: 'unknown',
};

const answer = z.object({
  valid: z.boolean().nullish(),
  line_type_intelligence: z.object({ type: z.string().nullish(), error_code: z.number().nullish() }).nullish(),
});

/** Line Type Intelligence of Twilio's Lookup v2, which costs for each number. */
export function twilioLookup(
  settings: { readonly url: string; readonly account: string; readonly timeout_ms: number },
  deps: { readonly http: HttpClient; readonly secret: string },
): LineSource {
  const base = settings.url.replace(/\/+$/, '');
  const authorization = `Basic ${Buffer.from(`${settings.account}:${deps.secret}`).toString('base64')}`;
  return async (number) => {
    const reply = await deps.http.request({
      method: 'GET',
      url: `${base}/v2/PhoneNumbers/${encodeURIComponent(number)}?Fields=line_type_intelligence`,
      headers: { authorization, accept: 'application/json' },
      timeoutMs: settings.timeout_ms,
      maxBytes: 65_536,
    });
    // The body of a failure may name the number.
    if (reply.status !== 200) throw new Error(`the lookup answered ${reply.status}`);
    const { line_type_intelligence: line } = answer.parse(JSON.parse(reply.bodyText));
    // 60600 and the like: no data for this number; 60601: the account may not ask for Canada.
    if (line === undefined || line === null || (line.error_code ?? null) !== null)
      throw new Error(`the lookup has no line type: ${line?.error_code ?? 'none given'}`);
    return WORDS[line.type ?? ''] ?? 'unknown';
  };
}
