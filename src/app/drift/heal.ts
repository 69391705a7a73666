import { DRIFT_CODES, type DriftCode, type DriftFinding } from '../../core/model/drift.ts';
import type { Healing } from '../../core/model/healing.ts';
import type { HostName } from '../../core/model/name.ts';
import type { Deployment } from '../../core/model/outcome.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { Clock } from '../ports.ts';
import { asDeployed } from '../deploy/as-deployed.ts';
import { deploy } from '../deploy/deploy.ts';
import type { DeployPorts, DeployRequest } from '../deploy/request.ts';
import type { Desired } from '../deploy/desired.ts';
import { wantedOf } from '../deploy/wanted.ts';
import { sha256 } from '../digest.ts';
import { checkDrift, type DriftCheck } from './drift.ts';
import { heldRelease } from './sight.ts';

export interface HealRequest extends Pick<
  DeployRequest,
  'topology' | 'locate' | 'owner' | 'confirmTimeoutS' | 'signal'
> {
  readonly today: string;
  /** `safe` leaves hosts alone on which something is amiss whose mending may cut what works now. */
  readonly kinds: 'all' | 'safe';
  /** A new name for each transaction. */
  readonly transaction: () => string;
}

// A host behind one that is healed can be seen only afterwards.
const ROUNDS = 3;

/**
 * Brings hosts back to the release that was confirmed on them last, by the transaction that every deployment is: never on to what the
 * topology says now.
 */
export async function heal(request: HealRequest, ports: DeployPorts): Promise<Healing> {
  const look = () => checkDrift({ topology: request.topology, today: request.today }, ports.connect);
  let check = await look();
  const before = check.drift;
  const deployments: Deployment[] = [];
  while (deployments.length < ROUNDS && !request.signal.aborted) {
    const sick = patients(check.drift.findings, request.kinds);
    if (sick.size === 0) break;
    const isCut = check.drift.findings.some(({ host, code }) => sick.has(host) && CUTS.has(code));
    const deployment = await deploy(cure(request, check, sick), ports);
    deployments.push(deployment);
    check = await (isCut ? lookOnceBack(look, request.signal, ports.clock) : look());
    if (deployment.outcome !== 'confirmed') break;
  }
  return { before, deployments, after: check.drift };
}

/** What ends the sessions of peers: whoever is reached through them comes back only when they have noticed. */
const CUTS: ReadonlySet<DriftCode> = new Set([
  'address-missing',
  'interface-down',
  'interface-missing',
  'peer-missing',
  'port',
  'public-key',
]);
// A peer notices 15 s after it sends something (KEEPALIVE_TIMEOUT and REKEY_TIMEOUT of WireGuard); one that sends nothing, with the next check.
const BACK_MS = 45_000;
const PAUSE_MS = 2000;

async function lookOnceBack(
  look: () => Promise<DriftCheck>,
  signal: AbortSignal,
  clock: Clock,
): Promise<DriftCheck> {
  const until = clock.now() + BACK_MS;
  for (;;) {
    const check = await look();
    if (check.drift.unreachable.size === 0 || clock.now() >= until || signal.aborted) return check;
    await clock.wait(PAUSE_MS);
  }
}

function patients(findings: readonly DriftFinding[], kinds: HealRequest['kinds']): ReadonlySet<HostName> {
  const ours = findings.filter(({ code }) => DRIFT_CODES[code].heals);
  const unsafe = new Set(ours.filter(({ code }) => !DRIFT_CODES[code].safe).map(({ host }) => host));
  // With another key in its file a host refuses every release, and with it the whole transaction.
  const refusing = new Set(findings.filter(({ code }) => code === 'key-changed').map(({ host }) => host));
  return new Set(
    ours
      .map(({ host }) => host)
      .filter((host) => !refusing.has(host) && (kinds === 'all' || !unsafe.has(host))),
  );
}

function cure(request: HealRequest, check: DriftCheck, sick: ReadonlySet<HostName>): DeployRequest {
  const hosts = confirmedOn(request.topology, check, sick);
  return {
    ...request,
    topology: asDeployed(request.topology, hosts),
    target: { hosts, isHealing: true },
    accept: [],
    exclude: [],
    canary: [],
    dryRun: false,
    requireAll: false,
    awaitS: 0,
    transaction: request.transaction(),
  };
}

/** The confirmed release of every host that answered and whose release is still known, to the letter, to the host or to git. */
function confirmedOn(
  topology: Topology,
  { answers, remembered, drift }: DriftCheck,
  sick: ReadonlySet<HostName>,
): ReadonlyMap<HostName, Desired> {
  const wanted = wantedOf(topology);
  const known = [...answers].flatMap(([host, answer]): [HostName, Desired][] => {
    if (drift.underway.has(host)) return [];
    const kept = heldRelease(answer);
    const digest = remembered.get(host) ?? (kept && sha256(kept.text));
    const git = wanted.get(host);
    const mends = { mends: sick.has(host) };
    if (kept && sha256(kept.text) === digest) {
      const { state, interfaceName } = kept.release;
      return [[host, { state, interfaceName, release: { text: kept.text, digest }, ...mends }]];
    }
    return git && git.release.digest === digest ? [[host, { ...git, ...mends }]] : [];
  });
  return new Map(known);
}
