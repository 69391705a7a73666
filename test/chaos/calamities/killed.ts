import { PHASES } from '../deployment.ts';
import { sleep } from '../fleet.ts';
import { someHost, someMoment, WHEN_DECIDED, type Calamity } from '../scene.ts';

/** SIGKILL at any moment. */
export const kill: Calamity = async (scene) => {
  const deployment = scene.start();
  await someMoment(scene, deployment);
  deployment.kill('SIGKILL');
  return { attempts: [{ release: scene.to, ended: await deployment.ended, killed: true }] };
};

/** SIGKILL when it has just said that a phase begins, or a little later: confirming, where a fleet splits, most often. */
export const killAtPhase: Calamity = async (scene) => {
  const { random, note } = scene;
  const phase = random.pick([...PHASES, 'confirm', 'confirm', 'confirm'] as const);
  const laterMs = Math.round(random.pick([0, random.between(0, 150), random.between(0, 700)]));
  note(`${phase}+${laterMs}ms`);
  const deployment = scene.start();
  await deployment.reaches(phase);
  await sleep(laterMs);
  deployment.kill('SIGKILL');
  return { attempts: [{ release: scene.to, ended: await deployment.ended, killed: true }] };
};

/** SIGKILL when the hub has decided and the others, or some of them, have not heard of it. */
export const killAfterCommit: Calamity = async ({ fleet, random, note, start, to }) => {
  const laterMs = Math.round(random.pick([0, random.between(0, 300)]));
  note(`+${laterMs}ms`);
  const deployment = start();
  await Promise.race([fleet.hub(WHEN_DECIDED, 120_000), deployment.ended]);
  await sleep(laterMs);
  deployment.kill('SIGKILL');
  const ended = await deployment.ended;
  await fleet.hub(': >/run/given-up; sleep 0.1; rm /run/given-up');
  return { attempts: [{ release: to, ended, killed: true }] };
};

/** Ctrl-C, or the runner's cancel: it has to say what it leaves. */
export const interrupt: Calamity = async (scene) => {
  const { random, note } = scene;
  const signal = random.pick(['SIGINT', 'SIGTERM'] as const);
  note(signal);
  const deployment = scene.start();
  await someMoment(scene, deployment);
  deployment.kill(signal);
  const ended = await deployment.ended;
  // A program that has not said a word yet does not listen to signals yet either, and has dialled nobody.
  return { attempts: [{ release: scene.to, ended, killed: ended.stderr === '' }] };
};

/** The deployer and a host at nearly the same moment, as when a rack loses its power. */
export const killAndReboot: Calamity = async (scene) => {
  const { fleet, random, note } = scene;
  const host = someHost(scene, (each) => each === 'hub' || random.unit() < 0.5);
  const phase = random.pick(PHASES.slice(1));
  note(`${phase} ${host}`);
  const deployment = scene.start();
  await deployment.reaches(phase);
  await sleep(random.between(0, 400));
  deployment.kill('SIGKILL');
  await sleep(random.between(0, 2000));
  await fleet.reboot(host);
  return { attempts: [{ release: scene.to, ended: await deployment.ended, killed: true }] };
};
