import { inject } from 'vitest';
import type { PlatformAnswers } from '../global-setup.js';

/** Starts a server of the test platform if it does not run yet, and says where it is. */
export async function platform<Name extends keyof PlatformAnswers>(name: Name): Promise<PlatformAnswers[Name]> {
  const response = await fetch(`${inject('testPlatform')}/${name}`);
  if (!response.ok) throw new Error(`the test platform has no ${name}: ${await response.text()}`);
  return (await response.json()) as PlatformAnswers[Name];
}
