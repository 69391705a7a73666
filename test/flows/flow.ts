import type { Finished, RunOptions } from '../../src/adapters/twin/run.ts';

/** Where a flow starts or ends: a host's network, or its pod's. */
export interface End {
  readonly name: string;
  readonly address: string;
  readonly exec: (argv: readonly string[], options?: RunOptions) => Promise<Finished>;
}

export interface Flow {
  /** Ends it, and tells what became of its packets. */
  stop(): Promise<Passage>;
}

export interface Passage {
  readonly flow: string;
  readonly sent: number;
  readonly lost: number;
  /** The longest time between two packets that arrived, to 10 ms. */
  readonly gapMs: number;
  /** When the lost ones were due, in seconds from the flow's start, and what sending answered where it failed. */
  readonly when: string;
}

const LIMIT_MS = 300_000;
let flows = 0;

/** Starts a flow of numbered UDP packets, a hundred a second. Resolves when the first ones have arrived. */
export async function startFlow(from: End, to: End): Promise<Flow> {
  const number = (flows += 1);
  const port = String(20_000 + (number % 10_000));
  const going = `/tmp/kuiil-flow-${process.pid}-${number}`;
  const options = { timeoutMs: LIMIT_MS };
  const receiving = to.exec(['perl', '-e', RECEIVER, port], options);
  const sending = from.exec(['perl', '-e', SENDER, to.address, port, going], options);
  const waiting = await from.exec(['bash', '-c', UNTIL_GOING, 'wait', going]);
  if (waiting.exitCode !== 0) {
    const [sender, receiver] = await Promise.all([sending, receiving]);
    throw new Error(`no packet from ${from.name} to ${to.name}: ${sender.stderr}${receiver.stderr}`);
  }
  return {
    async stop() {
      await from.exec(['rm', going]);
      const [sender, receiver] = await Promise.all([sending, receiving]);
      const [sent, ...refusals] = sender.stdout.split('\n');
      const [gapMs, ...missing] = receiver.stdout.split(' ').map(Number);
      if (!(Number(sent) > 0) || gapMs === undefined || missing.length === 0)
        throw new Error(
          `the flow from ${from.name} to ${to.name} broke off: ${sender.stderr}${receiver.stderr}`,
        );
      const lost = [...missing.slice(0, -1), ...range(missing.at(-1)!, Number(sent))];
      const when = [...lost.slice(0, 10).map((number) => `${number / 100} s`), ...refusals].join(', ');
      return { flow: `${from.name} -> ${to.name}`, sent: Number(sent), lost: lost.length, gapMs, when };
    },
  };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

const UNTIL_GOING = 'for i in {1..400}; do [[ ! -e $1 ]] || exit 0; sleep 0.02; done; exit 1';

// Perl's core has no clock finer than seconds: the kernel's uptime counts hundredths, which is just the pace.
const UPTIME = String.raw`
use strict; use Socket;
sub uptime { open(my $file, '<', '/proc/uptime') or die $!; return (split ' ', <$file>)[0] }
alarm 280;`;

/** Paced by the clock, not by naps: a sender that a busy machine held up catches up. */
const SENDER = String.raw`${UPTIME}
my ($address, $port, $going) = @ARGV;
my $to = pack_sockaddr_in($port, inet_aton($address));
socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die $!;
for my $try (1 .. 50) {
  send($socket, 'hello', 0, $to);
  vec(my $bits = '', fileno $socket, 1) = 1;
  last if select($bits, undef, undef, 0.1) > 0 and defined recv($socket, my $text, 64, 0);
  die "no answer\n" if $try == 50;
}
open(my $file, '>', $going) or die $!;
close $file;
my ($sent, $from, @refused) = (0, uptime());
while (-e $going) {
  while ($sent < 100 * (uptime() - $from)) {
    defined send($socket, $sent, 0, $to) or push @refused, "$sent: $!";
    $sent++;
  }
  select(undef, undef, undef, 0.004);
}
select(undef, undef, undef, 1);
for (1 .. 20) { send($socket, 'end', 0, $to); select(undef, undef, undef, 0.05) }
print join "\n", $sent, @refused;`;

const RECEIVER = String.raw`${UPTIME}
my ($port) = @ARGV;
socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die $!;
bind($socket, pack_sockaddr_in($port, INADDR_ANY)) or die $!;
my (%seen, $last, $gap) = ();
while (defined(my $peer = recv($socket, my $text, 64, 0))) {
  if ($text eq 'hello') { send($socket, 'hello', 0, $peer); next }
  last if $text eq 'end';
  my $now = uptime();
  $gap = $now - $last if defined $last and $now - $last > ($gap // 0);
  ($last, $seen{$text}) = ($now, 1);
}
my ($top) = sort { $b <=> $a } keys %seen, -1;
print join ' ', int(1000 * ($gap // 0)), grep({ !$seen{$_} } 0 .. $top), $top + 1;`;
