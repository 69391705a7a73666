import type { HostAnswer } from '../../core/model/answer.ts';
import { keyValues } from '../../remote/protocol.ts';

interface Decision {
  readonly transaction: string;
  readonly digest: string;
}

/**
 * Whether a host, by its snapshot, boots into this release because this very transaction was confirmed. The release alone
 * proves nothing: a host may have had it before.
 */
export function isDecided(snapshot: HostAnswer, { transaction, digest }: Decision): boolean {
  return (
    keyValues(snapshot, 'host').get('current') === digest &&
    keyValues(snapshot, 'decision').get('transaction') === transaction
  );
}
