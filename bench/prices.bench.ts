import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatEncryptionKeys } from '../src/config/encryption-keys.js';
import { openDatabase } from '../src/db/database.js';
import { posterior } from '../src/domain/scoring.js';
import { freePort } from '../src/embedded/free-port.js';
import { createPriceBook } from '../src/prices/price-book.js';
import { type RunningChild, startChild } from '../src/main/child-process.js';
import { COUNTRIES, market, SERVICES } from '../test/prices/market.js';
import { createTestDatabase } from '../test/stack/database.js';
import { createTestNamespace, TEST_KEYS } from '../test/stack/namespace.js';
import { line, machine, spread } from './measure.js';

const ROUNDS = 7;
const ROUND_S = 3;
const CONNECTIONS = 32;
const PATH_OF_PRICES = '/v1/prices/matrix';
const ENCODING = 'br';

let folder: string;
let node: RunningChild;
const ending: (() => Promise<unknown>)[] = [];
const urls: Record<'ours' | 'node' | 'nginx', string> = { ours: '', node: '', nginx: '' };
let body: Buffer;

/** The API, a Node server and nginx, each with the same bytes. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchword-prices-'));
  // nginx's own user reads the file.
  chmodSync(folder, 0o755);
  urls.ours = `${await startApi()}${PATH_OF_PRICES}`;
  const reply = await raw(urls.ours);
  expect(reply.headers['content-encoding']).toBe(ENCODING);
  body = reply.body;
  const file = join(folder, 'prices');
  writeFileSync(file, body, { mode: 0o644 });

  const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...headers } = reply.headers;
  node = await startChild({
    name: 'bytes-server',
    script: fileURLToPath(new URL('bare/bytes-server.mjs', import.meta.url)),
    args: [file, JSON.stringify(headers)],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    onLine: () => {},
    readyMs: 30_000,
    stopMs: 5_000,
  });
  ending.push(() => node.stop());
  urls.node = `http://127.0.0.1:${Number(node.ready['port'])}/prices`;
  urls.nginx = await startNginx(headers);
  for (const url of [urls.node, urls.nginx]) expect((await raw(url)).body.equals(body)).toBe(true);
}, 240_000);
afterAll(async () => {
  for (const end of ending.toReversed()) await end();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** The API alone, with a matrix in its database, as it runs in production: one line of log a request, into a file. */
async function startApi(): Promise<string> {
  const [own, temporal, port] = await Promise.all([createTestDatabase(), createTestNamespace(), freePort()]);
  const database = openDatabase({ url: own.url, applicationName: 'bench' });
  await database.run(
    "INSERT INTO providers (id, kind, currency, rate_micros, simulated, fingerprint) VALUES ('bench', 'x', 'USD', 1000000, true, 'x')",
  );
  const book = createPriceBook({
    database,
    currency: 'USD',
    markupFor: () => ({ basisPoints: 2_500, fixed: 0n }),
    denied: { services: new Set(), countries: new Set() },
    posterior: (counts) => posterior(counts).mean,
    clock: () => new Date(),
  });
  await book.refreshProvider('bench', market(1, 0.25, SERVICES.slice(0, 200), COUNTRIES.slice(0, 100)));
  await book.buildBlob();
  const log = openSync(join(folder, 'api.log'), 'w');
  const api = spawn(process.execPath, ['--enable-source-maps', fileURLToPath(new URL('../dist/main/api.js', import.meta.url))], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATABASE_URL: own.url,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      WATCHWORD_ENCRYPTION_KEYS: formatEncryptionKeys(TEST_KEYS),
      PORT: String(port),
    },
    stdio: ['ignore', log, log],
  });
  const ended = once(api, 'exit');
  ending.push(async () => {
    api.kill('SIGTERM');
    await ended;
    await database.close();
    await own.drop();
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}${PATH_OF_PRICES}`);
  // What other requests switch on in the process (following a trace through what is awaited), they have switched on.
  await raw(`${url}/readyz`);
  return url;
}

async function untilAnswers(url: string): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      await raw(url);
      return;
    } catch (error) {
      if (turn > 300) throw error;
      await sleep(100);
    }
  }
}

async function startNginx(headers: Readonly<Record<string, unknown>>): Promise<string> {
  const port = await freePort();
  const shown = Object.entries(headers)
    .filter(([name]) => !['content-type', 'content-length', 'etag', 'last-modified', 'transfer-encoding'].includes(name))
    .map(([name, value]) => `add_header ${name} "${String(value).replaceAll('"', '\\"')}";`);
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log;
     events { worker_connections 256; }
     http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=16; default_type application/json;
       client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
       server { listen 127.0.0.1:${port}; root ${folder}; location /prices { ${shown.join(' ')} } } }`,
  );
  const running = execFile(await program('nginx', 'nginx-light'), ['-c', config], { encoding: 'utf8' });
  ending.push(
    () =>
      new Promise<void>((done) => {
        running.once('exit', () => done());
        running.kill('SIGTERM');
      }),
  );
  const url = `http://127.0.0.1:${port}/prices`;
  await untilAnswers(url);
  return url;
}

async function program(name: string, from: string): Promise<string> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${name}`]).catch(() => ({
    stdout: '',
  }));
  if (stdout === '') throw new Error(`${name} is not on PATH: install it (apt-get install ${from})`);
  return stdout.trim();
}

/** A reply as it lies on the wire. */
function raw(url: string): Promise<{ readonly headers: Record<string, unknown>; readonly body: Buffer }> {
  return new Promise((done, failed) => {
    request(url, { headers: { 'accept-encoding': ENCODING } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done({ headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on('error', failed)
      .end();
  });
}

async function load(url: string): Promise<number> {
  const wrk = await program('wrk', 'wrk');
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${ROUND_S}s`, '-H', `Accept-Encoding: ${ENCODING}`, url];
  const { stdout } = await promisify(execFile)(wrk, args);
  if (/Non-2xx|connect [1-9]|read [1-9]/.test(stdout)) throw new Error(`${url} failed under load:\n${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]);
}

it('the price matrix over a bare Node server and nginx', { timeout: 600_000 }, async () => {
  const rates: Record<keyof typeof urls, number[]> = { ours: [], node: [], nginx: [] };
  for (let index = -1; index < ROUNDS; index += 1) {
    for (const name of ['ours', 'node', 'nginx'] as const) {
      const rate = await load(urls[name]);
      if (index >= 0) rates[name].push(rate);
    }
  }
  line({
    bench: 'prices',
    ratio_to_node: spread(rates.ours.map((rate, index) => rate / rates.node[index]!)),
    ratio_to_nginx: spread(rates.ours.map((rate, index) => rate / rates.nginx[index]!)),
    requests_a_second: spread(rates.ours, 0),
    node_requests_a_second: spread(rates.node, 0),
    nginx_requests_a_second: spread(rates.nginx, 0),
    bytes: body.length,
    encoding: ENCODING,
    connections: CONNECTIONS,
    rounds: ROUNDS,
    ...machine(),
  });
});
