import type { Carrier, CarrierCapabilities, LookUpOutcome, OutgoingMessage, Receipt, SendOutcome } from '../../src/carriers/carrier.js';

/** A carrier whose answers the test says; what it was asked to send is kept. */
export interface ScriptedCarrier extends Carrier {
  readonly sent: OutgoingMessage[];
  /** What the next sends are answered; accepted when nothing is said. */
  answer(next: (message: OutgoingMessage) => Promise<SendOutcome> | SendOutcome): void;
  /** What looking a message up answers. */
  lookedUp(outcome: LookUpOutcome): void;
  receipts(of: (messageId: string) => Receipt | null): void;
}

export function accepted(message: OutgoingMessage): SendOutcome {
  return { kind: 'accepted', messageId: `c-${message.reference}`, price: null, currency: null, raw: 'accepted' };
}

export function refused(reason: Extract<SendOutcome, { kind: 'refused' }>['reason']): SendOutcome {
  return { kind: 'refused', reason, code: '42', raw: 'refused' };
}

export function scriptedCarrier(id: string, capabilities: Partial<CarrierCapabilities> = {}): ScriptedCarrier {
  const sent: OutgoingMessage[] = [];
  let answer: (message: OutgoingMessage) => Promise<SendOutcome> | SendOutcome = accepted;
  let found: LookUpOutcome = { kind: 'unknown', raw: '' };
  let receiptOf: (messageId: string) => Receipt | null = () => null;
  return {
    id,
    capabilities: {
      channels: ['sms'],
      receipts: 'push',
      signedHooks: false,
      lookUp: false,
      idempotent: false,
      perSecond: 1_000,
      ...capabilities,
    },
    sent,
    answer: (next) => {
      answer = next;
    },
    lookedUp: (outcome) => {
      found = outcome;
    },
    receipts: (of) => {
      receiptOf = of;
    },
    async send(message) {
      sent.push(message);
      return answer(message);
    },
    lookUp: () => Promise.resolve(found),
    receiptOf: (messageId) => Promise.resolve(receiptOf(messageId)),
    readHook: () => ({ kind: 'refused', why: 'unreadable' }),
    close: () => Promise.resolve(),
  };
}
