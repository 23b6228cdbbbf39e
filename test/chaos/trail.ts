import type { Stack } from '../stack/stack.js';
import type { StackRequest } from '../stack/requests.js';

/** What came back of one wish that is asked for again and again, so that whoever stays without an answer can say why. */
export interface Trail {
  /** A request, of which is noted what became of it. @throws as `stack.fetch` */
  fetch(path: string, request?: StackRequest): Promise<Response>;
  /** Every answer with its number and the second in which it came last, the newest at the end. */
  text(): string;
}

/** Begins a trail. `what` names the wish. */
export function createTrail(stack: Pick<Stack, 'fetch'>, what: string): Trail {
  const begun = Date.now();
  const came = new Map<string, { count: number; last: number }>();
  const note = (words: string) => {
    const known = came.get(words) ?? { count: 0, last: 0 };
    came.delete(words);
    came.set(words, { count: known.count + 1, last: Math.round((Date.now() - begun) / 1_000) });
  };
  return {
    async fetch(path, request) {
      try {
        const response = await stack.fetch(path, request);
        note(response.ok ? String(response.status) : await problemOf(response.clone()));
        return response;
      } catch (error) {
        note(wordsOf(error));
        throw error;
      }
    },
    text() {
      const words = [...came].map(([answer, { count, last }]) => `${answer} (${count}, last after ${last} s)`);
      const at = new Date(begun).toISOString().slice(11, 23);
      return `${what}, from ${at} for ${Math.round((Date.now() - begun) / 1_000)} s: ${words.join('; ') || 'nothing came'}`;
    },
  };
}

async function problemOf(response: Response): Promise<string> {
  const { code, detail } = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  return `${response.status} ${code ?? ''} ${detail ?? ''}`.trim();
}

/** `fetch` hides behind one sentence whether nobody listened or the connection broke. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${(cause as NodeJS.ErrnoException).code ?? cause.message}` : error.name;
}
