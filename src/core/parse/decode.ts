import { finding } from '../codes/finding.ts';
import type { Finding, Source } from '../model/diagnostic.ts';

/** A file of the user as it was read: its name in messages, and its bytes. */
export interface SourceFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

// A hundred thousand nodes fit. What is larger is not a topology, and parsing it would only cost time and memory.
const MAX_BYTES = 4 * 1024 * 1024;

/** The text of a file without its byte order mark, or why there is none. */
export function decode(
  source: Source,
  bytes: Uint8Array,
): { readonly text: string; readonly finding?: Finding } {
  if (bytes.length > MAX_BYTES) {
    const mebibytes = (bytes.length / 1024 / 1024).toFixed(1);
    const at = { source, path: [], offsets: [0, 0] } as const;
    return {
      text: '',
      finding: finding('yaml/too-large', {
        at,
        message: `the file has ${mebibytes} MiB, the most that is read is 4 MiB`,
        hint: 'split the network into several topologies',
      }),
    };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return notUtf8(source, bytes);
  }
}

function notUtf8(source: Source, bytes: Uint8Array): { readonly text: string; readonly finding: Finding } {
  const text = new TextDecoder('utf-8').decode(bytes);
  const offset = Math.max(0, text.indexOf('\ufffd'));
  const at = { source, path: [], offsets: [offset, offset + 1] } as const;
  const message = 'here stands a byte that is not UTF-8';
  return { text, finding: finding('yaml/not-utf8', { at, message, hint: 'save the file as UTF-8' }) };
}
