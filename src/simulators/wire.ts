import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ProtocolRequest } from './protocol.js';

/** A listening HTTP server that can also be deaf, and that can be closed at once. */
export interface Wire {
  readonly host: string;
  readonly port: number;
  /** Stops listening and cuts every connection: who tries now is refused. */
  deafen(): Promise<void>;
  /** Listens again on the same port. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server; `port` 0 takes a free one. */
export async function openWire(
  host: string,
  port: number,
  onRequest: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Wire> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    onRequest(request, response).catch(() => request.socket.destroy());
  });
  // Longer than any client here keeps a connection, so that closings are always on purpose.
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  const listenOn = async (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const stop = async (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listenOn(port);
  const bound = (server.address() as AddressInfo).port;
  return {
    host,
    port: bound,
    deafen: async () => (server.listening ? stop() : undefined),
    listen: async () => (server.listening ? undefined : listenOn(bound)),
    close: async () => (server.listening ? stop() : undefined),
  };
}

const MOST_BODY = 1_048_576;

/** Reads a request whole; form fields join the query's parameters. */
export async function readRequest(request: IncomingMessage): Promise<ProtocolRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY) throw new RangeError('the body is too large');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://simulator');
  const params = new URLSearchParams(url.search);
  if (request.headers['content-type']?.includes('application/x-www-form-urlencoded') === true) {
    for (const [name, value] of new URLSearchParams(body)) if (!params.has(name)) params.set(name, value);
  }
  return { method: request.method ?? 'GET', path: url.pathname, params, headers: request.headers, body };
}
