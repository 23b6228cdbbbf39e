import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Answers every request with the same bytes and headers: `bytes-server.mjs <body file> <headers as JSON>`. */
const body = readFileSync(process.argv[2] ?? '');
const headers = JSON.parse(process.argv[3] ?? '{}');
const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ ready: true, port: typeof address === 'object' ? address?.port : null }));
});
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
