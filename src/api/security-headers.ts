import type { Context } from 'koa';
import helmet from 'koa-helmet';

/** The headers that keep browsers from doing more with an answer than reading it. They are the same for every answer. */
export async function securityHeaders(): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  const res = { setHeader: (name: string, value: string) => void (headers[name] = value), removeHeader: () => {} };
  const set = helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } });
  await set({ req: {}, res } as unknown as Context, () => Promise.resolve());
  return Object.freeze(headers);
}
