import type { Settings } from './settings.js';

/** Fixed windows and a ban after too many breaches, as 5SIM documents it (notes 1.7). */
export interface RateLimiter {
  /** Whether this request is too many. */
  exceeded(now: number): boolean;
}

/** @see RateLimiter */
export function createRateLimiter(settings: () => Settings): RateLimiter {
  let windowStart = 0;
  let inWindow = 0;
  let breaches: number[] = [];
  let bannedUntil = 0;
  return {
    exceeded(now) {
      const { rateLimit, rateWindowMs, rateBreaches, rateBanMs } = settings();
      if (rateLimit === 0) return false;
      if (now < bannedUntil) return true;
      if (now - windowStart >= rateWindowMs) {
        windowStart = now;
        inWindow = 0;
      }
      inWindow += 1;
      if (inWindow <= rateLimit) return false;
      if (inWindow === rateLimit + 1) {
        // A window that is overrun counts once, however often.
        breaches = [...breaches.filter((at) => now - at < 600 * rateWindowMs), now];
        if (rateBreaches > 0 && breaches.length >= rateBreaches) {
          bannedUntil = now + rateBanMs;
          breaches = [];
        }
      }
      return true;
    },
  };
}
