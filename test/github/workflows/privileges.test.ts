import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { actionFolders, EXAMPLES, OWN, ourAction, readWorkflow } from './files.ts';

/** Which job may do what: the least with which it does its work. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plan: { contents: 'read', 'pull-requests': 'write', checks: 'write' },
  rehearse: { contents: 'read' },
  deploy: { contents: 'read', 'pull-requests': 'read', deployments: 'write', actions: 'read' },
  rollback: { contents: 'read', 'pull-requests': 'read', deployments: 'write', actions: 'read' },
  freeze: { contents: 'read' },
  drift: { contents: 'read', issues: 'read' },
  report: { contents: 'write', 'pull-requests': 'write', issues: 'write', checks: 'write' },
  command: { contents: 'read', 'pull-requests': 'write', issues: 'write', checks: 'write', actions: 'write' },
};
const HOLDS_A_KEY = ['deploy', 'drift', 'freeze', 'rollback'];

const files = [...EXAMPLES, ...OWN];
const ours = files.flatMap((file) =>
  Object.entries(readWorkflow(file).jobs).flatMap(([name, job]) => {
    const actions = (job.steps ?? []).flatMap(({ uses }) => ourAction(uses) ?? []);
    return actions.map((action) => ({ file, name, job, action, steps: job.steps! }));
  }),
);

describe.each(ours)('$file, job $name', ({ action, job, steps }) => {
  it('has exactly the permissions of its row', () => {
    expect(job.permissions).toEqual(ALLOWED[action]);
  });

  it('has one step, which is ours', () => {
    expect(steps).toHaveLength(1);
  });

  it('holds a key only where hosts are dialled, and from an environment', () => {
    const holds = JSON.stringify(job).includes('secrets.');
    expect(holds).toBe(HOLDS_A_KEY.includes(action));
    expect(job.environment !== undefined).toBe(holds);
  });

  it('gives only inputs that the action has', () => {
    const { inputs = {} } = parse(readFileSync(`${action}/action.yml`, 'utf8')) as { inputs?: object };
    expect(Object.keys(steps[0]?.with ?? {}).filter((name) => !(name in inputs))).toEqual([]);
  });
});

describe.each(files)('%s', (file) => {
  const workflow = readWorkflow(file);
  const steps = Object.values(workflow.jobs).flatMap((job) => [
    job.uses,
    ...(job.steps ?? []).map(({ uses }) => uses),
  ]);

  it('grants nothing at the top', () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.values(workflow.jobs).filter(({ permissions }) => permissions === undefined)).toEqual([]);
  });

  it('uses what is not ours by commit', () => {
    const others = steps.filter((uses) => uses !== undefined && !/^(\$\/|kuiil\/action\/)/.test(uses));
    expect(others.filter((uses) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses!))).toEqual([]);
  });
});

it('the required check is never filtered away or skipped', () => {
  const { on, jobs } = readWorkflow('examples/workflows/kuiil-plan.yml');
  expect(jobs.plan?.if).toBeUndefined();
  expect(on.pull_request_target).toEqual({ types: ['opened', 'synchronize', 'reopened', 'edited'] });
  expect('merge_group' in on).toBe(true);
});

it('every action has a workflow that shows how it is used', () => {
  const shown = new Set(ours.map(({ action }) => action));
  expect(actionFolders.filter((folder) => folder !== '.' && !shown.has(folder))).toEqual([]);
});
