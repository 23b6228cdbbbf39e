import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Channel } from '../domain/message.js';
import type { Carrier } from './carrier.js';
import { type CodedDeps, type CodedKind, problemsOf } from './coded-kind.js';
import { parsePriceSheet, PriceSheetError, type SheetPrice } from './price-sheet.js';
import { smppKind } from './smpp/adapter.js';
import { sns } from './sns/adapter.js';
import { createSpecCarrier, type SpecCarrierDeps } from './spec/carrier.js';
import { loadSpec } from './spec/load.js';
import type { Spec } from './spec/schema.js';
import { SpecError } from './spec/spec-error.js';
import { twilio } from './twilio/adapter.js';

/** Where the specs are that come with watchword. */
export const SHIPPED_SPECS = fileURLToPath(new URL('../../carriers/', import.meta.url));

/** Those with an adapter of their own, by the name that the configuration has for them. */
export const CODED_KINDS: ReadonlyMap<string, CodedKind> = new Map([
  ['smpp', smppKind],
  ['sns', sns],
  ['twilio', twilio],
]);

/** Where nothing is to be spread. */
const MIDDLE = (): number => 0.5;

/** What building carriers takes. */
export type CarrierDeps = SpecCarrierDeps & Partial<Pick<CodedDeps, 'die'>>;

/** A carrier account as the configuration describes it. */
export interface CarrierAccount {
  /** Our id of the account. */
  readonly id: string;
  /** Name of a shipped spec or of a coded kind, or the absolute path of a spec's file. */
  readonly spec: string;
  readonly secrets: Readonly<Record<string, { reveal(): string }>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly baseUrl: string | null;
  /** ISO 4217 of the account. */
  readonly currency: string;
  readonly rateMicros: bigint;
  /** Absolute path of its price sheet. */
  readonly prices: string;
  readonly perSecond: number | null;
  readonly sender: string | null;
  readonly senders: readonly string[];
  readonly simulated: boolean;
}

/** Carrier accounts that cannot be used, with everything that is wrong with them. */
export class CarrierConfigError extends Error {
  override readonly name = 'CarrierConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the carriers cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** A row of the table of carriers (`registerCarriers` of db/carriers). */
export interface RegisteredCarrier {
  readonly id: string;
  readonly kind: string;
  readonly channels: readonly Channel[];
  readonly currency: string;
  readonly rateMicros: bigint;
  readonly simulated: boolean;
  readonly receipts: 'push' | 'poll' | 'both' | 'none';
}

/** The configured carriers: their adapters, their rows, and their price sheets. */
export interface ConfiguredCarriers {
  readonly adapters: ReadonlyMap<string, Carrier>;
  readonly rows: readonly RegisteredCarrier[];
  /** By the carrier's id, as `storeSheet` of db/carriers takes them. */
  readonly sheets: ReadonlyMap<string, readonly SheetPrice[]>;
}

/** Builds the adapters of the configured accounts. @throws CarrierConfigError */
export function createCarriers(accounts: readonly CarrierAccount[], deps: CarrierDeps): ReadonlyMap<string, Carrier> {
  return configureCarriers(accounts, deps).adapters;
}

/**
 * Builds everything that the configured accounts stand for.
 *
 * @throws CarrierConfigError with every problem of every account, spec and price sheet at once.
 */
export function configureCarriers(accounts: readonly CarrierAccount[], deps: CarrierDeps): ConfiguredCarriers {
  const problems: string[] = [];
  const adapters = new Map<string, Carrier>();
  const sheets = new Map<string, readonly SheetPrice[]>();
  const rows: RegisteredCarrier[] = [];
  const specs = new Map<string, Spec | null>();
  const specOf = (name: string): Spec | null => {
    const known = specs.get(name);
    if (known !== undefined) return known;
    try {
      const spec = loadSpec(/^[a-z0-9-]+$/.test(name) ? `${SHIPPED_SPECS}${name}.json` : name);
      specs.set(name, spec);
      return spec;
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      problems.push(...error.problems.map(({ file, field, reason }) => `${file}: ${field}: ${reason}`));
      specs.set(name, null);
      return null;
    }
  };
  for (const account of accounts) {
    const kind = CODED_KINDS.get(account.spec);
    const spec = kind === undefined ? specOf(account.spec) : null;
    if (spec !== null) problems.push(...missing(account, spec));
    if (spec !== null && account.baseUrl !== null && !/^https?:/.test(account.baseUrl))
      problems.push(`carrier "${account.id}": base_url: expected an http(s) address (${spec.name})`);
    try {
      sheets.set(account.id, parsePriceSheet(readFileSync(account.prices, 'utf8'), account.prices));
    } catch (error) {
      if (error instanceof PriceSheetError) problems.push(...error.problems);
      else
        problems.push(
          `carrier "${account.id}": the price sheet ${account.prices} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
        );
    }
    const secrets = Object.fromEntries(Object.entries(account.secrets).map(([name, secret]) => [name, secret.reveal()]));
    const adapter =
      kind !== undefined
        ? coded(kind, { ...account, secrets }, deps, problems)
        : spec === null
          ? null
          : createSpecCarrier(spec, { ...account, secrets, registered: account.senders }, deps);
    if (adapter === null) continue;
    adapters.set(account.id, adapter);
    const { channels, receipts } = adapter.capabilities;
    rows.push({
      id: account.id,
      kind: spec?.id ?? account.spec,
      channels,
      currency: account.currency,
      rateMicros: account.rateMicros,
      simulated: account.simulated,
      receipts,
    });
  }
  if (problems.length > 0) throw new CarrierConfigError(problems);
  return { adapters, rows, sheets };
}

function coded(kind: CodedKind, account: Parameters<CodedKind['create']>[0], deps: CarrierDeps, problems: string[]): Carrier | null {
  try {
    return kind.create(account, { ...deps, die: deps.die ?? MIDDLE });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    problems.push(...problemsOf(kind, account, error));
    return null;
  }
}

function missing(account: CarrierAccount, spec: Spec): string[] {
  const named = (kind: 'secrets' | 'settings'): string[] => [
    ...Object.entries(spec[kind]).flatMap(([name, what]) =>
      Object.hasOwn(account[kind], name) ? [] : [`carrier "${account.id}": ${kind}.${name} is missing: ${what} (${spec.name})`],
    ),
    ...Object.keys(account[kind]).flatMap((name) =>
      Object.hasOwn(spec[kind], name)
        ? []
        : [
            `carrier "${account.id}": ${kind}.${name}: the spec ${spec.id} knows no such name; expected ${Object.keys(spec[kind]).join(', ') || 'none'}`,
          ],
    ),
  ];
  return [...named('secrets'), ...named('settings')];
}
