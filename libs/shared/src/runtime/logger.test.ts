import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger, readLogLevel, type Logger, type LogLevel } from './logger.ts';
import { Child } from './testing/child.ts';

type LogRecord = Readonly<Record<string, unknown>>;

/** What a logger wrote, line by line. */
function logged(write: (log: Logger) => void, level: LogLevel = 'debug'): readonly LogRecord[] {
  let text = '';
  write(createLogger('supervisor', level, { write: (part) => void (text += part) }));
  const lines = text.split('\n');
  assert.equal(lines.pop(), '');
  return lines.map((line) => JSON.parse(line) as LogRecord);
}

describe('a logger', () => {
  it('writes an event and its fields as one line, with the process it comes from', () => {
    const [record, ...others] = logged((log) => log.info('started', { name: 'hello', life: 7 }));
    assert.deepEqual(others, []);
    const { time, level, ...rest } = record ?? {};
    assert.deepEqual(rest, {
      process: 'supervisor',
      pid: process.pid,
      name: 'hello',
      life: 7,
      msg: 'started',
    });
    assert.equal(typeof time, 'number');
    assert.equal(level, 30);
  });

  it('keeps to its level', () => {
    const events = (level: LogLevel): unknown[] =>
      logged((log) => {
        log.error('e');
        log.warn('w');
        log.info('i');
        log.debug('d');
      }, level).map((record) => record['msg']);
    assert.deepEqual(events('debug'), ['e', 'w', 'i', 'd']);
    assert.deepEqual(events('warn'), ['e', 'w']);
  });

  it('tells an error with its stack, its cause and what it holds', () => {
    const error = new AggregateError([new Error('inner')], 'outer', { cause: new Error('why') });
    const [record] = logged((log) => log.error('defect', { error }));
    const text = JSON.stringify(record);
    assert.match(text, /outer/);
    assert.match(text, /logger\.test\.ts/);
    assert.match(text, /"message":"why"/);
    assert.match(text, /"message":"inner"/);
  });

  it('lets nothing through that a terminal might obey, and loses nothing', () => {
    let text = '';
    const log = createLogger('supervisor', 'info', { write: (part) => void (text += part) });
    const foreign = 'a\u009b31m\u202eb\u2028c\u007f';
    log.info('odd', { [foreign]: foreign });
    assert.match(text, /^[\x20-\x7e]*\n$/);
    assert.equal((JSON.parse(text) as LogRecord)[foreign], foreign);
  });

  it('writes one line whatever is in a field, and never throws for it', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const fields = { text: 'a\nb\u2028\0\u001b[31m', big: 2n ** 70n, circle, error: 'no error' };
    const [record, ...others] = logged((log) => log.warn('odd', fields));
    assert.deepEqual(others, []);
    assert.equal(record?.['text'], fields.text);
    assert.equal(record?.['error'], 'no error');
  });

  it('does not compile with a field that every record has already', () => {
    const [record] = logged((log) => {
      // @ts-expect-error: the pid of a tender needs a key of its own
      log.info('started', { pid: 1 });
    });
    assert.equal(record?.['msg'], 'started');
  });

  it('has written everything when its process is killed', async () => {
    await using child = Child.start(new URL('./testing/dying-program.ts', import.meta.url));
    const { signal, stderr } = await child.end();
    assert.equal(signal, 'SIGKILL');
    assert.match(stderr, /"n":100,"msg":"a word"\}\n$/);
  });
});

describe('the level of a logger', () => {
  it('is info when nothing is said', () => {
    assert.equal(readLogLevel(undefined), 'info');
    assert.equal(readLogLevel('debug'), 'debug');
  });

  it('that there is none of is refused, with those there are', () => {
    for (const text of ['', 'trace', 'INFO', 'toString']) {
      assert.throws(() => readLogLevel(text), {
        name: 'StartError',
        message: `ALBATROSS_LOG_LEVEL is ${text}; it is one of error, warn, info, debug`,
      });
    }
  });
});
