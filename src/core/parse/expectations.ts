import { under } from '../model/place.ts';
import type { Expectation, Located, Selector } from '../model/topology.ts';
import { entry, type Spot, textAt } from './spot.ts';

/** Every expectation that has all of its parts. Whether its selectors name anything is a rule's to say. */
export function readExpectations(spot: Spot | undefined): readonly Expectation[] {
  const list: readonly unknown[] = Array.isArray(spot?.value) ? spot.value : [];
  return list.flatMap((value, i): Expectation[] => {
    const each: Spot = { value, at: under(spot!.at, i) };
    const [from, to] = [textAt(entry(each, 'from')), textAt(entry(each, 'to'))];
    const reach = entry(each, 'reach')?.value;
    if (!from || !to || typeof reach !== 'boolean') return [];
    return [{ from: readSelector(from), to: readSelector(to), reach, at: each.at }];
  });
}

function readSelector({ value, at }: Located<string>): Located<Selector> {
  const slash = value.indexOf('/');
  const parts = slash < 0 ? { place: value } : { place: value.slice(0, slash), name: value.slice(slash + 1) };
  return { value: { ...parts, text: value }, at };
}
