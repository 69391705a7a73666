import { describe, expect, it } from 'vitest';
import { isGivenUp } from '../../../src/app/github/drift-issue.ts';
import { writeDriftRecord, type WatchedNetwork } from '../../../src/app/github/drift-record.ts';
import { DRIFT_LABEL, findDriftIssue, reportDrift } from '../../../src/app/github/report-drift.ts';
import { marker } from '../../../src/app/github/sticky.ts';
import { FakeIssues } from '../../fakes/issues.ts';
import { SILENT_STEP } from '../../fakes/step.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

/** One run of the two jobs. */
async function watch(issues: FakeIssues, seen: Partial<WatchedNetwork>) {
  const network: WatchedNetwork = {
    file: 'topology.yaml',
    network: 'homelab',
    outcome: 'drift',
    verdict: '1 finding on 1 host',
    findings: A,
    healed: 'not-tried',
    text: 'what is amiss',
    ...seen,
  };
  const record = writeDriftRecord({
    kuiil: 1,
    kind: 'drift-record',
    commit: 'c'.repeat(40),
    networks: [network],
  });
  const checks = { create: () => Promise.resolve({ app: issues.app, bot: issues.bot }) };
  return reportDrift(
    { record, at: 1_795_834_800, run: 'https://github.example/run/1' },
    { issues, checks, step: SILENT_STEP },
  );
}

const CLEAN = { outcome: 'in-sync', verdict: 'in sync', findings: B, text: 'in sync' } as const;

describe('the issue of a network', () => {
  it('is not opened while all is well', async () => {
    const issues = new FakeIssues();
    await watch(issues, CLEAN);
    expect(issues.print()).toBe('');
  });

  it('is opened once, edited without a word while nothing changes, and told of what does', async () => {
    const issues = new FakeIssues();
    await watch(issues, {});
    expect(issues.print()).toBe('#1 open: 0');
    await watch(issues, { text: 'what is amiss, a day older' });
    expect(issues.print()).toBe('#1 open: 0');
    expect(issues.all[0]!.body).toContain('a day older');
    expect(issues.all[0]!.body).toContain('2026-11-28 03:00 UTC');
    await watch(issues, { findings: B, verdict: '2 findings on 1 host' });
    expect(issues.print()).toBe('#1 open: 1');
    expect(issues.all[0]!.comments[0]).toContain('2 findings on 1 host');
  });

  it('is closed with the reason when all is well, and opened again when it recurs', async () => {
    const issues = new FakeIssues();
    await watch(issues, {});
    await watch(issues, CLEAN);
    expect(issues.print()).toBe('#1 closed: 1');
    await watch(issues, CLEAN);
    expect(issues.print()).toBe('#1 closed: 1');
    await watch(issues, {});
    expect(issues.print()).toBe('#1 open: 2');
  });

  it.each(['unreachable', 'failed'] as const)(
    'is opened for hosts or checks that are %s as well',
    async (outcome) => {
      const issues = new FakeIssues();
      await watch(issues, { outcome });
      expect(issues.all[0]!.body).toContain(`| ${outcome} |`);
    },
  );

  it('is not one that somebody else wrote in our words', async () => {
    const issues = new FakeIssues();
    const body = `${marker('drift', 'topology.yaml')} findings=${A} tries=0 -->`;
    issues.plant({ title: 'Drift: homelab', body, label: DRIFT_LABEL, isPerson: true });
    await watch(issues, {});
    expect(issues.print()).toBe('#1 open: 0; #2 open: 0');
    expect(issues.all[0]!.body).toBe(body);
  });

  it('says after two healings that did not mend all that there will be no third, and healing stays off', async () => {
    const issues = new FakeIssues();
    const isOff = async () => isGivenUp(await findDriftIssue('topology.yaml', issues, issues));
    await watch(issues, {});
    await watch(issues, { healed: 'no' });
    expect(await isOff()).toBe(false);
    await watch(issues, { healed: 'no' });
    expect(await isOff()).toBe(true);
    expect(issues.all[0]!.comments.at(-1)).toContain('not tried again');
    await watch(issues, {});
    expect(await isOff()).toBe(true);
    await watch(issues, CLEAN);
    expect(await isOff()).toBe(false);
  });
});

describe('a drift job that ended without a word', () => {
  it.each(['', '{}', 'null', '{"kuiil":1,"kind":"record"}'])('is a failure: %j', async (record) => {
    const issues = new FakeIssues();
    const checks = { create: () => Promise.reject(new Error('there is nothing to write')) };
    const { isFailure } = await reportDrift(
      { record, at: 0, run: 'r' },
      { issues, checks, step: SILENT_STEP },
    );
    expect([isFailure, issues.print()]).toEqual([true, '']);
  });
});
