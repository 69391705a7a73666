import { HUB } from '../../../src/core/model/name.ts';
import { sleep } from '../fleet.ts';
import { someHost, someMoment, type Calamity } from '../scene.ts';

export const reboot: Calamity = async (scene) => {
  const host = someHost(scene);
  scene.note(host);
  const deployment = scene.start();
  await someMoment(scene, deployment);
  await scene.fleet.reboot(host);
  return { attempts: [{ release: scene.to, ended: await deployment.ended }] };
};

/** The host that decides for the fleet, around the moment when it does. */
export const rebootHub: Calamity = async ({ fleet, random, note, start, to }) => {
  const phase = random.pick(['verify', 'confirm', 'confirm'] as const);
  const laterMs = Math.round(random.between(0, 500));
  note(`${phase}+${laterMs}ms`);
  const deployment = start();
  await deployment.reaches(phase);
  await sleep(laterMs);
  await fleet.reboot(HUB);
  return { attempts: [{ release: to, ended: await deployment.ended }] };
};
