import type { AddressInfo } from 'node:net';
import smpp, { type PDU, type Session } from 'smpp';

/** An SMSC in this process whose every answer a test decides. */
export interface ScriptedSmsc {
  readonly url: string;
  /** Requests of all connections, in their order. */
  readonly requests: PDU[];
  readonly sessions: Session[];
  of(command: string): readonly PDU[];
  close(): Promise<void>;
}

/** Answers to a request: fields of its answer, or null for none. */
export type Script = (pdu: PDU, session: Session) => Readonly<Record<string, unknown>> | null;

/** What an SMSC says that has nothing against anybody. */
export function obliging(): Script {
  let ids = 0;
  return (pdu) => (pdu.command === 'submit_sm' ? { message_id: String((ids += 1)) } : {});
}

/** Starts one. */
export async function startScripted(script: Script): Promise<ScriptedSmsc> {
  const requests: PDU[] = [];
  const sessions: Session[] = [];
  const server = smpp.createServer({}, (session) => {
    sessions.push(session);
    session.on('error', () => session.destroy());
    session.on('pdu', (pdu: PDU) => {
      if (pdu.isResponse()) return;
      requests.push(pdu);
      const answer = script(pdu, session);
      if (answer !== null) session.send(pdu.response(answer));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smpp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sessions,
    of: (command) => requests.filter((pdu) => pdu.command === command),
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}
