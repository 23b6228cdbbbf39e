import { SegmentedMessage } from 'sms-segments-calculator';

/** How a text travels as SMS. */
export interface Segmented {
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  /** Characters, each once, that the GSM alphabet lacks. */
  readonly notGsm7: readonly string[];
}

/** Counts the segments of a text: 160 or 153 characters of the GSM alphabet, 70 or 67 of UCS-2 (3GPP TS 23.038, 23.040). */
export function segmentsOf(text: string): Segmented {
  const counted = new SegmentedMessage(text);
  return {
    encoding: counted.encodingName === 'GSM-7' ? 'gsm7' : 'ucs2',
    segments: counted.segmentsCount,
    notGsm7: [...new Set(counted.getNonGsmCharacters())],
  };
}
