import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/http/client.js';
import type { HttpClient, HttpReply, HttpRequest } from '../../src/http/client.js';
import { HttpError } from '../../src/http/http-error.js';
import type { Lookup } from '../../src/http/public-address.js';

const clock = { now: () => 1_700_000_000_000 };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that is handed raw sockets, and counts what it was sent. */
async function rawServer(
  onRequest: (socket: Socket, request: string, number: number) => void,
): Promise<{ url: string; requests: string[]; server: Server }> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let seen = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      seen += chunk.toString();
      const end = seen.indexOf('\r\n\r\n');
      if (end === -1) return;
      const request = seen;
      seen = '';
      requests.push(request);
      onRequest(socket, request, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    async () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`, requests, server };
}

function client(options: Partial<Parameters<typeof createHttpClient>[0]> = {}): HttpClient {
  const made = createHttpClient({ clock, ...options });
  closing.push(async () => made.close());
  return made;
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'GET', url, timeoutMs: 2_000, ...more });

async function failure(promise: Promise<HttpReply>): Promise<string> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (caught: unknown) => caught,
  );
  if (error instanceof HttpError) return `${error.kind} ${error.reason}`;
  throw error;
}

const OK = 'HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 07:00:00 GMT\r\nContent-Length: 2\r\n\r\nok';

describe('a reply', () => {
  it('has status, headers, text, our time and the Date header', async () => {
    const { url } = await rawServer((socket) => socket.write(OK));
    expect(await client().request(get(url))).toEqual({
      status: 200,
      headers: { date: 'Sat, 21 Nov 2026 07:00:00 GMT', 'content-length': '2' },
      bodyText: 'ok',
      receivedAt: 1_700_000_000_000,
      dateHeaderMs: Date.UTC(2026, 10, 21, 7),
    });
  });

  it('may be compressed', async () => {
    const body = gzipSync('squeezed');
    const { url, requests } = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const reply = await client().request(get(url));
    expect(reply.bodyText).toBe('squeezed');
    expect(reply.dateHeaderMs).toBeNull();
    expect(requests[0]).toMatch(/accept-encoding: gzip/i);
  });

  it('of a redirect is given back, not followed', async () => {
    const { url, requests } = await rawServer((socket) =>
      socket.write('HTTP/1.1 302 Found\r\nLocation: /404.html\r\nContent-Length: 0\r\n\r\n'),
    );
    expect(await client().request(get(url))).toMatchObject({ status: 302, headers: { location: '/404.html' } });
    expect(requests).toHaveLength(1);
  });

  it('is asked for with body, headers and a name', async () => {
    const { url, requests } = await rawServer((socket) => socket.write(OK));
    await client().request(get(url, { method: 'POST', body: 'a=1', headers: { 'x-test': 'yes' } }));
    expect(requests[0]).toMatch(/^POST \/x HTTP\/1\.1\r\n/);
    expect(requests[0]).toMatch(/user-agent: watchword\/1/i);
    expect(requests[0]).toMatch(/x-test: yes/i);
    expect(requests[0]).toMatch(/\r\n\r\na=1$/);
  });
});

describe('not_sent', () => {
  it('is a refused connection', async () => {
    const { url, server } = await rawServer(() => {});
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(await failure(client().request(get(url)))).toBe('not_sent connect');
  });

  it('is a name that does not exist', async () => {
    const lookup: Lookup = (_name, _options, callback) => {
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), '');
    };
    expect(await failure(client({ lookup }).request(get('http://no-such-name.example/')))).toBe('not_sent connect');
  });

  it('is a connection that is not made in time', async () => {
    // A name that never resolves stands for a network that drops packets.
    const silent = client({ lookup: () => {}, connectTimeoutMs: 300 });
    expect(await failure(silent.request(get('http://silent.example/', { timeoutMs: 5_000 })))).toBe('not_sent connect');
  });

  it('is a deadline that passes before a connection is there', async () => {
    const silent = client({ lookup: () => {}, connectTimeoutMs: 1_000 });
    expect(await failure(silent.request(get('http://silent.example/', { timeoutMs: 80 })))).toBe('not_sent timeout');
  });

  it('is a deadline that passes in the queue, and it is never sent later', async () => {
    const held: Socket[] = [];
    const { url, requests } = await rawServer((socket) => held.push(socket));
    const narrow = client({ connections: 1 });
    const first = narrow.request(get(url, { timeoutMs: 5_000 }));
    await expect.poll(() => held.length).toBe(1);
    expect(await failure(narrow.request(get(`${url}?second`, { timeoutMs: 60 })))).toBe('not_sent timeout');
    held[0]!.write(OK);
    expect((await first).status).toBe(200);
    const third = narrow.request(get(`${url}?third`));
    await expect.poll(() => requests.length).toBe(2);
    held.at(-1)!.write(OK);
    await third;
    expect(requests.map((request) => request.split(' ')[1])).toEqual(['/x', '/x?third']);
  });

  it('is a call that was given up before it began', async () => {
    const { url, requests } = await rawServer((socket) => socket.write(OK));
    expect(await failure(client().request(get(url, { signal: AbortSignal.abort() })))).toBe('not_sent aborted');
    expect(requests).toHaveLength(0);
  });
});

describe('no_reply', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['a reset', (socket) => void socket.resetAndDestroy(), 'no_reply reset'],
    ['a connection that ends without a word', (socket) => void socket.end(), 'no_reply reset'],
    ['a body that is cut', (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'), 'no_reply reset'],
    [
      'chunks that are cut',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
      'no_reply reset',
    ],
    ['something that is not HTTP', (socket) => void socket.end('what?'), 'no_reply protocol'],
    [
      'compression that is cut',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc'),
      'no_reply truncated',
    ],
  ])('is %s', async (_name, answer, expected) => {
    const { url, requests } = await rawServer(answer);
    expect(await failure(client().request(get(url)))).toBe(expected);
    expect(requests).toHaveLength(1);
  });

  it('is silence after sending', async () => {
    const { url, requests } = await rawServer(() => {});
    expect(await failure(client().request(get(url, { timeoutMs: 120 })))).toBe('no_reply timeout');
    expect(requests).toHaveLength(1);
  });

  it('is a body that never ends', async () => {
    const { url } = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    expect(await failure(client().request(get(url, { timeoutMs: 120 })))).toBe('no_reply timeout');
  });

  it('is a body that is too large, compressed or not', async () => {
    const { url } = await rawServer((socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${'a'.repeat(5_000)}`));
    expect(await failure(client().request(get(url, { maxBytes: 1_000 })))).toBe('no_reply too_large');
    const bomb = gzipSync('a'.repeat(100_000));
    const packed = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    expect(await failure(client().request(get(packed.url, { maxBytes: 1_000 })))).toBe('no_reply truncated');
  });

  it('is a call that was given up after sending', async () => {
    const giveUp = new AbortController();
    const { url } = await rawServer(() => giveUp.abort());
    expect(await failure(client().request(get(url, { signal: giveUp.signal })))).toBe('no_reply aborted');
  });

  it('is a kept connection that the server closes on the next request, which is not sent again', async () => {
    const { url, requests } = await rawServer((socket, _request, number) => {
      if (number === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    const kept = client();
    expect((await kept.request(get(url))).status).toBe(200);
    expect(await failure(kept.request(get(url)))).toBe('no_reply reset');
    expect(requests).toHaveLength(2);
  });
});

describe('connections', () => {
  it('are kept', async () => {
    const sockets = new Set<Socket>();
    const { url } = await rawServer((socket) => {
      sockets.add(socket);
      socket.write(OK);
    });
    const kept = client({ connections: 1 });
    for (let index = 0; index < 3; index += 1) await kept.request(get(url));
    expect(sockets.size).toBe(1);
  });

  it('to addresses that are not public are refused where URLs come from users', async () => {
    const { url, requests } = await rawServer((socket) => socket.write(OK));
    const guarded = client({ publicOnly: true });
    expect(await failure(guarded.request(get(url)))).toBe('not_sent address_refused');
    expect(await failure(guarded.request(get(url.replace('127.0.0.1', '[::1]'))))).toBe('not_sent address_refused');
    expect(await failure(guarded.request(get('http://localhost/')))).toBe('not_sent address_refused');
    expect(requests).toHaveLength(0);
  });

  it('are judged by the address that the name has at that moment', async () => {
    const { url, requests } = await rawServer((socket) => socket.write(OK));
    const port = new URL(url).port;
    const rebinding = client({
      publicOnly: true,
      lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    expect(await failure(rebinding.request(get(`http://innocent.example:${port}/`)))).toBe('not_sent address_refused');
    expect(requests).toHaveLength(0);
  });
});
