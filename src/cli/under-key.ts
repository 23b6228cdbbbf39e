import { CliError, EXIT } from './exit.js';
import { passes } from './follow.js';
import type { Session } from './session.js';

const PAUSE_MS = 1_000;
const MOST_UNANSWERED = 10;

/**
 * Repeats a request under its key until it is answered: a repetition never does it a second time.
 *
 * @param given `key` as the option `--key` takes it; `lost` says what may be so although no answer came
 */
export async function askUnderKey<T>(
  session: Session,
  given: { readonly key: string; readonly lost: string },
  ask: () => Promise<T>,
): Promise<T> {
  const { key } = given;
  const again = `Ask again with the same key, which never does it twice: --key ${key}`;
  for (let unanswered = 0; ;) {
    try {
      return await ask();
    } catch (error) {
      if (session.interrupt.aborted) throw new CliError(EXIT.interrupted, `Stopped. ${given.lost} ${again}`, { key });
      if (!(error instanceof CliError) || !passes(error)) throw error;
      if (++unanswered >= MOST_UNANSWERED) throw new CliError(error.exit, `${error.message}\n${again}`, { ...error.detail, key });
      session.tell(`${error.message.split('\n')[0]} Asking again under the same key.`);
    }
    await session.sleep(PAUSE_MS);
  }
}
