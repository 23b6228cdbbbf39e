import XMLBuilder from 'fast-xml-builder';

/** Characters of inline TwiML that Twilio takes (Calls resource, `Twiml`). */
const MOST_TWIML = 4_000;
/** What XML 1.0 cannot hold: control characters, lone surrogates, two that are no characters. */
const UNSPEAKABLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu;
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', processEntities: true });

/** A text as it is read out: digits of codes apart, because "four hundred thousand" is no code. */
export function spokenText(text: string): string {
  return text.replaceAll(UNSPEAKABLE, ' ').replaceAll(/\d{3,}/g, (digits) => digits.split('').join(', '));
}

/** The TwiML of a call that reads a text out twice; null where the text is too long for one. */
export function twimlOf(
  text: string,
  voice: { readonly language?: string | undefined; readonly name?: string | undefined },
): string | null {
  const twiml = builder.build({
    Response: {
      Pause: { '@length': '1' },
      Say: {
        '@loop': '2',
        ...(voice.language === undefined ? {} : { '@language': voice.language }),
        ...(voice.name === undefined ? {} : { '@voice': voice.name }),
        '#text': spokenText(text),
      },
    },
  });
  return twiml.length > MOST_TWIML ? null : twiml;
}
