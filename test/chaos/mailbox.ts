import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import { carriersOf } from './simulated.js';

/** What arrives on phones: read from the carriers' own books, whatever their replies and receipts said. */
export interface Mailbox {
  /** Codes that went to a number so far, oldest first. */
  codesTo(number: string): readonly string[];
  /** Of these the ones that one carrier took. */
  codesBy(carrier: string, number: string): readonly string[];
  /** The same once there are so many; as many as there are when time is over. */
  waitFor(number: string, atLeast: number, until: number): Promise<readonly string[]>;
  stop(): Promise<void>;
}

interface Text {
  readonly to: string;
  readonly text: string;
  readonly at: number;
}

const LOOK_MS = 300;
const BOOKS_MS = 2_000;

/** The code of six digits in a text; null where there is none. */
export function codeIn(text: string): string | null {
  return /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? null;
}

/** Reads all carriers' books again and again, once for all who wait. */
export function openMailbox(stack: Pick<Stack, 'control' | 'simulators'>): Mailbox {
  const texts = new Map<string, readonly Text[]>();
  const stopping = new AbortController();
  const reading = (async () => {
    for (; !stopping.signal.aborted; await sleep(LOOK_MS)) {
      await Promise.all(
        carriersOf(stack).map(async (carrier) => {
          // A carrier that is away keeps its books to itself for a moment: what they said last stands.
          const read = stack.control(carrier, 'GET', '/books').catch(() => null);
          const books = (await Promise.race([read, sleep(BOOKS_MS, null)])) as { messages: Text[] } | null;
          if (books !== null) texts.set(carrier, books.messages);
        }),
      );
    }
  })();
  const digits = (number: string) => number.replaceAll(/\D/g, '');
  const codesIn = (all: readonly Text[], number: string) =>
    all
      .filter(({ to }) => digits(to) === digits(number))
      .toSorted((a, b) => a.at - b.at)
      .flatMap(({ text }) => codeIn(text) ?? []);
  const codesTo = (number: string) => codesIn([...texts.values()].flat(), number);
  return {
    codesTo,
    codesBy: (carrier, number) => codesIn(texts.get(carrier) ?? [], number),
    async waitFor(number, atLeast, until) {
      while (Date.now() < until && codesTo(number).length < atLeast) await sleep(LOOK_MS / 2);
      return codesTo(number);
    },
    async stop() {
      stopping.abort();
      await reading;
    },
  };
}
