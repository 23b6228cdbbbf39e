/** How much of our own past the ranking of carriers looks at; why these figures: docs/routing.md. */
export const CARRIER_EXPERIENCE = Object.freeze({
  /** After so many seconds an outcome counts half. */
  halfLifeSeconds: 86_400,
  /** After so many it counts nothing. */
  windowSeconds: 604_800,
  /**
   * Of a route's outcomes so many of the newest, the next newest, and so on: each part joins what is younger for as long as it
   * agrees with it (`steadiness.ts`).
   */
  parts: Object.freeze([10, 20, 70, 200, 200]),
  /** So many of the newest delivered messages say how long receipts take. */
  receipts: 200,
  /** Senders' words on a carrier's receipts: rare, so they are kept for longer. */
  reports: Object.freeze({ newest: 200, halfLifeSeconds: 604_800, windowSeconds: 2_592_000 }),
});

export type CarrierExperience = typeof CARRIER_EXPERIENCE;
