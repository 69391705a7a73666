import script from './bootstrap.sh';
import { shellQuote } from './invocation.ts';

/** All that a bootstrap script is made of; nothing of it is secret. */
export interface Bootstrap {
  readonly network: string;
  readonly host: string;
  readonly interface: string;
  readonly kind: 'tunnel' | 'plain';
  /** Whether others are reached through it. */
  readonly way: 'jump' | 'alone';
  /** The payload of `pin`; its first line names the user. */
  readonly pins: string;
  /** The `wg-quick` file of the first tunnel; absent: it needs none. */
  readonly tunnel?: string;
  /** The line that a first tunnel is known by. */
  readonly mark: string;
  /** The text of kuiil-host. */
  readonly helper: string;
}

/**
 * A script for a host that its administrator cannot reach by ssh from where they are: what it is told first, then what
 * it does, then kuiil-host itself. It may be run again, and taken back.
 */
export function bootstrapScript(what: Bootstrap): string {
  const { helper, tunnel } = what;
  const told = {
    network: what.network,
    host: what.host,
    interface: what.interface,
    kind: what.kind,
    way: what.way,
    pins: what.pins.trimEnd(),
    mark: what.mark,
    tunnel: tunnel?.trimEnd() ?? '',
  };
  return [
    introduction(what),
    'set -eu',
    'umask 077',
    'export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    '',
    ...Object.entries(told).map(([name, value]) => `${name}=${shellQuote(value)}`),
    script,
    `# What follows is kuiil-host, the only code of Kuiil that runs on a host. docs/host.md explains it.`,
    'kuiil_host() {',
    `  cat <<'${END}'`,
    helper.trimEnd(),
    END,
    '}',
    '',
    'main "$@"',
    '',
  ].join('\n');
}

// The here-document takes every line before this one as it is.
const END = 'END OF KUIIL-HOST';

function introduction({ network, host, tunnel }: Bootstrap): string {
  return `#!/bin/bash
# Lets the host ${host} into the network ${network}. Printed by \`kuiil bootstrap ${host}\`.
#
# Run it on that host, as root, as often as you like:
#   bash kuiil-bootstrap.sh          do what is said below, and print a line for \`kuiil enrol add\`
#   bash kuiil-bootstrap.sh --undo   take it back
#
# What it does: installs the tools that are missing; makes this host's own WireGuard key, which never leaves it;
# installs /usr/local/sbin/kuiil-host, and lets two SSH keys run that and nothing else${
    tunnel
      ? `;
# brings up a first tunnel to the hub, for the deployment to come in by.`
      : '.'
  }
# There is no secret in this file, and none in the line that it prints.
`;
}

/** The same for a machine that is not installed yet: user data for cloud-init, which keeps the script for taking it back. */
export function cloudConfig(scriptText: string): string {
  const path = '/root/kuiil-bootstrap.sh';
  const indented = scriptText.split('\n').map((line) => (line === '' ? '' : `      ${line}`));
  return [
    '#cloud-config',
    '# The line for `kuiil enrol add` is in /var/log/cloud-init-output.log, and on the console.',
    'write_files:',
    `  - path: ${path}`,
    "    permissions: '0700'",
    '    content: |',
    ...indented,
    'runcmd:',
    `  - [bash, ${path}]`,
    '',
  ].join('\n');
}
