/** A time to the microsecond, in SQL, as a page's place: what a Date would round off decides which row comes next. */
export function placeOf(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;
}
