import type { Fault } from '../model/fault.ts';
import { faultJson } from './deployment-json.ts';
import { faultLines } from './deployment.ts';
import type { Document } from './document.ts';
import { visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { count } from './words.ts';

interface Rotation {
  readonly step: 'begun' | 'finished' | 'stuck';
  readonly hosts: readonly string[];
  readonly faults: ReadonlyMap<string, Fault>;
  readonly deployKey: string;
}

export function deployerRotationText(
  { step, hosts, faults, deployKey }: Rotation,
  paint: Paint = PLAIN,
): string {
  const key = visible(deployKey);
  const amount = count(hosts.length, 'host');
  const lines = {
    begun: [
      `${paint.green('begun')}: ${amount} let in the old keys and the new ones.`,
      `Now give the new one to the environment that deploys: gh secret set KUIIL_SSH_KEY --env kuiil < ${key}`,
      'Then take the old ones away: kuiil enrol --rotate-deployer --finish',
    ],
    finished: [
      `${paint.green('finished')}: ${amount} let in the new keys only. The deployment key is ${key}.`,
      'Have the repository hold these: kuiil github setup',
    ],
    stuck: [
      `${paint.yellow('not finished')}: ${faults.size} of ${amount} have the keys that they had, the others those of this step.`,
      'Run the same again when these can be reached:',
      ...[...faults.values()].flatMap((fault) => faultLines(fault, paint)),
    ],
  };
  return `${lines[step].join('\n')}\n`;
}

export function deployerRotationJson({ step, hosts, faults, deployKey }: Rotation): Document {
  return {
    kuiil: 1,
    kind: 'enrol',
    outcome: step,
    deployKey,
    hosts: Object.fromEntries(
      hosts.map((host) => {
        const fault = faults.get(host);
        return [host, fault ? { state: 'failed', fault: faultJson(fault) } : { state: 'pinned' }];
      }),
    ),
  };
}
