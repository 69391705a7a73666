import { acceptedIn } from '../github/acceptances.ts';
import { parseAcceptance } from '../../core/model/danger.ts';
import { quote } from '../../core/model/escape.ts';

/** What somebody asks for in a comment on a pull request. */
export type Asked =
  | { readonly verb: 'plan' | 'rehearse' | 'drift' | 'heal' | 'deploy' | 'unfreeze' | 'help' }
  | { readonly verb: 'rollback'; readonly to: string }
  | { readonly verb: 'freeze'; readonly reason: string }
  /** `CODE@DIGEST`; judged again when it is deployed. */
  | { readonly verb: 'accept'; readonly acceptances: readonly string[] };

/** Meant for us, and not understood: why, in one sentence without a full stop. */
export interface Misunderstood {
  readonly wrong: string;
}

/**
 * Reads a comment. What asks for something is its first line, at its very beginning, so that nothing inside of a quotation,
 * a code block or a sentence does; `accept` takes the whole comment, a line each. Undefined: not for us.
 */
export function readComment(body: string): Asked | Misunderstood | undefined {
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [, verb, rest = ''] = /^\/kuiil(?: +(\S+)(?: +(.*?))?)? *$/.exec(lines[0] ?? '') ?? [];
  if (!/^\/kuiil(?: |$)/.test(lines[0] ?? '')) return undefined;
  switch (verb) {
    case undefined:
      return { verb: 'help' };
    case 'plan':
    case 'rehearse':
    case 'drift':
    case 'heal':
    case 'deploy':
    case 'unfreeze':
    case 'help':
      return rest === ''
        ? { verb }
        : { wrong: `\`${verb}\` takes nothing more, and here stands ${quote(rest)}` };
    case 'rollback':
      return RELEASE.test(rest)
        ? { verb, to: rest }
        : { wrong: '`rollback` takes `previous`, a release, or a commit, each in hexadecimal digits' };
    case 'freeze':
      return rest === ''
        ? { wrong: '`freeze` takes a reason, for whoever meets it' }
        : { verb, reason: rest.slice(0, 200) };
    case 'accept':
      return accepted(lines);
    default:
      return { wrong: `there is no command ${quote(verb)}` };
  }
}

const RELEASE = /^(?:previous|[0-9a-f]{7,64})$/;

/** A comment that explains what it accepts, or quotes it, accepts nothing: each of its lines has to. */
function accepted(lines: readonly string[]): Asked | Misunderstood {
  const acceptances = acceptedIn(lines.join('\n'));
  if (acceptances.length === 0)
    return {
      wrong: '`accept` takes a code and the digest of the plan, and a comment with it holds nothing else',
    };
  const wrong = acceptances.map((each) => parseAcceptance(each)).find((each) => typeof each === 'string');
  return wrong === undefined ? { verb: 'accept', acceptances } : { wrong };
}

/** For `help`, and for whoever was not understood. */
export const COMMANDS_HELP: readonly (readonly [command: string, does: string])[] = [
  ['/kuiil plan', 'plans this pull request again'],
  ['/kuiil rehearse', 'deploys it to a twin of the network, and probes who reaches whom'],
  ['/kuiil accept CODE DIGEST', 'accepts a danger of one plan; judged when it is deployed'],
  ['/kuiil deploy', 'deploys what was merged with this pull request, if it is the newest'],
  ['/kuiil drift', 'compares every host with what was last confirmed'],
  ['/kuiil heal', 'brings drifted hosts back to it'],
  ['/kuiil rollback previous', 'deploys an earlier release: `previous`, a release or a commit'],
  ['/kuiil freeze REASON', 'refuses deployments until further notice'],
  ['/kuiil unfreeze', 'allows them again'],
];
