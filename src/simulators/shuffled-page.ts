/**
 * A page of a list whose order does not hold between two requests: rows stand in another order for every offset, so that
 * pages repeat some and hide others.
 */
export function shuffledPage<T>(rows: readonly T[], start: number, limit: number): T[] {
  const keyed = rows.map((row, index) => ({ row, key: ((index + 1) * 7_919 + (start + 1) * 104_729) % 1_009 }));
  return keyed
    .toSorted((a, b) => a.key - b.key)
    .slice(start, start + limit)
    .map(({ row }) => row);
}
