import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';

/** Enough for a server that takes its leave; a socket that stays is destroyed. */
const LEAVE_MS = 2_000;

/**
 * Connects as ioredis itself does, and hears every error of the socket. Its own connector hears one: a second one, as a TLS handshake
 * that fails brings, would end the process (redis/ioredis#961).
 */
export class ListeningConnector extends AbstractConnector {
  readonly #options: ConnectionOptions;
  readonly #secure: boolean;

  constructor(options: unknown) {
    super(LEAVE_MS);
    const { host, port, family, tls } = options as RedisOptions;
    this.#options = { host: host ?? 'localhost', port: port ?? 6379, ...(family === undefined ? {} : { family }), ...tls };
    this.#secure = tls !== undefined;
  }

  override connect(): Promise<Socket> {
    this.connecting = true;
    return new Promise((resolve, reject) => {
      // ioredis may have been told to leave in the meantime.
      process.nextTick(() => {
        if (!this.connecting) {
          reject(new Error('Connection is closed.'));
          return;
        }
        const stream = this.#secure ? connectSecurely(this.#options) : connectPlain(this.#options as { port: number });
        this.stream = stream;
        stream.on('error', (error) => {
          this.firstError ??= error;
        });
        resolve(stream);
      });
    });
  }
}
