/**
 * What was read is good for a while; those who ask at once share one reading. What fails is asked again.
 *
 * @param forMs how long, by the time that each asker gives
 */
export function remembered<Given extends readonly unknown[], T>(
  forMs: number,
  read: (...given: Given) => Promise<T>,
  most = 10_000,
): (key: readonly string[], now: Date, ...given: Given) => Promise<T> {
  const known = new Map<string, { readonly until: number; readonly value: Promise<T> }>();
  return (key, now, ...given) => {
    const name = JSON.stringify(key);
    const found = known.get(name);
    if (found !== undefined && found.until > now.getTime()) return found.value;
    const value = read(...given);
    known.delete(name);
    // The oldest goes; a Map keeps the order of its entries.
    if (known.size >= most) known.delete(known.keys().next().value!);
    const entry = { until: now.getTime() + forMs, value };
    known.set(name, entry);
    value.catch(() => {
      if (known.get(name) === entry) known.delete(name);
    });
    return value;
  };
}
