import type { HostAnswer } from '../core/model/answer.ts';

export const PROTOCOL_VERSION = 2;

export type Verb =
  | 'snapshot'
  | 'stage'
  | 'activate'
  | 'confirm'
  | 'revert'
  | 'probe'
  | 'tick'
  | 'remove'
  | 'rotate'
  | 'enrol'
  | 'pin'
  | 'unpin'
  | 'release'
  | 'freeze'
  | 'unfreeze';

/** Exit codes of kuiil-host (docs/host.md). */
export const EXIT = { done: 0, usage: 2, busy: 3, refused: 4, putBack: 5, notPutBack: 6 } as const;

export type AnswerFault =
  | { readonly kind: 'not-an-answer'; readonly firstLine: string }
  | { readonly kind: 'other-version'; readonly version: string }
  | { readonly kind: 'cut' };

/** Takes an answer apart (docs/host.md, "The answer"). Whatever a host says, this returns. */
export function parseAnswer(verb: Verb, text: string): HostAnswer | AnswerFault {
  const lines = text.split('\n');
  const head = /^kuiil ([0-9]{1,6}) ([a-z]+)$/.exec(lines[0] ?? '');
  if (!head || head[2] !== verb) return { kind: 'not-an-answer', firstLine: (lines[0] ?? '').slice(0, 200) };
  if (head[1] !== String(PROTOCOL_VERSION)) return { kind: 'other-version', version: head[1]! };
  const sections = new Map<string, string[]>();
  let section: string[] | undefined;
  for (const line of lines.slice(1)) {
    const end = /^= end ([0-9]{1,3})$/.exec(line);
    if (end) return { code: Number(end[1]), sections };
    const name = /^= ([a-z0-9.-]{1,40})$/.exec(line)?.[1];
    if (name === undefined) section?.push(line);
    else {
      section = sections.get(name) ?? [];
      sections.set(name, section);
    }
  }
  return { kind: 'cut' };
}

/** Whether a host says to `stage` that it has another script than the one it was asked about. */
export function wantsScript(text: string): boolean {
  return text.includes('\n= wanted\n');
}

/** Whether the part of an answer that has arrived says that its host needs no caller any more. */
export function hasBegun(text: string): boolean {
  return text.includes('\n= begun\n');
}

export function isAnswer(parsed: HostAnswer | AnswerFault): parsed is HostAnswer {
  return 'sections' in parsed;
}

/** The `key value` lines of a section. A key that comes twice keeps its first value. */
export function keyValues(answer: HostAnswer, section: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of answer.sections.get(section) ?? []) {
    const at = line.indexOf(' ');
    const key = at < 0 ? line : line.slice(0, at);
    if (!values.has(key)) values.set(key, at < 0 ? '' : line.slice(at + 1));
  }
  return values;
}
