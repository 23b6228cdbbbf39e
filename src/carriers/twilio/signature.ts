import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether Twilio signed a form that it posted: HMAC-SHA1 by the auth token over the address and the sorted fields
 * (https://www.twilio.com/docs/usage/security). Which port stands in the signed address is inconsistent on Twilio's side, so
 * that both forms count, as in Twilio's own libraries.
 */
export function isSignedByTwilio(authToken: string, signature: string, url: string, form: URLSearchParams): boolean {
  if (authToken === '' || !URL.canParse(url)) return false;
  const names = [...new Set(form.keys())].toSorted();
  const fields = names
    .map((name) =>
      [...new Set(form.getAll(name))]
        .toSorted()
        .map((value) => `${name}${value}`)
        .join(''),
    )
    .join('');
  const given = Buffer.from(signature, 'base64');
  return addressesOf(url).some((address) => {
    const wanted = createHmac('sha1', authToken).update(`${address}${fields}`, 'utf8').digest();
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

function addressesOf(url: string): readonly string[] {
  const { protocol, host, hostname, port, pathname, search } = new URL(url);
  const rest = `${pathname}${search}`;
  const usual = protocol === 'https:' ? '443' : '80';
  return [url, `${protocol}//${hostname}${rest}`, `${protocol}//${port === '' ? `${host}:${usual}` : host}${rest}`];
}
