import { obtainPrograms, say } from './cluster.js';

/** Building may take minutes, more than any test would wait. */
export async function setup(): Promise<void> {
  await obtainPrograms(say);
}
