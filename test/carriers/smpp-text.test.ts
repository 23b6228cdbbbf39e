import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import smpp, { PDU } from 'smpp';
import { describe, expect, it } from 'vitest';
import { readReceipt, submittedId } from '../../src/carriers/smpp/receipt.js';
import { relativePeriod } from '../../src/carriers/smpp/submission.js';
import { type WrittenText, writeText, type Writing } from '../../src/carriers/smpp/text.js';

const GSM7: Writing = { alphabet: 'gsm7', dataCoding: undefined, long: 'udh' };
const GSM_LETTERS = '@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&()*+,-./0123456789:;<=>?¡ABCÄÖÑÜ§¿abcäöñüà^{}\\[~]|€';

/** The text that a phone would show. */
function shown(written: WrittenText): string {
  const bytes = Buffer.concat(written.parts.map((part) => ('payload' in part ? part.payload : part.short)));
  return written.dataCoding === 8 ? Buffer.from(bytes).swap16().toString('utf16le') : smpp.encodings.ASCII.decode(bytes);
}
function sizes(written: WrittenText): readonly number[] {
  return written.parts.map((part) => ('payload' in part ? part.payload.length : part.short.length));
}

describe('a text over SMPP', () => {
  it('is one submission up to 160 letters of the GSM alphabet, or 70 units of UCS-2', () => {
    expect(sizes(writeText('x'.repeat(160), GSM7, 0))).toEqual([160]);
    expect(sizes(writeText('x'.repeat(161), GSM7, 0))).toEqual([153, 8]);
    expect(sizes(writeText('ж'.repeat(70), GSM7, 0))).toEqual([140]);
    expect(sizes(writeText('ж'.repeat(71), GSM7, 0))).toEqual([134, 8]);
    expect(writeText('', GSM7, 0)).toEqual({ dataCoding: 0, segments: 1, parts: [{ short: Buffer.alloc(0), udh: null }] });
  });

  it('numbers its parts, and holds them together by one reference', () => {
    const { parts } = writeText('x'.repeat(400), GSM7, 0x1fe);
    expect(parts.map((part) => ('udh' in part ? part.udh : null))).toEqual([
      Buffer.from([5, 0, 3, 0xfe, 3, 1]),
      Buffer.from([5, 0, 3, 0xfe, 3, 2]),
      Buffer.from([5, 0, 3, 0xfe, 3, 3]),
    ]);
  });

  it('never tears a letter apart', () => {
    expect(sizes(writeText(`${'x'.repeat(152)}€${'x'.repeat(20)}`, GSM7, 0))).toEqual([152, 22]);
    expect(sizes(writeText(`${'ж'.repeat(66)}🎉${'ж'.repeat(20)}`, GSM7, 0))).toEqual([132, 44]);
  });

  it('is whole at the other end, and takes as many segments as it is charged for', () => {
    const letters = fc.array(fc.constantFrom(...GSM_LETTERS.split('')), { maxLength: 500 }).map((all) => all.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          letters,
          fc.array(fc.constantFrom('a', 'ж', '漢', '🎉'), { maxLength: 300 }).map((all) => all.join('')),
        ),
        (text) => {
          const written = writeText(text, GSM7, 7);
          expect(shown(written)).toBe(text);
          if (text !== '') expect(written.segments).toBe(new SegmentedMessage(text).segmentsCount);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is packed where the SMSC wants that, one bit further after a header', () => {
    const packed: Writing = { ...GSM7, alphabet: 'gsm7_packed' };
    // The example of 3GPP TS 23.038 in every textbook.
    expect(writeText('hellohello', packed, 0).parts).toEqual([{ short: Buffer.from('e8329bfd4697d9ec37', 'hex'), udh: null }]);
    const written = writeText('abcdefgh'.repeat(40), packed, 0);
    const [first] = written.parts;
    if (first === undefined || 'payload' in first) throw new Error('no part');
    expect([first.short.length, written.segments]).toEqual([134, 3]);
    const bits = [...first.short].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1)).slice(1);
    const letters = Array.from({ length: 153 }, (_, at) =>
      bits.slice(at * 7, at * 7 + 7).reduce((sum, bit, place) => sum + (bit << place), 0),
    );
    expect(Buffer.from(letters).toString()).toBe('abcdefgh'.repeat(20).slice(0, 153));
  });

  it('goes in Latin-1 or UCS-2 where that is the account’s alphabet, and whole where it takes a payload', () => {
    expect(writeText('ü', { ...GSM7, alphabet: 'latin1' }, 0)).toMatchObject({ dataCoding: 3, parts: [{ short: Buffer.from([0xfc]) }] });
    expect(writeText('€', { ...GSM7, alphabet: 'latin1' }, 0)).toMatchObject({ dataCoding: 8 });
    expect(writeText('a', { ...GSM7, alphabet: 'ucs2' }, 0)).toMatchObject({ dataCoding: 8, parts: [{ short: Buffer.from([0, 97]) }] });
    expect(writeText('a', { ...GSM7, dataCoding: 1 }, 0).dataCoding).toBe(1);
    const whole = writeText('x'.repeat(200), { ...GSM7, long: 'payload' }, 0);
    expect([whole.segments, sizes(whole)]).toEqual([2, [200]]);
  });
});

describe('a receipt over SMPP', () => {
  /** As it comes off the wire. */
  const received = (fields: Record<string, unknown>): PDU =>
    new PDU(new PDU('deliver_sm', { esm_class: 4, ...fields }).toBuffer() as unknown as string);
  const text = (given: string): Record<string, unknown> => ({ short_message: Buffer.from(given, 'latin1') });
  const classic = 'id:IIII_@-9 sub:001 dlvrd:001 submit date:1507241229 done date:1507241230 stat:DELIVRD err:000 text:id:7 stat:UNDELIV';

  it('is read from its text, up to the words of the message itself', () => {
    expect(readReceipt(received(text(classic)), 'same')).toEqual({
      messageId: 'IIII_@-9',
      reference: null,
      status: 'delivered',
      rawStatus: 'DELIVRD',
      errorCode: null,
      price: null,
      currency: null,
    });
  });

  it.each([
    ['EXPIRED', 'expired'],
    ['DELETED', 'rejected'],
    ['UNDELIV', 'undelivered'],
    ['REJECTD', 'rejected'],
    ['UNKNOWN', 'unknown'],
    ['ACCEPTD', 'in_transit'],
    ['ENROUTE', 'in_transit'],
    ['PONDERD', 'in_transit'],
  ])('takes %s for %s', (word, status) => {
    expect(readReceipt(received(text(`id:1 stat:${word} err:27`)), 'same')).toMatchObject({ status, errorCode: '27', rawStatus: word });
  });

  it('is read from fields of its own, also where the id is not terminated and no text comes', () => {
    const fields = { receipted_message_id: 'abc-1', message_state: 5, network_error_code: Buffer.from([3, 0, 42]) };
    expect(readReceipt(received(fields), 'same')).toMatchObject({ messageId: 'abc-1', status: 'undelivered', errorCode: '42' });
    const bytes = new PDU('deliver_sm', { esm_class: 4, receipted_message_id: 'abc-1', message_state: 2 }).toBuffer();
    const at = bytes.indexOf('abc-1\0');
    const cut = Buffer.concat([bytes.subarray(0, at + 5), bytes.subarray(at + 6)]);
    cut.writeUInt32BE(cut.length, 0);
    cut.writeUInt16BE(5, at - 2);
    expect(readReceipt(new PDU(cut as unknown as string), 'same')?.messageId).toBe('abc-1');
    const payload = { message_payload: Buffer.from('id:9 stat:DELIVRD', 'latin1') };
    expect(readReceipt(received(payload), 'same')).toMatchObject({ messageId: '9', status: 'delivered' });
  });

  it('is none where a phone wrote it, or where it names nothing', () => {
    expect(readReceipt(received({ esm_class: 0, ...text(classic) }), 'same')).toBeNull();
    expect(readReceipt(received(text('hello')), 'same')).toBeNull();
    expect(readReceipt(received(text('id:7')), 'same')).toBeNull();
  });

  it('is found by its id, whatever base the SMSC writes it in', () => {
    const decimal = received(text('id:0000043981 stat:DELIVRD'));
    expect(readReceipt(decimal, 'decimal')?.messageId).toBe(submittedId('ABCD', 'decimal'));
    expect(readReceipt(received(text('id:00ABcd stat:DELIVRD')), 'hexadecimal')?.messageId).toBe(submittedId('43981', 'hexadecimal'));
    expect(submittedId('no-number', 'decimal')).toBe('no-number');
    expect(submittedId('00AB', 'same')).toBe('00AB');
  });
});

it('a validity is written as a relative time of whole units', () => {
  expect([relativePeriod(600), relativePeriod(93_784.9), relativePeriod(0), relativePeriod(1e9)]).toEqual([
    '000000001000000R',
    '000001020304000R',
    '000000000001000R',
    '000030000000000R',
  ]);
});
