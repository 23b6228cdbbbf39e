import { expect, it } from 'vitest';
import { askAgain } from '../../src/domain/second-round.js';

it('asks once more who was too busy, soonest first, and not before it said', () => {
  expect(askAgain([{ carrier: 'a', reason: 'throttled', retryAfterMs: 9_000 }], 60_000)).toEqual({ carrier: 'a', afterMs: 9_000 });
  expect(
    askAgain(
      [
        { carrier: 'a', reason: 'circuit_open' },
        { carrier: 'b', reason: 'throttled' },
      ],
      60_000,
    ),
  ).toEqual({ carrier: 'b', afterMs: 2_000 });
});

it('asks nobody again whose refusal stands, nor when it would be too late', () => {
  expect(
    askAgain(
      [
        { carrier: 'a', reason: 'bad_sender' },
        { carrier: 'b', reason: 'bad_credentials' },
      ],
      60_000,
    ),
  ).toBeNull();
  expect(askAgain([{ carrier: 'a', reason: 'throttled', retryAfterMs: 60_000 }], 60_000)).toBeNull();
  expect(askAgain([], 60_000)).toBeNull();
});
