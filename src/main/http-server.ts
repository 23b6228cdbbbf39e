import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpConfig } from '../config/config.js';

/** What answers requests. */
export interface Answering {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onClientError: (error: Error, socket: Socket) => void;
}

/** A listening server. */
export interface Listening {
  /** `http://host:port` as it can be reached from this machine. */
  readonly url: string;
  /** Takes no new connection, ends idle ones and calls `between`; answers in flight have `graceMs` before they are cut off. */
  close(between: () => Promise<void>, graceMs: number): Promise<void>;
}

/**
 * Listens for HTTP.
 *
 * @throws Error naming HOST and PORT if the address cannot be had.
 */
export async function listen(answering: Answering, { host, port }: HttpConfig): Promise<Listening> {
  const server = createServer(
    { maxHeaderSize: 16_384, requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 },
    answering.handler,
  );
  server.on('clientError', answering.onClientError);
  await new Promise<void>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(addressError(error, host, port)));
    server.listen({ host, port }, done);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${shown(host)}:${taken}`,
    close: (between, graceMs) => close(server, between, graceMs),
  };
}

/** An error that says which variable to change. */
export function addressError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `another program listens there: end it, or set PORT to another port (0 takes a free one)`,
    EACCES: 'this user may not listen there: set PORT to 1024 or above',
    EADDRNOTAVAIL: 'this machine has no such address: correct HOST',
    ENOTFOUND: 'this name is unknown: correct HOST',
  };
  return new Error(`the API cannot listen on ${host}:${port}: ${reasons[error.code ?? ''] ?? error.message}`);
}

function shown(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function close(server: Server, between: () => Promise<void>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((done) => {
    server.close(() => done());
  });
  server.closeIdleConnections();
  await between();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  // Connections whose answer ended meanwhile are idle now.
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  await closed;
  clearTimeout(cut);
  clearInterval(sweep);
}
