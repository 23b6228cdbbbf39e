/** How much of our own past the ranking of carriers looks at. */
export interface CarrierExperience {
  /** After so many seconds an outcome counts half. */
  readonly halfLifeSeconds: number;
  /** After so many it counts nothing. */
  readonly windowSeconds: number;
  /**
   * Of a route's outcomes so many of the newest, the next newest, and so on: each part joins what is younger for as long as it
   * agrees with it (`steadiness.ts`).
   */
  readonly parts: readonly number[];
  /** Of each broader level so many of the newest: it only says where the exact one begins. */
  readonly broad: number;
  /** So many of the newest delivered messages say how long receipts take. */
  readonly receipts: number;
  /** Senders' words on a carrier's receipts: rare, so they are kept for longer. */
  readonly reports: { readonly newest: number; readonly halfLifeSeconds: number; readonly windowSeconds: number };
}

/** Why these figures: docs/routing.md. */
export const CARRIER_EXPERIENCE: CarrierExperience = Object.freeze({
  halfLifeSeconds: 43_200,
  windowSeconds: 604_800,
  parts: Object.freeze([10, 20, 70, 200, 200]),
  broad: 100,
  receipts: 200,
  reports: Object.freeze({ newest: 200, halfLifeSeconds: 604_800, windowSeconds: 2_592_000 }),
});
