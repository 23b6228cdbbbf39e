import { createApiClient, type ApiClient } from '../client/client.js';
import { apiUrl, mustFindKey, type Role } from './connection.js';
import { CliError, EXIT } from './exit.js';
import { problemError } from './problem.js';

/** The most that one request may take; a long poll takes 30 seconds. */
const REQUEST_MS = 60_000;

/** What every command is given. */
export interface Session {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** A new UUID. */
  readonly ids: () => string;
  readonly clock: () => Date;
  sleep(ms: number): Promise<void>;
  /** Writes to the standard output: the result, once. */
  show(text: string): void;
  /** Writes a piece of a long result to the standard output, and waits where its reader is slower. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Asks a person; null where nobody sits at a terminal. Resolves to null where they will type nothing more. */
  readonly ask: ((question: string) => Promise<string | null>) | null;
  /** Writes to the standard error: progress and hints. */
  tell(text: string): void;
}

/** A request that could not be sent or whose answer did not come. */
export class NoAnswer extends CliError {}

/** A client of the configured API with the key of a role; `public` takes none. An answer may take `answerMs`. */
export function connect(session: Session, role: Role | 'public', answerMs = REQUEST_MS): ApiClient {
  const url = apiUrl(session.environment);
  return createApiClient({
    url,
    key: role === 'public' ? null : mustFindKey(session.environment, url, role),
    async fetch(request) {
      try {
        return await fetch(request, { signal: AbortSignal.any([session.interrupt, AbortSignal.timeout(answerMs)]) });
      } catch (error) {
        if (session.interrupt.aborted) throw error;
        throw new NoAnswer(
          EXIT.failed,
          `${url} does not answer (${reasonOf(error)}). Is watchword running there? \`watchword doctor\` tells more.`,
        );
      }
    },
  });
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}

/**
 * The data of an answer.
 *
 * @throws CliError for a problem document, and for an answer that is not watchword's.
 */
export async function mustAnswer<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked.catch((failure: unknown) => {
    if (failure instanceof SyntaxError) throw new CliError(EXIT.failed, "The answer is not watchword's. Is WATCHWORD_URL right?");
    throw failure;
  });
  if (!response.ok || data === undefined || typeof data !== 'object')
    throw problemError(error, response.status, new URL(response.url).origin);
  return data;
}
