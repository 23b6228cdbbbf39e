import { createHash } from 'node:crypto';
import type { Reply } from './route.js';

/** Text that is HTML already; made by {@link html} only, so that nothing gets into a page unescaped. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A piece of a page; every value that is no {@link Html} is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const shown = values.map((value) => (value instanceof Html ? value.text : value.replace(/[&<>"']/g, (letter) => ESCAPES[letter]!)));
  return new Html(parts.map((part, index) => part + (shown[index] ?? '')).join(''));
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { display: grid; min-height: 90vh; margin: 0; place-items: center; }
  main { width: min(26rem, 92vw); }
  h1 { font-size: 1.4rem; margin: 0 0 1rem; }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
  input { margin: .3rem 0 1rem; padding: .6rem .7rem; border: 1px solid #8888; border-radius: .4rem; }
  button { padding: .6rem; border: 0; border-radius: .4rem; background: #1f6f54; color: #fff; cursor: pointer; }
  button.plain { background: none; color: inherit; border: 1px solid #8888; }
  p.wrong { padding: .6rem .7rem; border-left: 4px solid #c0392b; background: #c0392b1a; }
  ul { padding-left: 1.2rem; } li { margin: .4rem 0; } small { opacity: .75; }
`;

/** Nothing but the page itself, its own style and forms to ourselves. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

/** A page for people, without a script. */
export function page(status: number, title: string, content: Html, headers: Readonly<Record<string, string>> = {}): Reply {
  const text = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${html`${title}`.text} · watchword</title><style>${STYLE}</style></head>
<body><main>${content.text}</main></body>
</html>
`;
  return { status, raw: Buffer.from(text), headers: { 'Cache-Control': 'no-store', 'Content-Security-Policy': POLICY, ...headers } };
}

/** The media type that routes of pages declare. */
export const PAGE_MEDIA = 'text/html; charset=utf-8';
