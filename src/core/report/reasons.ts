import type { Failure, Reason } from '../model/proof.ts';

/** Why packets do not arrive: one sentence, without a full stop. */
export function reasonSentence(failure: Failure): string {
  const { reason, host, leg } = failure;
  const what = leg === 'way' ? '' : 'the answer: ';
  return `${what}on ${host} ${WORDS[reason](failure)}`;
}

const WORDS: Readonly<Record<Reason, (failure: Failure) => string>> = {
  'no-state': () => 'Kuiil has deployed nothing, so that it knows no way',
  'no-address': ({ address }) => `there is no address from which it could send to ${address.text}`,
  'no-route': ({ address }) => `no route leads to ${address.text}`,
  'next-hop-unreachable': ({ address }) => `the next hop ${address.text} is no node on its LAN`,
  'no-tunnel': ({ address }) => `the route to ${address.text} leads into a tunnel that is not there`,
  'no-peer': ({ address }) => `no peer has ${address.text} in its AllowedIPs`,
  'unknown-key': ({ peer }) => `the peer ${peer ?? '?'} has a key that no host has`,
  'not-a-peer': ({ peer }) => `the key of ${peer ?? '?'} is no peer`,
  'endpoint-wrong': ({ peer }) => `the endpoint by which ${peer ?? '?'} is dialled does not lead there`,
  'handshake-blocked': ({ peer }) => `the WireGuard port is closed to ${peer ?? '?'}`,
  'source-filtered': ({ address, peer }) =>
    `packets from ${address.text} are not taken from ${peer ?? '?'}: its AllowedIPs there do not have it`,
  'not-forwarding': ({ address }) => `forwarding is off: packets to ${address.text} go no further`,
  'forward-dropped': ({ address }) =>
    `no rule accepts packets to ${address.text} in FORWARD, and its policy is DROP`,
  'input-dropped': ({ address }) =>
    `no rule accepts packets to ${address.text} in INPUT, and its policy is DROP`,
  'too-large': ({ sizes: [sent, passes] = [0, 0] }) =>
    `packets of ${sent} bytes are sent into a tunnel that takes ${passes}`,
  loop: ({ address }) => `packets to ${address.text} go round in a circle`,
  astray: ({ address }) => `packets to ${address.text} come to a LAN where nobody has that address`,
  'other-way-back': ({ peer }) =>
    `packets leave that have to go back through ${peer ?? 'the router that they came by'}, which alone knows the connection`,
};
