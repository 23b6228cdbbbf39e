import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server between the command and the API that carries the first request out and loses its answer. */
export interface LosingServer {
  readonly url: string;
  /** Requests that came. */
  requests(): number;
  close(): void;
}

export async function loseFirstAnswer(target: string): Promise<LosingServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(target + request.url!, {
        method: request.method!,
        headers: Object.entries(request.headers).filter(
          ([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name),
        ) as [string, string][],
        ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
      });
      const body = await answer.text();
      if (requests++ === 0) return void response.destroy();
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type')! }).end(body);
    })();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () => void server.close(),
  };
}
