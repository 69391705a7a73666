import { quote } from '../../core/model/escape.ts';
import { fingerprint } from './fingerprint.ts';
import { noIdentity, type Identity, type PrivateKeyText } from './identity.ts';
import {
  OpenSSHAgent,
  parseKey,
  type AuthHandlerMiddleware,
  type IdentityCallback,
  type ParsedKey,
} from './library.ts';

/** An identity whose keys are parsed: once, not once a host, because opening an encrypted one takes 100 ms and more. */
export interface Login {
  readonly keys: readonly ParsedKey[];
  readonly agent?: string;
}

/** What happened while we logged in to one host. */
export interface Attempts {
  /** The public keys that were shown, as `TYPE FINGERPRINT`. */
  readonly offered: string[];
  /** The methods that the server said it would take. */
  accepted: readonly string[];
}

/** Parses the keys; throws the `ssh/no-identity` fault for one that cannot be used. */
export function parseIdentity(identity: Identity): Login {
  if (identity.keys.length === 0 && identity.agent === undefined) {
    throw noIdentity('there is no SSH key to log in with');
  }
  const keys = identity.keys.map(parsePrivateKey);
  return identity.agent === undefined ? { keys } : { keys, agent: identity.agent };
}

/**
 * Offers each key, then those of the agent, to the library. Methods that it would try by itself, `none` and passwords,
 * are not among them: they cost a round trip each and count against MaxAuthTries.
 */
export function offerKeys(login: Login, username: string, attempts: Attempts): AuthHandlerMiddleware {
  const keys = [...login.keys];
  let agent = login.agent;
  const next = () => {
    const key = keys.shift();
    if (key) {
      attempts.offered.push(describeKey(key));
      return { type: 'publickey' as const, username, key };
    }
    const socket = agent;
    agent = undefined;
    return socket === undefined
      ? false
      : { type: 'agent' as const, username, agent: new RecordingAgent(socket, attempts) };
  };
  return (accepted: readonly string[] | null) => {
    if (accepted) attempts.accepted = accepted;
    return next();
  };
}

class RecordingAgent extends OpenSSHAgent {
  readonly #attempts: Attempts;
  constructor(socket: string, attempts: Attempts) {
    super(socket);
    this.#attempts = attempts;
  }
  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    super.getIdentities((error, keys) => {
      this.#attempts.offered.push(...(keys ?? []).filter((key) => 'type' in key).map(describeKey));
      done(error, keys);
    });
  }
}

function describeKey(key: ParsedKey): string {
  return `${key.type} ${fingerprint(key.getPublicSSH())}`;
}

// The library's own words are not passed on: they would be about a text that must not be spoken about.
function parsePrivateKey({ text, passphrase, source }: PrivateKeyText): ParsedKey {
  const parsed = parseKey(text.replaceAll('\r\n', '\n'), passphrase);
  if (parsed instanceof Error) throw noIdentity(`${quote(source)} ${whyUnusable(parsed, passphrase)}`);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key?.isPrivateKey()) throw noIdentity(`${quote(source)} is a public key, not a private one`);
  return key;
}

function whyUnusable(error: Error, passphrase: string | undefined): string {
  if (!/encrypted|passphrase|integrity|decrypt/i.test(error.message)) {
    return 'is not a private key in a form that ssh-keygen writes';
  }
  return passphrase === undefined
    ? 'is locked with a passphrase (KUIIL_SSH_PASSPHRASE is not set)'
    : 'is locked with another passphrase than the one in KUIIL_SSH_PASSPHRASE';
}
