import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../domain/names.js';
import { TemporalUnavailableError } from './unavailable.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const NAMES = Object.values(SEARCH_ATTRIBUTES);
/** gRPC status codes. */
const INVALID_ARGUMENT = 3;
const ALREADY_EXISTS = 6;
/** Servers take a while until every part of them knows a new attribute. */
const PAUSE_MS = 200;

/** What an activation or watcher is found by; each is a Keyword, and none may hold a number, a code or a text. */
export type SearchValues = Partial<Record<keyof typeof SEARCH_ATTRIBUTES, string>>;

/** The values in the form that starts and upserts take. */
export function searchAttributes(values: SearchValues): SearchAttributePair[] {
  return Object.entries(values).map(([name, value]) => ({
    key: defineSearchAttributeKey(SEARCH_ATTRIBUTES[name as keyof typeof SEARCH_ATTRIBUTES], 'KEYWORD'),
    value,
  }));
}

/**
 * Sees to it that the server knows our search attributes, registering those that are missing, and returns once a query by
 * them works. Many processes may do this at once.
 *
 * @param timeoutMs how long the server may take to make them usable.
 * @throws TemporalUnavailableError if the server refuses, has one under another type, or does not get there in time.
 */
export async function ensureSearchAttributes(client: Client, timeoutMs = 30_000): Promise<void> {
  if (await areUsable(client)) return;
  await register(client);
  for (const deadline = Date.now() + timeoutMs; !(await areUsable(client));) {
    if (Date.now() > deadline) {
      throw new TemporalUnavailableError(
        `the Temporal namespace "${client.options.namespace}" took the search attributes ${NAMES.join(', ')} but cannot be queried by them after ${timeoutMs / 1_000} s: they may exist with another type than Keyword`,
      );
    }
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

/** A query tells on every server, self-hosted or Cloud, and needs no right to administer it. */
async function areUsable(client: Client): Promise<boolean> {
  try {
    await client.workflow.count(NAMES.map((name) => `${name} = 'none'`).join(' AND '));
    return true;
  } catch (error) {
    // The client may wrap what the server answered.
    if (statusOf(error) === INVALID_ARGUMENT || statusOf((error as Error).cause) === INVALID_ARGUMENT) return false;
    throw error;
  }
}

async function register(client: Client): Promise<void> {
  const { namespace } = client.options;
  const { operatorService } = client.connection;
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = NAMES.filter((name) => customAttributes[name] === undefined);
    const wrong = NAMES.filter(
      (name) => customAttributes[name] !== undefined && customAttributes[name] !== IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    );
    if (wrong.length > 0)
      throw new TemporalUnavailableError(
        `the Temporal namespace "${namespace}" has ${wrong.join(', ')} under another type than Keyword: remove them, or use another namespace`,
      );
    if (missing.length > 0) {
      await operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD])),
      });
    }
  } catch (cause) {
    if (cause instanceof TemporalUnavailableError) throw cause;
    if (statusOf(cause) === ALREADY_EXISTS) return;
    const command = `temporal operator search-attribute create --namespace ${namespace} ${NAMES.map((name) => `--name ${name} --type Keyword`).join(' ')}`;
    throw new TemporalUnavailableError(
      `the Temporal server refused to register search attributes in the namespace "${namespace}" (${(cause as Error).message}): have an administrator run: ${command}`,
      { cause },
    );
  }
}

function statusOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
