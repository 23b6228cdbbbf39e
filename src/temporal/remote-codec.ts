import type { Payload, PayloadCodec } from '@temporalio/common';
import { PayloadDecryptionError } from './payload-codec.js';

/** A payload as Temporal's Web UI and command line send it to a codec endpoint: protobuf's JSON, bytes in base64. */
export interface WirePayload {
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly data?: string | undefined;
}

/** Turns payloads for people, as Temporal's tools ask a codec endpoint to. */
export interface RemoteCodec {
  /** What cannot be opened comes back as it was, so that one forgotten key does not hide everything else on a page. */
  decode(payloads: readonly WirePayload[]): Promise<WirePayload[]>;
  encode(payloads: readonly WirePayload[]): Promise<WirePayload[]>;
}

/** A remote codec over our own. */
export function createRemoteCodec(codec: PayloadCodec): RemoteCodec {
  return {
    decode: (payloads) =>
      Promise.all(
        payloads.map(async (wire) => {
          try {
            const [opened] = await codec.decode([fromWire(wire)]);
            return opened === undefined ? wire : toWire(opened);
          } catch (error) {
            if (error instanceof PayloadDecryptionError) return wire;
            throw error;
          }
        }),
      ),
    encode: async (payloads) => (await codec.encode(payloads.map(fromWire))).map(toWire),
  };
}

function fromWire({ metadata, data }: WirePayload): Payload {
  const pairs = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(pairs), data: Buffer.from(data ?? '', 'base64') };
}

function toWire({ metadata, data }: Payload): WirePayload {
  const pairs = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')] as const);
  return { metadata: Object.fromEntries(pairs), data: Buffer.from(data ?? []).toString('base64') };
}
