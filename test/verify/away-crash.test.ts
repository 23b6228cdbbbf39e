import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asFailure } from '../../src/activities/failures.js';
import { DomainError } from '../../src/domain/errors.js';
import { refused, scriptedCarrier } from '../send/scripted-carrier.js';
import { openGate } from './verify-parts.js';
import { createVerifyWorld, type VerifyWorld } from './world.js';

/** Steps that ask somebody who is away for a moment: a limiter, the engine. */
let world: VerifyWorld;
const sms = scriptedCarrier('sms');
const voice = scriptedCarrier('voice', { channels: ['voice'] });
let away = 3;

beforeAll(async () => {
  const gate = {
    ...openGate(),
    decide: (...asked: Parameters<ReturnType<typeof openGate>['decide']>) => {
      if (asked[0].again && (away -= 1) >= 0) throw new DomainError('unavailable', 'The limits cannot be counted now.');
      return openGate().decide(...asked);
    },
  };
  world = await createVerifyWorld(
    [
      [sms, 10_000n],
      [voice, 20_000n],
    ],
    { gate: () => gate },
  );
}, 120_000);
afterAll(() => world.stop(), 60_000);

describe('who is away for a moment', () => {
  it('keeps no verification from going on by its next channel', async () => {
    sms.answer(() => refused('unreachable'));
    const { id } = await world.start('+14155558001', { channels: ['sms', 'voice'] });
    const [code] = await world.codes(voice, 1);
    expect(away).toBeLessThan(0);
    expect(await world.check(id, code!, randomUUID())).toMatchObject({ success: true });
    await world.eventsOf(id);
  });

  it('is asked again, where what is wrong is not', async () => {
    const failing = (code: 'unavailable' | 'not_found') => asFailure(() => Promise.reject(new DomainError(code, 'it failed')));
    await expect(failing('unavailable')).rejects.toMatchObject({ type: 'unavailable', nonRetryable: false });
    await expect(failing('not_found')).rejects.toMatchObject({ type: 'not_found', nonRetryable: true });
  });
});
