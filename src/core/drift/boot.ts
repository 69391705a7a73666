import type { Unit } from '../model/vicinity.ts';
import type { Amiss, Sighting } from './sighting.ts';

const A_PERSON = { culprit: 'a person' } as const;

/** What the host boots into, and what keeps it there: its release, its files and its units. */
export function bootDrift(sighting: Sighting): readonly Amiss[] {
  if (sighting.release.confirmed === undefined) return releaseDrift(sighting);
  return [...releaseDrift(sighting), ...fileAmiss(sighting), ...unitAmiss(sighting)];
}

/** Whether the host is on the release that the fleet is, and that release is whole. */
export function releaseDrift({ host, release }: Sighting): readonly Amiss[] {
  const { confirmed, kept, remembered } = release;
  const amiss: Amiss[] = [];
  if (remembered !== undefined && remembered !== confirmed)
    amiss.push({
      code: 'release-lost',
      subject: host,
      expected: remembered.slice(0, 12),
      observed: confirmed?.slice(0, 12) ?? 'none',
    });
  if (confirmed !== undefined && kept !== undefined && kept !== confirmed)
    amiss.push({
      code: 'release-altered',
      subject: '/var/lib/kuiil/current/release',
      expected: confirmed.slice(0, 12),
      observed: kept.slice(0, 12),
      ...A_PERSON,
    });
  return amiss;
}

function fileAmiss({ release, around }: Sighting): readonly Amiss[] {
  const files = release.files.flatMap(({ path, sha256 }): Amiss[] => {
    const found = around.files.get(path);
    const base = { subject: path, expected: `sha256 ${sha256.slice(0, 12)}` };
    if (!found) return [{ code: 'file-missing', ...base, observed: 'missing', ...A_PERSON }];
    const since = found.changedAt > 0 ? { since: found.changedAt } : {};
    const observed = found.sha256 === '' ? 'no plain file' : `sha256 ${found.sha256.slice(0, 12)}`;
    if (!found.isLink)
      return [
        {
          code: 'file-replaced',
          ...base,
          observed: found.sha256 === '' ? observed : `${observed}, in a file of its own`,
          ...since,
          culprit: 'a person, or configuration management',
        },
      ];
    return found.sha256 === sha256
      ? []
      : [{ code: 'file-changed', ...base, observed, ...since, ...A_PERSON }];
  });
  if (around.hasScript) return files;
  const subject = '/var/lib/kuiil/kuiil-host';
  return [...files, { code: 'script-missing', subject, expected: 'there', observed: 'missing', ...A_PERSON }];
}

function unitAmiss({ expected, around }: Sighting): readonly Amiss[] {
  const { units, time, uptime } = around;
  if (!units) return [];
  if (units.size === 0)
    return [
      { code: 'unit-inactive', subject: 'kuiil.timer', expected: 'active', observed: 'systemd told nothing' },
    ];
  const tunnel = expected.wireguard;
  const wgQuick = tunnel ? [`wg-quick@${tunnel.interface}.service`] : [];
  return ['kuiil.service', 'kuiil.timer', ...wgQuick].flatMap((name): Amiss[] => {
    const unit = units.get(name);
    if (!unit || unit.load !== 'loaded' || unit.isAltered)
      return [
        {
          code: 'unit-altered',
          subject: name,
          expected: 'as written',
          observed: loadOf(unit),
          ...A_PERSON,
        },
      ];
    const since = unit.changedAtUptime > 0 ? { since: Math.round(time - uptime + unit.changedAtUptime) } : {};
    return [
      ...(unit.file === 'enabled'
        ? []
        : [
            {
              code: 'unit-disabled',
              subject: name,
              expected: 'enabled',
              observed: unit.file || 'not enabled',
              ...A_PERSON,
            } as const,
          ]),
      ...(name === 'kuiil.timer' && unit.active !== 'active'
        ? [
            {
              code: 'unit-inactive',
              subject: name,
              expected: 'active',
              observed: unit.active,
              ...since,
              ...A_PERSON,
            } as const,
          ]
        : []),
      ...(name === 'kuiil.service' && unit.active === 'failed'
        ? [
            {
              code: 'unit-failed',
              subject: name,
              expected: 'ends well',
              observed: 'failed',
              ...since,
            } as const,
          ]
        : []),
    ];
  });
}

function loadOf(unit: Unit | undefined): string {
  if (!unit || unit.load === 'not-found') return 'missing';
  return unit.load === 'loaded' ? 'edited' : unit.load;
}
