import { createServer } from 'node:net';

/**
 * A port on 127.0.0.1 that is free now; `preferred` if it is. Somebody else may take it before it is used, so whoever uses it
 * must be ready to ask again.
 */
export async function freePort(preferred = 0): Promise<number> {
  const tryPort = (port: number) =>
    new Promise<number | null>((done) => {
      const server = createServer();
      server.once('error', () => done(null));
      server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
        const address = server.address();
        server.close(() => done(typeof address === 'object' && address !== null ? address.port : null));
      });
    });
  const port = (preferred === 0 ? null : await tryPort(preferred)) ?? (await tryPort(0));
  if (port === null) throw new Error('no port is free on 127.0.0.1');
  return port;
}
