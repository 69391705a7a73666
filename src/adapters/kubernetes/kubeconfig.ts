import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { listAt, textAt, at } from '../../app/json.ts';
import { quote } from '../../core/model/escape.ts';
import { FaultError } from '../../core/model/fault.ts';
import { readYaml } from '../../core/parse/source.ts';

/** How to reach a cluster's API as somebody whom it knows. Stays in memory. */
export interface Access {
  readonly server: URL;
  /** As the file calls the cluster. */
  readonly name: string | undefined;
  /** PEM; absent: the certificates that this machine trusts. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly token?: string;
}

/** Reads the current context of a kubeconfig file. Throws a FaultError for what this program does not do. */
export async function readKubeconfig(file: string): Promise<Access> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw unusable(file, 'it cannot be read', 'name a file that kubectl takes');
  });
  const { value } = readYaml('topology', text);
  const context = named(value, 'contexts', textAt(value, 'current-context'));
  const cluster = at(named(value, 'clusters', textAt(context, 'context', 'cluster')), 'cluster');
  const user = at(named(value, 'users', textAt(context, 'context', 'user')), 'user');
  const server = textAt(cluster, 'server') ?? '';
  if (!URL.canParse(server) || !server.startsWith('https://'))
    throw unusable(
      file,
      'its current context names no server with https',
      'choose one: kubectl config use-context',
    );
  if (at(cluster, 'insecure-skip-tls-verify') === true)
    throw unusable(
      file,
      'it says not to check the server’s certificate',
      'give the certificate of its authority instead',
    );
  if (at(user, 'exec') !== undefined || at(user, 'auth-provider') !== undefined)
    throw unusable(
      file,
      'its user logs in by running another program',
      'make a token for this: kubectl create token, and put it in a copy of the file as users[].user.token',
    );
  const bytes = (holder: unknown, name: string) => bytesOf(file, holder, name);
  const [ca, cert, key] = await Promise.all([
    bytes(cluster, 'certificate-authority'),
    bytes(user, 'client-certificate'),
    bytes(user, 'client-key'),
  ]);
  const token = textAt(user, 'token');
  return {
    server: new URL(server),
    name: textAt(context, 'context', 'cluster'),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(token !== undefined && { token }),
  };
}

function named(value: unknown, list: string, name: string | undefined): unknown {
  return listAt(value, list).find((each) => name !== undefined && textAt(each, 'name') === name);
}

/** Either inline, as base64, or in a file beside. */
async function bytesOf(file: string, holder: unknown, name: string): Promise<Buffer | undefined> {
  const inline = textAt(holder, `${name}-data`);
  if (inline !== undefined) return Buffer.from(inline, 'base64');
  const path = textAt(holder, name);
  if (path === undefined) return undefined;
  return readFile(resolve(dirname(file), path)).catch(() => {
    throw unusable(file, `its ${name} ${quote(path)} cannot be read`, 'name it as this machine has it');
  });
}

function unusable(file: string, cause: string, hint: string): FaultError {
  return new FaultError({
    code: 'kubernetes/kubeconfig',
    step: `read ${quote(file)}`,
    cause,
    hint,
    stateNow: 'nothing was asked, and nothing was written',
  });
}
