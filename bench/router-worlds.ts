/** The worlds of `npm run bench:router`: what carriers truly are, which no router is told. Hours since the beginning. */

/** Where a message goes. */
export interface Place {
  readonly country: string;
  readonly network: string | null;
}

/** What a carrier truly is. */
export interface TrueCarrier {
  /** Micro units for a message. */
  readonly price: number;
  /** Chance that what it takes arrives. */
  readonly delivers: (hour: number, place: Place) => number;
  /** Seconds until it arrives, in the middle case. */
  readonly seconds: (hour: number, place: Place) => number;
  /** Spread of those seconds (sigma of their logarithm); 0.4 unless told. */
  readonly spread?: number;
  /** Share of what does not arrive that it says so of; of the rest nothing is heard. 0.6 unless told. */
  readonly tells?: number;
  /** Share of what does not arrive that it calls delivered. */
  readonly lies?: number;
  /** Chance that it refuses at once, being down. */
  readonly refuses?: (hour: number) => number;
  /** Chance that its reply is lost. */
  readonly loses?: (hour: number) => number;
  /** Messages a second that it takes; no limit unless told. */
  readonly perSecond?: number;
  /** The hour from which on it can be asked. */
  readonly from?: number;
}

/** A world to be routed in. */
export interface RouterWorld {
  readonly why: string;
  readonly hours: number;
  /** Seconds between messages in the mean. */
  readonly everySeconds: number;
  /** How many times busier than that an hour is. */
  readonly busy?: (hour: number) => number;
  readonly places: readonly (Place & { readonly share: number })[];
  readonly carriers: Readonly<Record<string, TrueCarrier>>;
  /** How many times slower everything is. */
  readonly slow?: (hour: number) => number;
  /** Share of messages whose senders say whether they did their work, and of those that arrive the share that did. */
  readonly feedback?: { readonly share: number; readonly converts: number };
}

const always = (value: number) => () => value;
const CENT = 10_000;
const one = (country: string) => [{ country, network: null, share: 1 }];

/** A carrier that delivers at a steady rate, for so many cents, within so many seconds. */
function steady(rate: number, cents = 4, seconds = 6): TrueCarrier {
  return { price: cents * CENT, delivers: always(rate), seconds: always(seconds) };
}

function byCountry(rates: Readonly<Record<string, number>>, cents = 4, seconds = 6): TrueCarrier {
  return { price: cents * CENT, delivers: (_hour, { country }) => rates[country]!, seconds: always(seconds) };
}

/** A whole number of its own for a text, so that worlds of many countries need no table. */
function mixed(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const FIFTY = Array.from({ length: 50 }, (_, index) => `C${index}`);

/** Every world that is reported. */
export const ROUTER_WORLDS = {
  stable: {
    why: 'five carriers that never change',
    hours: 72,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.9), b: steady(0.96), c: steady(0.93), d: steady(0.85), e: steady(0.7) },
  },
  drifting: {
    why: 'two good carriers take turns within a day and a half, a third is steady',
    hours: 96,
    everySeconds: 15,
    places: one('ID'),
    carriers: {
      a: { ...steady(0), delivers: (hour) => 0.8 + 0.17 * Math.cos((hour * Math.PI) / 18) },
      b: { ...steady(0), delivers: (hour) => 0.8 - 0.17 * Math.cos((hour * Math.PI) / 18) },
      c: steady(0.82),
    },
  },
  'a route dies': {
    why: 'the best carrier goes on accepting and delivers nothing any more from the thirtieth hour on',
    hours: 72,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: { ...steady(0), delivers: (hour) => (hour < 30 ? 0.97 : 0), tells: 0.3 }, b: steady(0.93), c: steady(0.85) },
  },
  'a route dies and recovers': {
    why: 'the same, and a day later it delivers again',
    hours: 96,
    everySeconds: 15,
    places: one('ID'),
    carriers: {
      a: { ...steady(0), delivers: (hour) => (hour >= 30 && hour < 54 ? 0.03 : 0.97), tells: 0.3 },
      b: steady(0.9),
      c: steady(0.8),
    },
  },
  'a carrier is down for an hour': {
    why: 'it refuses or loses its replies for an hour, three times',
    hours: 48,
    everySeconds: 15,
    places: one('ID'),
    carriers: {
      a: {
        ...steady(0.97),
        refuses: (hour) => ([10, 20, 30].includes(Math.floor(hour)) ? 0.6 : 0.002),
        loses: (hour) => ([10, 20, 30].includes(Math.floor(hour)) ? 0.9 : 0.001),
      },
      b: steady(0.93),
      c: steady(0.85),
    },
  },
  '95 % and 12 %': {
    why: 'a carrier that is best everywhere but in one country',
    hours: 72,
    everySeconds: 10,
    places: [
      { country: 'US', network: null, share: 5 },
      { country: 'GB', network: null, share: 3 },
      { country: 'ID', network: null, share: 2 },
    ],
    carriers: {
      a: byCountry({ US: 0.97, GB: 0.96, ID: 0.12 }),
      b: byCountry({ US: 0.9, GB: 0.9, ID: 0.9 }),
      c: byCountry({ US: 0.8, GB: 0.85, ID: 0.94 }),
    },
  },
  'one network of a country': {
    why: 'the best carrier of a country does not reach one of its three networks',
    hours: 72,
    everySeconds: 10,
    places: [
      { country: 'ID', network: 'telkomsel', share: 5 },
      { country: 'ID', network: 'indosat', share: 3 },
      { country: 'ID', network: 'xl', share: 2 },
    ],
    carriers: {
      a: { ...steady(0), delivers: (_hour, { network }) => (network === 'xl' ? 0.2 : 0.97) },
      b: { ...steady(0), delivers: (_hour, { network }) => (network === 'xl' ? 0.95 : 0.88) },
      c: steady(0.85),
    },
  },
  'fake receipts': {
    why: 'the cheapest calls nearly everything delivered and delivers a third; of three messages in ten the sender says what came of it',
    hours: 72,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: { ...steady(0.35, 2, 3), lies: 0.98 }, b: steady(0.94), c: steady(0.88), d: steady(0.8) },
    feedback: { share: 0.3, converts: 0.85 },
  },
  'fake receipts, little feedback': {
    why: 'the same, and of three messages in a hundred the sender says what came of it; fewer people type',
    hours: 96,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: { ...steady(0.35, 2, 3), lies: 0.98 }, b: steady(0.94), c: steady(0.88), d: steady(0.8) },
    feedback: { share: 0.03, converts: 0.7 },
  },
  'honest, with feedback': {
    why: 'nobody lies: feedback must not do harm',
    hours: 72,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.9), b: steady(0.96), c: steady(0.93), d: steady(0.85) },
    feedback: { share: 0.3, converts: 0.7 },
  },
  'all slow': {
    why: 'twice all receipts take twenty times as long for two hours, whoever sends',
    hours: 48,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.93), b: steady(0.97), c: steady(0.9) },
    slow: (hour) => ((hour >= 16 && hour < 18) || (hour >= 32 && hour < 34) ? 20 : 1),
  },
  'one is slow': {
    why: 'the best carrier becomes twenty times slower for good, the others do not',
    hours: 48,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.93), b: { ...steady(0.97), seconds: (hour) => (hour < 16 ? 6 : 150) }, c: steady(0.9) },
  },
  'cheap and mediocre': {
    why: 'half the price for ten points less; and another at a tenth less that is as good as the best',
    hours: 72,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.86, 2), b: steady(0.96, 4), c: steady(0.96, 3.6), d: steady(0.75, 1.5) },
  },
  'a new carrier arrives': {
    why: 'better than all that were there, a day after the beginning; and a bad one with it',
    hours: 72,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.85), b: steady(0.88), new: { ...steady(0.97), from: 24 }, bad: { ...steady(0.4), from: 24 } },
  },
  'thin traffic over 50 countries': {
    why: 'ten messages a country and day; each carrier is bad in some countries',
    hours: 168,
    everySeconds: 172.8,
    places: FIFTY.map((country) => ({ country, network: null, share: 1 })),
    carriers: Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((id, index) => [
        id,
        {
          ...steady(0),
          delivers: (_hour: number, { country }: Place) => (mixed(`${id}${country}`) % 100 < 20 ? 0.25 : [0.96, 0.92, 0.88, 0.8][index]!),
        },
      ]),
    ),
  },
  throttled: {
    why: 'the best carrier takes two messages a second, and at noon there are ten',
    hours: 8,
    everySeconds: 4,
    busy: (hour) => (hour >= 3 && hour < 3.5 ? 40 : 1),
    places: one('ID'),
    carriers: { a: { ...steady(0.97), perSecond: 2 }, b: steady(0.92), c: steady(0.7, 3) },
  },
  'equally good': {
    why: 'nothing can be gained: whoever changes often only shows that it is restless',
    hours: 72,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.93), b: steady(0.93), c: steady(0.93) },
  },
  'one carrier': {
    why: 'nothing to choose, and nothing may be changed by choosing',
    hours: 24,
    everySeconds: 15,
    places: one('ID'),
    carriers: { a: steady(0.9) },
    slow: (hour) => (hour >= 10 && hour < 11 ? 20 : 1),
  },
} as const satisfies Record<string, RouterWorld>;
