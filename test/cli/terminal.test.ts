import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askTerminal } from '../../src/cli/terminal.js';

/** A terminal at which the test types. */
function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const ask = (question: string) => askTerminal({ input, output, interrupt: () => stop.abort() }, question, stop.signal);
  return { input, stop, ask, shown: () => shown };
}

describe('a question at a terminal', () => {
  it('is answered by a line, and the next one by the next', async () => {
    const { input, ask, shown } = terminal();
    const first = ask('Code? ');
    input.write('123 456\r');
    expect(await first).toBe('123 456');
    const second = ask('Again? ');
    input.write('\r');
    expect(await second).toBe('');
    expect(shown()).toContain('Code? ');
    expect(shown()).toContain('Again? ');
  });

  it('is over with Ctrl-D', async () => {
    const { input, ask, stop } = terminal();
    const answer = ask('Code? ');
    input.write('\u0004');
    expect([await answer, stop.signal.aborted]).toEqual([null, false]);
  });

  it('is over with Ctrl-C, which stops the command', async () => {
    const { input, ask, stop } = terminal();
    const answer = ask('Code? ');
    input.write('12\u0003');
    expect([await answer, stop.signal.aborted]).toEqual([null, true]);
  });

  it('is over when the command is stopped otherwise, and when its terminal is gone', async () => {
    const one = terminal();
    const answer = one.ask('Code? ');
    one.stop.abort();
    expect(await answer).toBeNull();
    const other = terminal();
    const lost = other.ask('Code? ');
    other.input.end();
    expect(await lost).toBeNull();
  });

  it('is not asked where the command was stopped before', async () => {
    const { ask, stop } = terminal();
    stop.abort();
    expect(await ask('Code? ')).toBeNull();
  });
});
