/** The catalogue of texts that carry codes: operators' own before the built-in ones, by channel, purpose and language. */
import { addAutofill, appHashProblem, webOtpDomainProblem } from './code-autofill.js';
import { CODE_LANGUAGES, type CodeLanguage } from './code-languages.js';
import { closestTongue, tongueOf, type Tongue } from './code-locale.js';
import type { CodeText, CodeTextWanted } from './code-template.js';
import { brandProblem, fillTemplate } from './code-variables.js';
import { DomainError } from './errors.js';
import { CHANNELS, type Channel } from './message.js';

/** One wording; a draw chooses among those of a language, each as often as its weight says. */
export interface CodeVariant {
  readonly id: string;
  /** Whole number; 0 is never drawn. */
  readonly weight: number;
  /** With `{{code}}`, `{{brand}}` and `{{minutes}}`. */
  readonly text: string;
}

/** What a channel says, in the languages that it can be said in. */
export interface CodeTemplate {
  readonly id: string;
  readonly channel: Channel;
  /** Null for any. */
  readonly purpose: string | null;
  /** By BCP 47 tag. */
  readonly locales: Readonly<Record<string, readonly CodeVariant[]>>;
}

/** One language of a template. */
export interface CodeOffer {
  readonly template: string;
  readonly channel: Channel;
  readonly purpose: string | null;
  readonly tongue: Tongue;
  readonly variants: readonly CodeVariant[];
}

/** Everything that can be said; made by {@link createCodeTexts}. */
export interface CodeTexts {
  /** For who names no language, or one in which nothing can be said. */
  readonly defaultTongue: Tongue;
  readonly own: readonly CodeOffer[];
  readonly builtIn: readonly CodeOffer[];
}

/** Begins the ids of built-in templates; no other may. */
export const BUILT_IN_PREFIX = 'built-in';
/** The purposes that the built-in text to sign in is for. */
const LOGIN_PURPOSES = ['login', 'log_in', 'log-in', 'signin', 'sign_in', 'sign-in'];

const BUILT_IN: readonly CodeOffer[] = CHANNELS.flatMap((channel) => {
  const template = (id: string, purpose: string | null, said: (language: CodeLanguage) => string): CodeTemplate => ({
    id,
    channel,
    purpose,
    locales: Object.fromEntries(
      Object.entries(CODE_LANGUAGES).map(([tag, language]) => [tag, [{ id: 'standard', weight: 1, text: said(language) }]]),
    ),
  });
  if (channel === 'voice') return [template(BUILT_IN_PREFIX, null, ({ voice }) => voice)];
  return [
    ...LOGIN_PURPOSES.map((purpose) => template(`${BUILT_IN_PREFIX}-login`, purpose, ({ login }) => login)),
    template(BUILT_IN_PREFIX, null, ({ code }) => code),
  ];
}).flatMap(offersOf);

/**
 * A catalogue of operators' own templates before the built-in ones.
 *
 * @param defaultLocale a language in which there is a text for every channel
 * @throws DomainError `invalid_input` for a tag that names no language, or a default in which nothing can be said
 */
export function createCodeTexts(own: readonly CodeTemplate[], defaultLocale = 'en'): CodeTexts {
  const defaultTongue = tongueOf(defaultLocale);
  const offers = own.flatMap(offersOf);
  const mute = CHANNELS.find((channel) => defaultTongue === null || find([offers, BUILT_IN], channel, null, defaultTongue) === null);
  if (defaultTongue === null || mute !== undefined) {
    throw new DomainError('invalid_input', `"${defaultLocale}" cannot be the default language: ${mute} has no text in it for any purpose.`);
  }
  return Object.freeze({ defaultTongue, own: offers, builtIn: BUILT_IN });
}

/** What is said where nothing is configured. */
export const BUILT_IN_CODE_TEXTS: CodeTexts = createCodeTexts([]);

/**
 * The text of a code: in the language that was asked for, else in the default one; operators' own before built-in, for that purpose
 * before for any; one variant by the draw.
 *
 * @throws DomainError `invalid_input` naming the field (`brand`, `minutes`, `web_otp_domain`, `app_hash`) that may not stand in a text
 */
export function renderCodeText(texts: CodeTexts, wanted: CodeTextWanted): CodeText {
  refuse('brand', brandProblem(wanted.brand));
  refuse('minutes', Number.isSafeInteger(wanted.minutes) && wanted.minutes > 0 ? null : 'must be whole minutes, at least one');
  refuse('web_otp_domain', wanted.webOtpDomain === null ? null : webOtpDomainProblem(wanted.webOtpDomain));
  refuse('app_hash', wanted.appHash === null ? null : appHashProblem(wanted.appHash));
  const { channel, purpose } = wanted;
  const tongue = wanted.locale === null ? null : tongueOf(wanted.locale);
  const kinds = [texts.own, texts.builtIn];
  const offer = (tongue === null ? null : find(kinds, channel, purpose, tongue)) ?? find(kinds, channel, purpose, texts.defaultTongue)!;
  const variant = drawVariant(offer.variants, wanted.draw);
  const text = fillTemplate(variant.text, wanted);
  const whole = channel === 'sms' ? addAutofill(text, wanted) : { text, autofill: [] };
  return { ...whole, template: offer.template, variant: variant.id, locale: offer.tongue.tag };
}

/** The variant on which a draw of 0 to 1 falls. One at least has a weight. */
export function drawVariant(variants: readonly CodeVariant[], draw: number): CodeVariant {
  const weighed = variants.filter(({ weight }) => weight > 0);
  let left = draw * weighed.reduce((sum, { weight }) => sum + weight, 0);
  for (const variant of weighed) {
    left -= variant.weight;
    if (left < 0) return variant;
  }
  return weighed.at(-1)!;
}

function find(kinds: readonly (readonly CodeOffer[])[], channel: Channel, purpose: string | null, tongue: Tongue): CodeOffer | null {
  for (const kind of kinds) {
    for (const which of new Set([purpose, null])) {
      const offers = kind.filter((offer) => offer.channel === channel && offer.purpose === which);
      const closest = closestTongue(tongue, offers);
      if (closest !== null) return closest;
    }
  }
  return null;
}

function offersOf({ id, channel, purpose, locales }: CodeTemplate): CodeOffer[] {
  return Object.entries(locales).map(([tag, variants]) => {
    const tongue = tongueOf(tag);
    if (tongue === null) throw new DomainError('invalid_input', `The template "${id}" names "${tag}", which is no language.`);
    return { template: id, channel, purpose, tongue, variants };
  });
}

function refuse(field: string, problem: string | null): void {
  if (problem === null) return;
  throw new DomainError('invalid_input', `No text can be made of this: ${field} ${problem}.`, { errors: [{ field, message: problem }] });
}
