import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHandlerApiSimulator } from '../../src/simulators/handler-api/simulator.js';
import { controlClient, sleep, until } from './control-client.js';
import type { ControlClient } from './control-client.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Delivery {
  readonly body: Record<string, unknown>;
  readonly from: string | undefined;
  readonly at: number;
}

/** A receiver that answers with the given statuses in turn, the last one for ever. */
async function receiver(statuses: readonly number[] = [200]): Promise<{ url: string; deliveries: Delivery[] }> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      deliveries.push({ body: JSON.parse(text) as Record<string, unknown>, from: request.socket.remoteAddress, at: Date.now() });
      response.statusCode = statuses[deliveries.length - 1] ?? statuses.at(-1)!;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, deliveries };
}

async function simulate(dialect: 'classic' | 'herosms' | 'hybrid', hooks: string[], settings: object = {}): Promise<ControlClient> {
  const simulator = await createHandlerApiSimulator({
    apiKey: 'hook-key',
    dialect,
    settings: { smsDelayMinMs: 20, smsDelayMaxMs: 30, hookDelayMs: 5, hookRetryScale: 0.001, hooks, ...settings },
  });
  closing.unshift(async () => simulator.close());
  return controlClient(simulator.control);
}

const buy = async (control: ControlClient): Promise<string> =>
  String((await control.post('/purchases', { service: 'telegram', country: 'ID' })).body['id']);

describe('webhooks', () => {
  it.each([
    [
      'classic',
      {
        activationId: expect.any(Number) as number,
        service: 'tg',
        country: 6,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
      },
    ],
    [
      'herosms',
      {
        activationId: expect.any(Number) as number,
        id: expect.any(Number) as number,
        phoneFrom: 'Telegram',
        receivedAt: expect.stringMatching(/T.*Z$/) as string,
      },
    ],
    ['hybrid', { activationId: expect.any(Number) as number, service: 'tg', country: 6 }],
  ] as const)('of a %s server have its body', async (dialect, body) => {
    const { url, deliveries } = await receiver();
    const control = await simulate(dialect, [url]);
    await buy(control);
    await until(async () => (deliveries.length > 0 ? true : null));
    const [shown] = (await control.books()).orders[0]!.sms;
    expect(deliveries[0]!.body).toMatchObject({ ...body, text: shown!.text, code: shown!.code });
    await sleep(60);
    expect(deliveries).toHaveLength(1);
  });

  it('are sent again as documented until they are accepted, and not once more', async () => {
    const { url, deliveries } = await receiver([500, 302, 200]);
    const control = await simulate('herosms', [url]);
    await buy(control);
    await until(async () => (deliveries.length === 3 ? true : null));
    await sleep(80);
    expect(deliveries).toHaveLength(3);
    expect((await control.requests()).hooks).toMatchObject({ attempted: 3, accepted: 1 });
  });

  it('are given up in the end', async () => {
    const { url, deliveries } = await receiver([500]);
    const control = await simulate('hybrid', [url], { hookRetryScale: 0.0001 });
    await buy(control);
    await until(async () => (deliveries.length === 3 ? true : null));
    await sleep(80);
    expect(deliveries).toHaveLength(3);
  });

  it('come doubled under another id', async () => {
    const { url, deliveries } = await receiver();
    const control = await simulate('herosms', [url]);
    await control.trap('webhook_duplicate');
    await buy(control);
    await until(async () => (deliveries.length === 2 ? true : null));
    const [first, second] = deliveries.map((delivery) => delivery.body);
    expect(first!['id']).not.toBe(second!['id']);
    expect([first!['activationId'], first!['code'], first!['text']]).toEqual([second!['activationId'], second!['code'], second!['text']]);
  });

  it('come late, or never', async () => {
    const { url, deliveries } = await receiver();
    const control = await simulate('herosms', [url]);
    await control.trap('webhook_late', { delayMs: 200, count: 1 });
    const id = await buy(control);
    const arrived = await until(async () => ((await control.books()).orders[0]!.sms.length === 1 ? Date.now() : null));
    await control.post(`/orders/${id}/expire`);
    await until(async () => (deliveries.length === 1 ? true : null));
    expect(deliveries[0]!.at - arrived).toBeGreaterThan(100);
    await control.trap('webhook_dropped', { count: 1 });
    await buy(control);
    await until(async () => ((await control.books()).orders[1]!.sms.length === 1 ? true : null));
    await sleep(60);
    expect(deliveries).toHaveLength(1);
    expect((await control.requests()).hooks).toMatchObject({ dropped: 1 });
  });

  it('come without a code and from elsewhere', async () => {
    const { url, deliveries } = await receiver();
    const control = await simulate('herosms', [url]);
    await control.trap('webhook_null_code', { count: 1 });
    await control.trap('webhook_other_address', { count: 1 });
    await buy(control);
    await until(async () => (deliveries.length === 1 ? true : null));
    expect(deliveries[0]!.body['code']).toBeNull();
    expect(deliveries[0]!.body['text']).toMatch(/\d{5}/);
    expect(deliveries[0]!.from).toMatch(/127\.0\.0\.2$/);
  });

  it('come forged, before anything has arrived', async () => {
    const { url, deliveries } = await receiver();
    const simulator = await createHandlerApiSimulator({
      apiKey: 'hook-key',
      settings: { smsDelayMinMs: 60_000, smsDelayMaxMs: 60_000, hookDelayMs: 5, hooks: [url] },
    });
    closing.unshift(async () => simulator.close());
    const control = controlClient(simulator.control);
    await control.trap('webhook_forged', { count: 1 });
    const buying = await fetch(`${simulator.url}?api_key=hook-key&action=getNumber&service=tg&country=6`);
    const [, id] = (await buying.text()).split(':');
    await until(async () => (deliveries.length === 1 ? true : null));
    expect(deliveries[0]!.body).toMatchObject({ activationId: Number(id), code: '000000' });
    expect((await control.books()).orders[0]!.sms).toEqual([]);
  });
});
