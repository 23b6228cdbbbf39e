/** What a cell may hold. */
export type Cell = string | number | boolean | null | undefined;

/**
 * A text as it may stand in a terminal: on one line, and without control characters, for texts of SMS and names come from strangers.
 */
export function plain(cell: Cell): string {
  if (cell === null || cell === undefined) return '-';
  return String(cell)
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '·');
}

/** Columns aligned by blanks; no colours, so that a pipe gets what a terminal shows. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [heads, ...rows.map((row) => row.map(plain))];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One thing with its members below each other. */
export function record(members: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...members.map(([name]) => name.length));
  return members.map(([name, cell]) => `${name.padEnd(width)}  ${plain(cell)}`).join('\n');
}
