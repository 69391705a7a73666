import { expect, it } from 'vitest';
import { foresee } from '../../../src/app/foresee.ts';
import { planOutputs } from '../../../src/app/github/plan-outputs.ts';
import type { Planned } from '../../../src/core/report/pull-request.ts';
import { edited } from '../steps-scenes.ts';

const { value, locate } = edited('two-clusters');
const pending = edited('two-clusters', undefined, () => '');

const planned = (isReached?: boolean): Planned => {
  const plan = foresee(value, value, locate);
  return {
    kind: 'planned',
    file: 'topology.yaml',
    plan: isReached === undefined ? plan : { ...plan, isReached },
    head: value,
    diagnostics: [],
  };
};

it('says by the proof whether everything that is declared is reached', () => {
  expect(planOutputs([planned()]).reachable).toBe(true);
  expect(planOutputs([planned(), planned(false)]).reachable).toBe(false);
});

it('does not say so of a network of which nothing can be proved', () => {
  const plan = foresee(undefined, pending.value, pending.locate);
  const nobody: Planned = {
    kind: 'planned',
    file: 'topology.yaml',
    plan,
    head: pending.value,
    diagnostics: [],
  };
  expect(planOutputs([nobody])).not.toHaveProperty('reachable');
  expect(planOutputs([{ kind: 'unchanged', file: 'topology.yaml' }])).not.toHaveProperty('reachable');
});
