import type { Route } from '../../app/ports.ts';
import { escapeText, quote } from '../../core/model/escape.ts';
import type { Fault, FaultCode } from '../../core/model/fault.ts';
import type { HostKey } from '../../core/model/key.ts';
import type { HostName } from '../../core/model/name.ts';
import type { CallFailure, DialFailure } from './failure.ts';
import { fingerprint } from './fingerprint.ts';

type Words = Pick<Fault, 'code' | 'cause' | 'hint'>;

/** Says why a host could not be connected to. Nothing has run on it by then. */
export function dialFault(route: Route, failure: DialFailure): Fault {
  const words = dialWords(route, failure);
  return {
    ...words,
    host: route.host,
    step: 'connect',
    stateNow: 'nothing was run on it over this connection',
  };
}

export interface FailedCall {
  readonly host: HostName;
  readonly verb: string;
  readonly command: string;
  readonly failure: CallFailure;
  readonly stderr: string;
}

/** Says why a call has no answer. What the command did or still does cannot be known from here. */
export function callFault({ host, verb, command, failure, stderr }: FailedCall): Fault {
  const excerpt = stderr === '' ? {} : { excerpt: lastLines(stderr) };
  const stateNow = `not known: ${verb} may have done none, some or all of its work, and may still be running`;
  return { ...callWords(failure), host, step: verb, command: escapeText(command, 400), ...excerpt, stateNow };
}

function dialWords(route: Route, failure: DialFailure): Words {
  const where = `${quote(route.address)} port ${route.port}`;
  switch (failure.kind) {
    case 'network':
      return networkWords(route, failure.errno);
    case 'timeout':
      return timeoutWords(where, failure);
    case 'closed':
      return {
        code: 'ssh/unreachable',
        cause: `${where} closed the connection before the login, at each of several tries`,
        hint: 'look at the log of its sshd: MaxStartups and PerSourcePenalties in sshd_config, or fail2ban, turn connections away',
      };
    case 'nothing-pinned':
      return {
        code: 'ssh/host-key-unknown',
        cause: `no host key is pinned for ${where}`,
        hint: 'enrol the host, or pass a known_hosts file that has its key with --known-hosts',
      };
    case 'host-key':
      return hostKeyWords(route, where, failure.presented);
    case 'host-key-type':
      return {
        code: 'ssh/host-key-changed',
        cause: `${where} has no host key of the type that is pinned (${pinned(route)})`,
        hint: 'if the host was installed anew, compare its fingerprint on its console and enrol it again',
      };
    case 'authentication':
      return authenticationWords(route, where, failure);
    case 'forward':
      return forwardWords(where, failure);
    case 'jump':
      return jumpWords(failure.via, failure.fault);
    case 'jump-lost':
      return {
        code: 'ssh/jump-failed',
        cause: `the connection to ${failure.via}, through which it is reached, ended (${quote(failure.said)})`,
      };
    case 'protocol':
      return {
        code: 'ssh/unreachable',
        cause: `${where} and we could not agree on how to speak SSH (${quote(failure.said)})`,
        hint: 'check that an OpenSSH server of version 7.4 or newer listens there',
      };
    case 'ended':
      return { code: 'deploy/interrupted', cause: 'this run was ended while it was connecting' };
  }
}

function networkWords(route: Route, errno: string): Words {
  const where = `${quote(route.address)} port ${route.port}`;
  const code: FaultCode = 'ssh/unreachable';
  switch (errno) {
    case 'ECONNREFUSED':
      return {
        code,
        cause: `${where} refused the connection`,
        hint: 'check that sshd runs on it and listens on this port',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code,
        cause: `the name ${quote(route.address)} cannot be resolved (${errno})`,
        hint: 'check the name, or give an address in ssh.host',
      };
    default:
      return {
        code,
        cause: `${where} cannot be reached from here (${quote(errno)})`,
        hint: 'check that the host is up and that there is a route to it',
      };
  }
}

function timeoutWords(
  where: string,
  { waitedFor, ms }: { waitedFor: 'connection' | 'login'; ms: number },
): Words {
  return waitedFor === 'connection'
    ? {
        code: 'ssh/timeout',
        cause: `${where} did not answer within ${seconds(ms)}`,
        hint: 'check that the host is up and that no firewall drops connections to this port',
      }
    : {
        code: 'ssh/timeout',
        cause: `${where} took the connection, but there was no login within ${seconds(ms)}`,
        hint: 'check that sshd listens on this port and that the host is not overloaded',
      };
}

function hostKeyWords(route: Route, where: string, presented: HostKey): Words {
  const cause = `${where} shows the key ${describeKey(presented)}; pinned is ${pinned(route)}`;
  return {
    code: 'ssh/host-key-changed',
    cause,
    hint: 'nothing was sent to it; if the host was installed anew, compare the fingerprint on its console and enrol it again',
  };
}

type AuthenticationFailure = Extract<DialFailure, { kind: 'authentication' }>;

function authenticationWords(route: Route, where: string, failure: AuthenticationFailure): Words {
  const user = quote(route.user);
  const offered =
    failure.offered.length === 0 ? 'no key (the agent has none)' : failure.offered.slice(0, 5).join(', ');
  const code: FaultCode = 'ssh/authentication';
  if (failure.accepted.length > 0 && !failure.accepted.includes('publickey')) {
    return {
      code,
      cause: `${where} takes no keys for user ${user}, only ${quote(failure.accepted.join(', '))}`,
      hint: 'allow PubkeyAuthentication for this user in its sshd_config',
    };
  }
  return {
    code,
    cause: `${where} did not let user ${user} in; offered was ${offered}`,
    hint: `add the public key to the authorized_keys of ${user} there, or pass another key with --identity`,
  };
}

type ForwardFailure = Extract<DialFailure, { kind: 'forward' }>;

function forwardWords(where: string, { via, prohibited, said }: ForwardFailure): Words {
  return prohibited
    ? {
        code: 'ssh/jump-failed',
        cause: `${via}, through which it is reached, does not forward to ${where} (${quote(said)})`,
        hint: `set AllowTcpForwarding and PermitOpen in the sshd_config of ${via}`,
      }
    : {
        code: 'ssh/unreachable',
        cause: `${where} cannot be reached from ${via} (${quote(said)})`,
        hint: `check that the host is up, that sshd listens on this port, and that ${via} has a route to it`,
      };
}

function jumpWords(via: HostName, fault: Fault): Words {
  const words = {
    code: 'ssh/jump-failed' as const,
    cause: `${via}, through which it is reached: ${fault.cause}`,
  };
  return fault.hint === undefined ? words : { ...words, hint: fault.hint };
}

function callWords(failure: CallFailure): Words {
  switch (failure.kind) {
    case 'lost':
      return {
        code: 'ssh/connection-lost',
        cause: `the connection ended before the command did${failure.said ? ` (${quote(failure.said)})` : ''}`,
        hint: 'run the same again: it finds out how far this went',
      };
    case 'timeout':
      return {
        code: 'ssh/timeout',
        cause: `the command did not end within ${seconds(failure.ms)}`,
        hint: 'look at what it waits for on the host, then run the same again',
      };
    case 'too-large':
      return {
        code: 'host/answer-too-large',
        cause: `it answered more than ${failure.limit} bytes`,
        hint: 'look at what prints so much when this user logs in without a terminal',
      };
    case 'signal':
      return { code: 'host/command-failed', cause: `the command was ended by ${quote(failure.signal)}` };
    case 'refused':
      return {
        code: 'host/command-failed',
        cause: `sshd did not start the command (${quote(failure.said)})`,
        hint: 'check MaxSessions and ForceCommand in its sshd_config, and the shell of the user',
      };
  }
}

function pinned(route: Route): string {
  return route.hostKeys.map(describeKey).join(', ');
}

function describeKey({ type, blob }: HostKey): string {
  return `${escapeText(type, 40)} ${fingerprint(Buffer.from(blob, 'base64'))}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

const EXCERPT_LINES = 6;

function lastLines(text: string): string {
  const lines = text.trimEnd().split('\n').slice(-EXCERPT_LINES);
  return lines.map((line) => escapeText(line, 160)).join('\n');
}
