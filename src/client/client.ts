import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

/** Every route of the API with its types, as `client.GET('/v1/balance')`. */
export type ApiClient = Client<paths>;

export type Schemas = components['schemas'];
export type Activation = Schemas['Activation'];
export type Problem = Schemas['Problem'];

/** Where an API is and who asks. */
export interface ClientOptions {
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Null for what is public. */
  readonly key: string | null;
  /** Sends a request; that of the platform is usual. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** A client of one API. Answers that are no success come back as `error`; only a request that cannot be sent throws. */
export function createApiClient({ url, key, fetch }: ClientOptions): ApiClient {
  return createClient<paths>({ baseUrl: url, fetch, headers: key === null ? {} : { Authorization: `Bearer ${key}` } });
}
