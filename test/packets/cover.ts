import { FAULTS } from './faults.ts';
import { sceneWith, type Scene } from './scene.ts';

// A topology of five hosts takes a third of the time of one of ten.
const MOST_HOSTS = 5;
const FIRST_SEED = 1000;

/** A small network for every kind of fault, each with that fault. */
export function coveringScenes(): readonly Scene[] {
  return [...FAULTS.keys()].map((kind, i) => {
    for (let seed = FIRST_SEED * (i + 1); ; seed++) {
      const scene = sceneWith(kind, seed);
      if (scene && scene.keys.size <= MOST_HOSTS) return scene;
    }
  });
}
