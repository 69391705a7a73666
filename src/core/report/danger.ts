import type { LocatedDanger } from '../model/danger.ts';
import type { Plan } from '../model/plan.ts';

/** `topology.yaml:12:5` */
export function dangerPlace({ file, span }: LocatedDanger): string {
  return `${file}:${span.line}:${span.column}`;
}

/** The command by which all dangers of a plan are accepted; the base is part of it, since only with it the deployment is this plan. */
export function acceptCommand({ dangers, digest }: Pick<Plan, 'dangers' | 'digest'>): string {
  const codes = [...new Set(dangers.map(({ code }) => code))];
  return ['kuiil deploy --base BASE', ...codes.map((code) => `--accept ${code}@${digest}`)].join(' ');
}
