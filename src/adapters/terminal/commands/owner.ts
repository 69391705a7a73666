import type { DeployRequest } from '../../../app/deploy/request.ts';
import type { World } from '../world.ts';

/** Who deploys, for the lock that others are shown and for the books of the hosts. */
export function ownerOf({ who, env }: World): DeployRequest['owner'] {
  return { who, ...(env.GITHUB_SHA === undefined ? {} : { commit: env.GITHUB_SHA }) };
}
