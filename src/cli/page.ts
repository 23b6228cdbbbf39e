import type { Session } from './session.js';
import { type Cell, table } from './table.js';

/** Shows a page of a list: the API's own document, or a table and how to go on. */
export function showPage<T>(
  session: Session,
  json: boolean | string | undefined,
  page: { readonly items: readonly T[]; readonly next_cursor?: string | null },
  heads: readonly string[],
  row: (item: T) => readonly Cell[],
): void {
  if (json === true) return session.show(JSON.stringify(page));
  session.show(table(heads, page.items.map(row)));
  if (typeof page.next_cursor === 'string') session.tell(`There is more: --cursor ${page.next_cursor}`);
}
