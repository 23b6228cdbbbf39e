import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/free-port.js';

/** A redis-server of a test's own. */
export interface RedisServer {
  readonly port: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again at the same port, empty. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a redis-server of the system's; with `tls` it takes nothing else. */
export async function startRedis(
  options: { readonly tls?: { cert: string; key: string }; readonly password?: string } = {},
): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'watchword-redis-'));
  const port = await freePort();
  const { tls, password } = options;
  const ports =
    tls === undefined
      ? ['--port', String(port)]
      : ['--port', '0', '--tls-port', String(port), '--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-auth-clients', 'no'];
  const secret = password === undefined ? [] : ['--requirepass', password];
  let server: ChildProcess | null = null;

  async function kill(): Promise<void> {
    if (server === null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    server = null;
  }
  async function start(): Promise<void> {
    const child = spawn('redis-server', ['--bind', '127.0.0.1', '--dir', folder, '--save', '', ...ports, ...secret], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server = child;
    await new Promise<void>((ready, failed) => {
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`redis-server ended with ${code}`)));
      child.stdout.on('data', (text: Buffer) => {
        if (text.toString().includes('Ready to accept connections')) ready();
      });
    });
  }
  await start();
  return {
    port,
    kill,
    start,
    async close() {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}
