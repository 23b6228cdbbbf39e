import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Twilio's Lookup v2 as it documents it: basic auth, `Fields`, the whole answer with nulls, its errors. */
export interface LookupSimulator {
  readonly url: string;
  /** Numbers that were asked about, each of which is paid. */
  readonly asked: string[];
  /** What it knows: a type, or an error code of the package. */
  know(number: string, line: string | number): void;
  fail(how: 'hang' | 'busy' | 'error', times: number): void;
  close(): Promise<void>;
}

export async function startLookup(account: string, secret: string): Promise<LookupSimulator> {
  const lines = new Map<string, string | number>();
  const asked: string[] = [];
  const failures: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://lookup');
    const answer = (status: number, json: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    const problem = (status: number, code: number, message: string) =>
      answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
    if (request.headers.authorization !== `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`)
      return void problem(401, 20003, 'Authenticate');
    const [, number] = /^\/v2\/PhoneNumbers\/([^/]+)$/.exec(url.pathname) ?? [];
    if (request.method !== 'GET' || number === undefined)
      return void problem(404, 20404, `The requested resource ${url.pathname} was not found`);
    const failure = failures.shift();
    if (failure === 'hang') return;
    if (failure === 'busy') return void problem(429, 20429, 'Too Many Requests');
    if (failure === 'error') return void problem(503, 20503, 'Service Unavailable');
    const phone = decodeURIComponent(number);
    const paid = url.searchParams.get('Fields') === 'line_type_intelligence';
    if (paid) asked.push(phone);
    const line = lines.get(phone) ?? 'mobile';
    const known = typeof line === 'string';
    answer(200, {
      calling_country_code: '1',
      country_code: 'US',
      phone_number: phone,
      national_format: phone,
      valid: true,
      validation_errors: [],
      caller_name: null,
      sim_swap: null,
      call_forwarding: null,
      line_status: null,
      line_type_intelligence: paid
        ? {
            error_code: known ? null : line,
            mobile_country_code: line === 'mobile' ? '310' : null,
            mobile_network_code: line === 'mobile' ? '456' : null,
            carrier_name: line === 'mobile' ? 'T-Mobile USA' : null,
            type: known ? line : null,
          }
        : null,
      identity_match: null,
      reassigned_number: null,
      sms_pumping_risk: null,
      url: `https://lookups.twilio.com/v2/PhoneNumbers/${phone}`,
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    know: (number, line) => void lines.set(number, line),
    fail: (how, times) => void failures.push(...Array.from({ length: times }, () => how)),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
