import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createMeter, progressBar, progressLine } from './progress.ts';
import { columns } from './terminal.ts';

/** Back to the first column, then erase the line. */
const CLEAR_LINE = '\r\u001b[2K';

function recorded(isTerminal: boolean): {
  meter: ReturnType<typeof createMeter>;
  written: string[];
  clock: { time: number };
} {
  const written: string[] = [];
  const clock = { time: 0 };
  const meter = createMeter({
    stream: { write: (text: string) => written.push(text) },
    isTerminal,
    now: () => clock.time,
  });
  return { meter, written, clock };
}

describe('progress meter', () => {
  it('redraws one line in place with share, rate and time left', () => {
    const { meter, written, clock } = recorded(true);
    meter.update('neuron order', 0, 14e9, 'bytes');
    clock.time = 10_000;
    meter.update('neuron order', 2.1e9, 14e9, 'bytes');
    assert.equal(written.length, 2);
    assert.equal(written[1], `${CLEAR_LINE}neuron order  ━━━${'─'.repeat(17)}  15 %  210 MB/s  57 s left`);
    assert.doesNotMatch(written.join(''), /\n/);
  });

  it('measures anew for each label', () => {
    const { meter, written, clock } = recorded(true);
    meter.update('one', 0, 100, 'units');
    clock.time = 5000;
    meter.update('two', 50, 100, 'units');
    clock.time = 10_000;
    meter.update('two', 60, 100, 'units');
    assert.match(written.at(-1) ?? '', /two .* 60 % {2}2 units\/s {2}20 s left/);
  });

  it('draws at most ten times a second', () => {
    const { meter, written, clock } = recorded(true);
    for (clock.time = 0; clock.time < 1000; clock.time += 5) meter.update('one', clock.time, 1000, 'units');
    assert.equal(written.length, 10);
  });

  it('clears its line at the end, once', () => {
    const { meter, written } = recorded(true);
    meter.update('one', 1, 2, 'units');
    meter.end();
    meter.end();
    assert.deepEqual(written.slice(1), [CLEAR_LINE]);
  });

  it('is silent in a pipe', () => {
    const { meter, written } = recorded(false);
    meter.update('one', 1, 2, 'units');
    meter.end();
    assert.deepEqual(written, []);
  });
});

describe('progress line', () => {
  it('counts where no total is known', () => {
    assert.equal(
      progressLine({ label: 'reading', done: 3_200_000, total: undefined, unit: 'bytes', rate: 1e6 }, 80),
      'reading  3.2 MB  1 MB/s',
    );
  });

  it('turns slow rates around', () => {
    assert.match(
      progressLine({ label: 'pairs', done: 1, total: 3, unit: 'pairs', rate: 0.25 }, 80),
      /33 % {2}4 s each {2}8 s left$/,
    );
  });

  it('leaves out what does not fit, the bar first', () => {
    const state = { label: 'neuron order', done: 1, total: 4, unit: 'layers', rate: 1 };
    assert.equal(progressLine(state, 50), 'neuron order  25 %  1 layers/s  3 s left');
    assert.equal(progressLine(state, 20), 'neuron order  25 %');
  });

  it('keeps to the width and to one line for any label', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 50 }),
        fc.integer({ min: 20, max: 120 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (label, width, fraction) => {
          const line = progressLine(
            { label, done: fraction * 1e9, total: 1e9, unit: 'bytes', rate: 1e7 },
            width,
          );
          assert.ok(columns(line) <= width);
          assert.doesNotMatch(line, /\p{Cc}/u);
        },
      ),
    );
  });

  it('fills the bar in proportion', () => {
    assert.equal(progressBar(0, 4), '────');
    assert.equal(progressBar(0.375, 4), '━╸──');
    assert.equal(progressBar(1, 4), '━━━━');
    assert.equal(progressBar(7, 4), '━━━━');
  });
});
