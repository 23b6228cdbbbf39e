import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below what systems give to outgoing connections and to servers that take any port (from 32768 on Linux, 49152 elsewhere): what
 * is free here stays free unless somebody asks for this very port.
 */
const QUIET = { from: 20_000, to: 32_000 } as const;
const DRAWS = 50;

/**
 * A port on 127.0.0.1 that is free now; `preferred` if it is. Somebody else may take it before it is used, so whoever uses it
 * must be ready to ask again; one of the quiet range is drawn so that this is rare.
 */
export async function freePort(preferred = 0): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred))) return preferred;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const port = randomInt(QUIET.from, QUIET.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port between ${QUIET.from} and ${QUIET.to} is free on 127.0.0.1: end a program that listens there`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => done(true)));
  });
}
