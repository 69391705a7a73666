import { deploy } from '../../src/app/deploy/deploy.ts';
import type { DeployRequest } from '../../src/app/deploy/request.ts';
import type { Connect } from '../../src/app/ports.ts';
import type { FakeWorld } from './world.ts';

const NOWHERE = { file: 't', span: { line: 1, column: 1, endLine: 1, endColumn: 1 } };

type Asked = Partial<DeployRequest> & Pick<DeployRequest, 'topology'>;

/** A deployment of the whole fleet by nobody in particular, in a world that is not there. */
export function deployIn(world: FakeWorld, asked: Asked, connect: Connect = () => world.connect()) {
  const request: DeployRequest = {
    locate: () => NOWHERE,
    accept: [],
    exclude: [],
    canary: [],
    dryRun: false,
    requireAll: false,
    confirmTimeoutS: 30,
    awaitS: 5,
    owner: { who: 'test' },
    transaction: 'trial',
    signal: new AbortController().signal,
    ...asked,
  };
  return deploy(request, { connect, clock: world.clock, progress: { step: () => undefined } });
}
