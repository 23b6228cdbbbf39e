const KEY_PARAMETER = /\b(api_?key|token|access_token|apikey|key|signature)=[^&\s"'<>]*/giu;
const AUTHORIZATION = /\b(bearer|basic|apikey|accesskey)\s+[\w.~+/=-]{8,}/giu;
const JSON_WEB_TOKEN = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/gu;

/**
 * The text without the given secrets (plain or percent-encoded), without key parameters of URLs and without
 * authorization tokens. Secrets shorter than four characters are left alone: they would tear any text apart.
 */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const form of new Set([secret, encodeURIComponent(secret)])) clean = clean.replaceAll(form, '[secret]');
  }
  return clean
    .replace(KEY_PARAMETER, (_, name: string) => `${name}=[secret]`)
    .replace(AUTHORIZATION, (_, scheme: string) => `${scheme} [secret]`)
    .replace(JSON_WEB_TOKEN, '[secret]');
}
