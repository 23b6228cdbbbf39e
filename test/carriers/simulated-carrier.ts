import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { HookRequest } from '../../src/carriers/carrier.js';
import type { SimMessage } from '../../src/simulators/carriers/books.js';

/** Built before every run of the tests. */
const MAIN = fileURLToPath(new URL('../../dist/simulators/carriers/main.js', import.meta.url));
export const API_KEY = 'contract-key-0123456789';
export const RECEIPT_SECRET = 'contract-secret-0123456789';

/** A simulated carrier as a process of its own. */
export interface SimulatedCarrier {
  readonly url: string;
  readonly process: ChildProcess;
  control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  trap(name: string, options?: Record<string, unknown>): Promise<unknown>;
  books(): Promise<readonly SimMessage[]>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export async function startSimulated(dialect: string, ...args: readonly string[]): Promise<SimulatedCarrier> {
  const child = spawn(process.execPath, [MAIN, '--dialect', dialect, '--api-key', API_KEY, '--secret', RECEIPT_SECRET, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = new Promise<void>((resolve) => void child.on('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.on('exit', () => reject(new Error(`the simulated carrier ended: ${text}`)));
  });
  const ready = JSON.parse(line) as { url: string; control: string };
  const control: SimulatedCarrier['control'] = async (method, path, body) => {
    const response = await fetch(`${ready.control}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    url: ready.url,
    process: child,
    control,
    trap: async (name, options = {}) => control('POST', '/traps', { name, count: 1, ...options }),
    books: async () => (await control('GET', '/books'))['messages'] as SimMessage[],
    kill: async (signal) => {
      child.kill(signal);
      await exit;
    },
  };
}

/** A listener for receipts that keeps them as a carrier adapter wants them. */
export interface HookListener {
  readonly url: string;
  readonly requests: HookRequest[];
  /** Status of the next answers. */
  status: number;
  close(): Promise<void>;
}

export async function listenForHooks(): Promise<HookListener> {
  const requests: HookRequest[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({
        method: request.method ?? 'GET',
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${request.url ?? ''}`,
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
        body: Buffer.concat(chunks),
        now: Date.now(),
      });
      response.writeHead(listener.status).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const listener: HookListener = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    requests,
    status: 200,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return listener;
}
