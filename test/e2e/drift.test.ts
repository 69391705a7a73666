import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HUB } from '../../src/core/model/name.ts';
import { random } from '../chaos/random.ts';
import { ACTS } from '../vandal/acts/acts.ts';
import { lightScene, type OpenScene } from '../vandal/scenes.ts';
import { conspire, describeDeeds, drift, vandalise, type Deed } from '../vandal/suite.ts';

/** Another one in every run, which its name tells; `npm run vandal -- --trials N --seed S` tries many. */
const SEED = Number(process.env.KUIIL_SEED ?? Math.floor(Math.random() * 2 ** 31));

const EVERYTHING = `
find /etc/wireguard /etc/kuiil /etc/sysctl.d /var/lib/kuiil /run/kuiil -exec stat -c '%n %A %Y %N' {} + | sort
iptables-save | grep -v '^#' | sed 's/\\[[0-9:]*\\]//'
ip route show table all; ip -o addr show | sed 's/valid_lft.*//'
wg show wg0 allowed-ips | sort; wg show wg0 persistent-keepalive | sort; sysctl -a 2>/dev/null | grep -E 'forward|rp_filter'`;

let scene: OpenScene;
beforeAll(async () => {
  scene = await lightScene();
});
afterAll(() => scene?.down());

/** Deeds that all go together: one of each kind on each host, so that one check and one healing serve many. */
function allAtOnce(acts: readonly (typeof ACTS)[number][]): readonly (readonly Deed[])[] {
  const rounds: Deed[][] = [];
  for (const act of acts) {
    const fits = (round: readonly Deed[]) =>
      act.on.find((host) => !round.some((deed) => deed.host === host && deed.act.touches === act.touches));
    const round = rounds.find((each) => fits(each) !== undefined);
    if (round) round.push({ act, host: fits(round)! });
    else rounds.push([{ act, host: act.on[0]! }]);
  }
  return rounds;
}

describe('a network that was deployed', () => {
  it('is in sync, and looking at it writes nothing on any host', async () => {
    const everything = async () =>
      Promise.all(
        scene.network.hosts.map(
          async (host) => (await scene.network.exec(host, ['bash', '-c', EVERYTHING])).stdout,
        ),
      );
    const before = await everything();
    const { exitCode, document } = await drift(scene);
    expect({ exitCode, findings: document.findings, unreachable: document.unreachable }).toEqual({
      exitCode: 0,
      findings: [],
      unreachable: {},
    });
    expect(await everything()).toEqual(before);
  });

  it('says what a tick has mended, and that this is no drift', async () => {
    const tick = 'ip route del 10.245.0.0/16 proto 75; bash /var/lib/kuiil/kuiil-host tick quiet >/dev/null';
    await scene.network.exec(HUB, ['bash', '-euc', tick]);
    const { stdout, exitCode } = await scene.deployer.run('drift', scene.file, '--format', 'json');
    const { mended } = JSON.parse(stdout) as { mended: { host: string; what: string; times: number }[] };
    expect({ exitCode, mended: mended.map(({ host, what, times }) => [host, what, times]) }).toEqual({
      exitCode: 0,
      mended: [['hub', 'route replace 10.245.0.0/16 dev wg0 proto 75', 1]],
    });
  });
});

describe('what somebody breaks is found, named, healed, and clean after', () => {
  const safe = ACTS.filter(({ cuts }) => !cuts);
  it.for(
    allAtOnce(safe)
      .slice(0, 2)
      .map((deeds) => [describeDeeds(deeds), deeds] as const),
  )('%s', async ([, deeds]) => {
    expect(await vandalise(scene, deeds)).toEqual([]);
  });

  it(`in a random combination (KUIIL_SEED=${SEED})`, async () => {
    const deeds = conspire(ACTS, random(SEED), 4);
    expect(await vandalise(scene, deeds), `KUIIL_SEED=${SEED}: ${describeDeeds(deeds)}`).toEqual([]);
  });
});
