/** Names of one kind (services or countries) at one provider, both ways. */
export interface NameTable {
  /** Our name of a provider's code; null if the code is not in the table. */
  readonly toOurs: (code: string) => string | null;
  /** The code to ask the provider for; null if it is not known to have it. */
  readonly toTheirs: (name: string) => string | null;
}

/**
 * @param pairs [provider's code, our name], each side unique.
 * @param readOnly further codes that mean one of our names in replies and are never asked for.
 */
export function createNameTable(
  pairs: readonly (readonly [string, string])[],
  readOnly: readonly (readonly [string, string])[] = [],
): NameTable {
  const ours = new Map([...pairs, ...readOnly]);
  const theirs = new Map(pairs.map(([code, name]) => [name, code]));
  if (theirs.size !== pairs.length || ours.size !== pairs.length + readOnly.length) throw new RangeError('a name stands twice in a table');
  return { toOurs: (code) => ours.get(code) ?? null, toTheirs: (name) => theirs.get(name) ?? null };
}
