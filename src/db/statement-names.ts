import { createHash } from 'node:crypto';

/** Texts that a process prepares at most. What is put together from many parts (filters of lists) must not fill Postgres's memory. */
const TEXTS = 1_000;

/**
 * Names under which a connection prepares its statements, so that Postgres parses and plans each text once and not every time.
 * The same text has the same name on every connection; `undefined` once too many different ones were asked for.
 */
export function statementNames(most = TEXTS): (text: string) => string | undefined {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= most) return known;
    const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, name);
    return name;
  };
}
