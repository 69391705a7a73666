import * as core from '@actions/core';
import type { Outputs } from '../../app/github/ports.ts';

const NAMES: Readonly<Record<keyof Outputs, string>> = {
  valid: 'valid',
  changed: 'changed',
  hostsChanged: 'hosts-changed',
  risk: 'risk',
  planDigest: 'plan-digest',
  release: 'release',
  reachable: 'reachable',
  drift: 'drift',
  outcome: 'outcome',
  report: 'report',
  record: 'record',
};

/** Sets what is known, under the names of action.yml. */
export function setOutputs(command: string, outputs: Outputs): void {
  core.setOutput('command', command);
  for (const [key, value] of Object.entries(outputs)) {
    const name = Object.entries(NAMES).find(([each]) => each === key)?.[1];
    if (name !== undefined && value !== undefined) core.setOutput(name, String(value));
  }
}
