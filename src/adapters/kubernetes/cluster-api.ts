import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { ClusterApi } from '../../app/discover/api.ts';
import { quote } from '../../core/model/escape.ts';
import { FaultError } from '../../core/model/fault.ts';
import { readKubeconfig, type Access } from './kubeconfig.ts';

const MAX_CHARACTERS = 64 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/** The API of a kubeconfig file's current context, over TLS that is always checked. */
export async function clusterApi(file: string): Promise<ClusterApi> {
  const access = await readKubeconfig(file);
  return { name: access.name, get: (path) => get(access, path) };
}

async function get({ server, token, ca, cert, key }: Access, path: string): Promise<unknown> {
  const url = new URL(server.pathname.replace(/\/$/, '') + path, server);
  const outgoing = request(url, {
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  });
  try {
    outgoing.end();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
    });
    let text = '';
    for await (const chunk of answer.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > MAX_CHARACTERS) throw new Error(`it answered more than ${MAX_CHARACTERS} characters`);
    }
    const status = answer.statusCode ?? 0;
    if (status === 404 || status === 403) return undefined;
    if (status !== 200) throw new Error(`it answered with status ${status}`);
    return JSON.parse(text);
  } catch (error) {
    outgoing.destroy();
    throw new FaultError({
      code: 'kubernetes/unreachable',
      step: `ask ${quote(server.host)}`,
      command: `GET ${path}`,
      cause: quote(error instanceof Error ? error.message : String(error)),
      hint: 'check that kubectl reaches this cluster with this file',
      stateNow: 'nothing was written',
    });
  }
}
