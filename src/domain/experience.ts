/** How much of our own past the scorer looks at; why these figures: docs/routing.md. Seconds. */
export interface Experience {
  /** After so long an outcome counts half. */
  readonly halfLifeSeconds: number;
  /** After so long it counts nothing. */
  readonly windowSeconds: number;
  /** Of each group only so many of the newest outcomes count. */
  readonly newest: number;
  /** A number that has waited so long counts as a failure until it is known what became of it. */
  readonly waitingCountsAfterSeconds: number;
}

/**
 * Twelve hours and a week, because a pair's luck changes within days and a quiet pair should not be forgotten overnight. A
 * hundred outcomes, because a busy pair that died would otherwise live on its thousand successes of the morning. Three
 * minutes, because nearly all codes come within two, while a failure is written down only when its client gives up or its
 * time is over.
 */
export const EXPERIENCE: Experience = Object.freeze({
  halfLifeSeconds: 43_200,
  windowSeconds: 604_800,
  newest: 100,
  waitingCountsAfterSeconds: 180,
});
