import { generateKeyPairSync } from 'node:crypto';
import { hostName } from '../../../src/core/model/name.ts';
import { DEAD_ENDPOINT } from '../releases.ts';
import { someHost, type Calamity } from '../scene.ts';

/** Nobody answers at the hub's new endpoint. While packets flow the hub's answers hide that: peers roam. */
export const deadEndpoint: Calamity = async ({ fleet, random, note, spoil, start }) => {
  const release = spoil({ endpoint: DEAD_ENDPOINT });
  const flows = random.unit() < 0.5;
  note(flows ? 'with traffic' : 'without traffic');
  const source = hostName('one', 'n1');
  const ping = 'timeout 200 ping -qi0.05 192.168.0.101 >/dev/null & echo $! >/run/flow; wait';
  const flow = flows ? fleet.host(source, ping, 300_000) : undefined;
  const ended = await start(release).ended;
  if (flow) {
    await fleet.host(source, 'kill $(</run/flow)');
    await flow;
  }
  return { attempts: [{ release, ended }], exits: [5] };
};

/** A key that is not the host's own. */
export const wrongKey: Calamity = async (scene) => {
  const host = someHost(scene, (each) => each === 'hub' || each.endsWith('/r'));
  scene.note(host);
  const { publicKey } = generateKeyPairSync('x25519');
  // The last 32 bytes of a SubjectPublicKeyInfo are the key itself (RFC 8410).
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  const release = scene.spoil({ key: { host, key } });
  return { attempts: [{ release, ended: await scene.start(release).ended }], exits: [1, 5] };
};
