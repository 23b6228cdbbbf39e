import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTraceId, traceIdOfParent, traceIdOfUuid } from '../../src/domain/trace.js';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('traceparent', () => {
  it.each([
    ['of version 00', `00-${ID}-${PARENT}-01`],
    ['that is not sampled', `00-${ID}-${PARENT}-00`],
    ['of a later version, with more behind it', `cc-${ID}-${PARENT}-01-what-will-come`],
    ['of a later version', `01-${ID}-${PARENT}-09`],
  ])('%s names its trace', (_what, header) => {
    expect(traceIdOfParent(header)).toBe(ID);
  });

  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['has upper-case letters', `00-${ID.toUpperCase()}-${PARENT}-01`],
    ['has a trace of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['has a parent of zeros', `00-${ID}-${'0'.repeat(16)}-01`],
    ['is of the forbidden version', `ff-${ID}-${PARENT}-01`],
    ['is of version 00 and has more behind it', `00-${ID}-${PARENT}-01-more`],
    ['is too short', `00-${ID.slice(1)}-${PARENT}-01`],
    ['was sent twice', `00-${ID}-${PARENT}-01, 00-${ID}-${PARENT}-01`],
    ['ends in a line feed', `00-${ID}-${PARENT}-01\n`],
  ])('that %s names none', (_what, header) => {
    expect(traceIdOfParent(header)).toBeNull();
  });

  it('never gives anything but a trace id', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)), (header) => {
        const traceId = traceIdOfParent(header);
        expect(traceId === null || isTraceId(traceId)).toBe(true);
      }),
    );
  });

  it('is made of a UUID where none was sent', () => {
    expect(isTraceId(traceIdOfUuid('0ECE232D-ccf2-8bc9-9174-b90ce0bade72'))).toBe(true);
  });
});
