import { describe, expect, it } from 'vitest';
import type { HostFile } from '../../../src/core/model/file.ts';
import { hostName, HUB, type HostName } from '../../../src/core/model/name.ts';
import type { Deployment, HostResult } from '../../../src/core/model/outcome.ts';
import type { HostPlan, Plan } from '../../../src/core/model/plan.ts';
import { COMMENT_BUDGET } from '../../../src/core/report/budget.ts';
import { deploymentMarkdown } from '../../../src/core/report/deployment-markdown.ts';
import { deploymentText } from '../../../src/core/report/deployment.ts';
import { diagnosticsAnnotations } from '../../../src/core/report/diagnostics-annotations.ts';
import { matrixMarkdown } from '../../../src/core/report/matrix-markdown.ts';
import { matrixText } from '../../../src/core/report/matrix.ts';
import { planMarkdown } from '../../../src/core/report/plan-markdown.ts';
import { planText } from '../../../src/core/report/plan.ts';
import { DIAGNOSTICS } from '../../golden/report/inputs.ts';
import { PAYLOADS } from './hostile.ts';
import { expectHarmless } from './markdown-page.ts';

const size = (text: string) => new TextEncoder().encode(text).length;
const node = (i: number) => hostName(`cluster${i % 10}`, `node${i}`);

function file(peers: number, range: string): HostFile {
  const text = Array.from(
    { length: peers },
    (_, i) => `[Peer]\n# node${i}\nAllowedIPs = 10.${range}.${i % 256}.0/24\n`,
  );
  return { path: '/etc/wireguard/wg0.conf', mode: 0o600, text: text.join('\n') };
}

function hostPlan(host: HostName, peers: number): HostPlan {
  const interruptions = [{ code: 'range-moved', message: 'the active router moves' }] as const;
  return {
    host,
    status: 'changed',
    changes: [],
    before: [file(peers, '1')],
    after: [file(peers, '2')],
    interruptions,
  };
}

function planOf(hosts: number): Plan {
  const nodes = Array.from({ length: hosts - 1 }, (_, i) => hostPlan(node(i), 3));
  return {
    name: 'large',
    to: 'b'.repeat(64),
    digest: 'c'.repeat(64),
    dangers: [],
    hosts: [hostPlan(HUB, hosts), ...nodes],
  };
}

function deploymentOf(hosts: number, name = node): Deployment {
  const results = Array.from({ length: hosts }, (_, i): [HostName, HostResult] => [
    name(i),
    {
      outcome: 'reverting',
      did: [],
      fault: {
        code: 'ssh/connection-lost',
        host: name(i),
        step: 'revert',
        cause: 'gone',
        excerpt: 'x\n'.repeat(50),
        stateNow: 'not known',
      },
    },
  ]);
  return {
    outcome: 'reverted',
    release: 'b'.repeat(64),
    faults: [],
    hosts: new Map(results),
    phases: new Map([['observe', 1]]),
  };
}

describe.each([1, 50, 1000])('with %i hosts', (hosts) => {
  it('a plan fits into a comment, verdict first, and says what it left out', () => {
    const page = planMarkdown(planOf(hosts), { elsewhere: 'the job’s summary has them' });
    expect(size(page)).toBeLessThanOrEqual(COMMENT_BUDGET);
    expectHarmless(page);
    expect(page.split('\n')[0]).toContain('traffic is interrupted');
    const shown = page.split('<details>').length - 1;
    expect(shown).toBeGreaterThan(0);
    const said = Number(/([0-9,]+) hosts? omitted/.exec(page)?.[1]?.replace(',', '') ?? 0);
    expect(shown + said).toBe(hosts);
  });

  it('a deployment fits into a comment, with what is true on the hosts first', () => {
    const page = deploymentMarkdown(deploymentOf(hosts));
    expect(size(page)).toBeLessThanOrEqual(COMMENT_BUDGET);
    expectHarmless(page);
    expect(page).toMatch(/^\*\*reverted: .*\n\n- .*back/);
  });

  it('every host of a plan is in its text', () => {
    const text = planText(planOf(hosts));
    expect(text.match(/^--- a\//gm)).toHaveLength(hosts);
  });
});

it('counts hosts instead of naming them where the names alone are longer than the budget', () => {
  const page = deploymentMarkdown(
    deploymentOf(60, (i) => hostName('@'.repeat(200), `${'<'.repeat(90)}${i}`)),
    20_000,
  );
  expect(size(page)).toBeLessThanOrEqual(20_000);
  expect(page).toContain('- 60 hosts: go back');
});

it('names at most a few hosts a line, and says how many there are', () => {
  expect(deploymentText(deploymentOf(1000)).split('\n')[1]).toMatch(
    /^ {2}1,000 hosts \(.* and 988 more\): go back/,
  );
});

it('cuts a large diff between lines, and closes its fence', () => {
  const page = planMarkdown({ ...planOf(1), hosts: [hostPlan(HUB, 3000)] });
  expect(page).toMatch(/\n```\n\n[0-9,]+ more lines\.\n\n<\/details>/);
});

it('makes a fence longer than any run of backticks in the content', () => {
  const hostile = { path: '/etc/x', mode: 0o600, text: `${PAYLOADS.join('\n')}\n` };
  const page = planMarkdown({ ...planOf(1), hosts: [{ ...hostPlan(HUB, 1), before: [], after: [hostile] }] });
  expect(page).toContain(`\n${'`'.repeat(41)}diff\n`);
  expectHarmless(page);
});

it('annotates ten of each severity, and counts the others', () => {
  const many = Array.from({ length: 25 }, () => DIAGNOSTICS).flat();
  const lines = diagnosticsAnnotations(many).trim().split('\n');
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('not annotated, because GitHub shows ten of each: 15 errors, 15 warnings');
});

describe('a matrix of many clusters', () => {
  const places = Array.from({ length: 30 }, (_, i) => hostName(`cluster${i}`, 'n'));
  const probes = places.flatMap((from) =>
    places
      .filter((to) => to !== from)
      .map((to) => ({ kind: 'pod-pod', from, to, family: 4, reachable: to !== places[7] }) as const),
  );

  it('shows the incomplete pairs only', () => {
    const text = matrixText(probes);
    expect(text).toContain('  841 more pairs not shown\n');
    expect(text).toMatch(/^ {2}cluster0 -> cluster7 +0\/1 !$/m);
    expect(text.trimEnd().split('\n').at(-1)).toBe('29 of 870 not reached');
  });

  it('fits into a comment', () => {
    expect(size(matrixMarkdown(probes, { budget: 4000 }))).toBeLessThanOrEqual(4000);
  });
});
