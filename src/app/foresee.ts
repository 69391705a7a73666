import { compile } from '../core/compile/compile.ts';
import type { Plan } from '../core/model/plan.ts';
import type { Topology } from '../core/model/topology.ts';
import { common } from '../core/prove/common.ts';
import type { Locate } from './dangers.ts';
import { plan } from './plan.ts';
import { isComplete, proof, surroundingsOf } from './proof.ts';
import { reachChanges } from './reach.ts';
import { gaps } from './steps.ts';

/** A plan with what can be proved of it: who gains and loses reach, and whether everything that stays holds at every step. */
export function foresee(base: Topology | undefined, head: Topology, locate: Locate): Plan {
  const step = plan(base, head, locate);
  const after = compile(head);
  const proved = proof(head, after);
  const isReached = proved.ends.length > 0 ? { isReached: isComplete(proved) } : {};
  if (!base) return { ...step, ...isReached };
  const before = compile(base);
  const reach = reachChanges(
    { topology: base, proof: proof(base, before) },
    { topology: head, proof: proved },
    locate,
  );
  const around = common(surroundingsOf(base), surroundingsOf(head));
  return { ...step, ...isReached, foresight: { reach, gaps: gaps(before, after, around) } };
}
