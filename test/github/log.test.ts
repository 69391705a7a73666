import { describe, expect, it } from 'vitest';
import { readLog } from './log.ts';

describe('a log as the runner shows it', () => {
  it('takes commands out, decodes them, and keeps what follows them', () => {
    const { log, annotations } = readLog(
      '::add-mask::secret\nplain\n::error file=a%2Cb.yaml,line=3,title=t::one%0Atwo\n::group::g\n::endgroup::',
    );
    expect(log).toBe('plain\nerror: one\ntwo\n::group::g');
    expect(annotations).toEqual([
      { level: 'error', file: 'a,b.yaml', line: 3, title: 't', message: 'one\ntwo' },
    ]);
  });

  it('shows ten of a level', () => {
    const errors = Array.from({ length: 12 }, (_, each) => `::error::${each}`);
    expect(readLog([...errors, '::warning::w'].join('\n')).annotations).toHaveLength(11);
  });

  it('refuses a command that the runner does not know, since it came from elsewhere', () => {
    expect(() => readLog('::set-env name=PATH::/evil')).toThrow('set-env');
  });
});
