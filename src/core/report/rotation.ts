import type { Fault } from '../model/fault.ts';
import { faultJson } from './deployment-json.ts';
import { faultLines } from './deployment.ts';
import type { Document, Json } from './document.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { alignColumns } from './table.ts';

/** New WireGuard keys that hosts have made, and what they had. */
export interface Rotation {
  /** The keys file. */
  readonly file: string;
  readonly hosts: ReadonlyMap<string, RotatedHost>;
}

export type RotatedHost = { readonly before: string; readonly publicKey: string } | { readonly fault: Fault };

export function rotationText({ file, hosts }: Rotation, paint: Paint = PLAIN): string {
  const rows = [...hosts].flatMap(([host, facts]) =>
    'fault' in facts ? [] : [[visible(host), facts.before, '->', facts.publicKey]],
  );
  const faults = [...hosts.values()].flatMap((facts) => ('fault' in facts ? [facts.fault] : []));
  return [
    ...(rows.length === 0
      ? []
      : [
          ...alignColumns(rows),
          `${paint.green('new keys')} are in ${visible(file, MAX_NAME)}, and on the hosts beside those that they use: the next deployment switches.`,
          'Its plan names each as a danger, since a key that changes may be somebody else’s: accept it by name.',
        ]),
    ...faults.flatMap((fault) => faultLines(fault, paint)),
    '',
  ].join('\n');
}

export function rotationJson({ file, hosts }: Rotation): Document {
  const entries = [...hosts].map(([host, facts]): [string, Json] => [
    host,
    'fault' in facts ? { fault: faultJson(facts.fault) } : { ...facts },
  ]);
  return { kuiil: 1, kind: 'rotate', file, hosts: Object.fromEntries(entries) };
}
