/**
 * When an alert begins, when it is over, and when somebody is told. Pure: the state is a row for each condition and subject, and
 * whoever changes them holds the lock.
 */

/** One alert's state. Times are milliseconds of the database's clock. */
export interface AlertState {
  readonly subject: string;
  /** Evaluations in a row that found it; it fires once they are enough. */
  readonly held: number;
  /** Evaluations in a row that did not find a firing alert. */
  readonly cleared: number;
  /** Since when it fires; null before. Kept when it is over. */
  readonly firingSince: number | null;
  /** When it was over; null before. */
  readonly resolvedAt: number | null;
  /** When an operator was last told that it fires, in this firing or an earlier one. */
  readonly toldAt: number | null;
  /** When an operator was last told that it is over. */
  readonly endToldAt: number | null;
}

/** How an alert of a condition behaves. */
export interface AlertRule {
  readonly holds: number;
  readonly clears: number;
}

/** How often operators are told. Milliseconds. */
export interface TellingPolicy {
  /** While an alert lasts, it is told again after this. */
  readonly repeatMs: number;
  /** Further subjects of a condition are gathered for so long, so that a provider's death is not two thousand messages. */
  readonly gatherMs: number;
}

/** Whether it is firing now. */
export function isFiring(state: AlertState): boolean {
  return state.firingSince !== null && state.resolvedAt === null;
}

/** Whether it fires and nobody was told in this firing. */
function startIsUntold(state: AlertState): boolean {
  return isFiring(state) && (state.toldAt === null || state.toldAt < state.firingSince!);
}

/** Whether it is over and nobody was told of this end. */
function endIsUntold({ resolvedAt, endToldAt }: AlertState): boolean {
  return resolvedAt !== null && (endToldAt === null || endToldAt < resolvedAt);
}

/**
 * What one evaluation makes of one alert: found, not found, or unknown because it could not be looked for, which changes nothing.
 *
 * @returns null where nothing is left to remember.
 */
export function stepAlert(
  state: AlertState | null,
  subject: string,
  found: boolean | null,
  now: number,
  rule: AlertRule,
): AlertState | null {
  if (found === null) return state;
  if (found) {
    if (state !== null && isFiring(state)) return { ...state, held: state.held + 1, cleared: 0 };
    const held = (state?.held ?? 0) + 1;
    const before: AlertState = state ?? {
      subject,
      held: 0,
      cleared: 0,
      firingSince: null,
      resolvedAt: null,
      toldAt: null,
      endToldAt: null,
    };
    // An end that nobody was told of yet: to them it goes on.
    if (held >= rule.holds && endIsUntold(before)) return { ...before, held, cleared: 0, resolvedAt: null };
    if (held >= rule.holds) return { ...before, held, cleared: 0, firingSince: now, resolvedAt: null };
    return { ...before, held };
  }
  if (state === null) return null;
  if (!isFiring(state)) return state.firingSince === null ? null : { ...state, held: 0 };
  const cleared = state.cleared + 1;
  return cleared >= rule.clears ? { ...state, held: 0, cleared, resolvedAt: now } : { ...state, cleared };
}

/** What operators are told of a condition in one message. */
export interface Telling {
  readonly kind: 'started' | 'repeated' | 'ended';
  readonly subjects: readonly string[];
}

/**
 * Whom to tell what, over all alerts of one condition. The first is told at once, those that follow within the gathering time
 * together after it; all that lasts is told again together. An alert that began and ended while it was gathered is told as ended.
 *
 * @returns the messages, and the states with what was told written into them.
 */
export function tellAlerts(
  states: readonly AlertState[],
  now: number,
  policy: TellingPolicy,
): { readonly states: readonly AlertState[]; readonly tellings: readonly Telling[] } {
  const lastTold = states.reduce(
    (latest, { toldAt, endToldAt }) => Math.max(latest, toldAt ?? -Infinity, endToldAt ?? -Infinity),
    -Infinity,
  );
  if (now - lastTold < policy.gatherMs) return { states, tellings: [] };

  const started = states.filter(startIsUntold);
  const ended = states.filter(endIsUntold);
  const lasting = states.filter((state) => isFiring(state) && !startIsUntold(state));
  const due = lasting.some(({ toldAt }) => now - toldAt! >= policy.repeatMs);
  const repeated = due ? lasting : [];

  const told = new Set([...started, ...repeated]);
  const over = new Set(ended);
  const tellings = (
    [
      ['started', started],
      ['repeated', repeated],
      ['ended', ended],
    ] as const
  )
    .filter(([, of]) => of.length > 0)
    .map(([kind, of]) => ({ kind, subjects: of.map(({ subject }) => subject) }));
  return {
    states: states.map((state) => (told.has(state) ? { ...state, toldAt: now } : over.has(state) ? { ...state, endToldAt: now } : state)),
    tellings,
  };
}
