/** Which of the offered languages is read by who asked for another. Pure: what languages and scripts go together is `Intl`'s. */

/** A language as it is compared: the script is the likely one where the tag names none (zh-TW is written in Hant). */
export interface Tongue {
  /** The tag in canonical form. */
  readonly tag: string;
  readonly language: string;
  readonly script: string | undefined;
  /** Only where the tag names it. */
  readonly region: string | undefined;
}

/** Languages whose text another one's readers read: Norwegian, whichever way it is asked for. */
const READ_AS: Readonly<Record<string, string>> = Object.freeze({ no: 'nb', nn: 'nb' });

/** Reads a BCP 47 tag, or what Android and Java make of one (`pt_BR`). Null if it is none. */
export function tongueOf(tag: string): Tongue | null {
  try {
    const locale = new Intl.Locale(tag.replaceAll('_', '-'));
    const language = READ_AS[locale.language] ?? locale.language;
    return { tag: locale.baseName, language, script: locale.maximize().script, region: locale.region };
  } catch {
    return null;
  }
}

/**
 * The best offer: of the same language and script, for the same region before for none before for another. Text in another script
 * is no offer: who reads Hant is not helped by Hans. Null where there is none.
 */
export function closestTongue<Offer extends { readonly tongue: Tongue }>(wanted: Tongue, offers: readonly Offer[]): Offer | null {
  const read = offers.filter(({ tongue }) => tongue.language === wanted.language && tongue.script === wanted.script);
  return (
    read.find(({ tongue }) => tongue.region !== undefined && tongue.region === wanted.region) ??
    read.find(({ tongue }) => tongue.region === undefined) ??
    read[0] ??
    null
  );
}
