/**
 * Asks many questions at once and prints the number of each that was answered rightly. A question is a line
 * `NUMBER FAMILY ADDRESS PORT NAME`: port 0 is a ping, another one a TCP connection over which NAME must be told.
 * Perl for the reason given in `answer.ts`; one `ping` process a question would take 2 ms of processor time each.
 * Usage: perl -e SCRIPT -- SECONDS
 */
export const PROBE_SCRIPT = String.raw`
use strict; use Socket qw(:all); use Errno qw(EINPROGRESS);
use POSIX ();
my ($seconds) = @ARGV;
my $hertz = POSIX::sysconf(POSIX::_SC_CLK_TCK());
sub now { (POSIX::times())[0] / $hertz }
my (%tcp, %ping, %raw);
while (<STDIN>) {
  my ($id, $family, $text, $port, $name) = split;
  my $six = $family == 6;
  my $ip = inet_pton($six ? AF_INET6 : AF_INET, $text);
  my $to = $six ? pack_sockaddr_in6($port, $ip) : pack_sockaddr_in($port, $ip);
  if ($port == 0) {
    if (!$raw{$family}) {
      socket($raw{$family}, $six ? AF_INET6 : AF_INET, SOCK_RAW, $six ? 58 : 1) or die $!;
      setsockopt($raw{$family}, SOL_SOCKET, SO_RCVBUF, 1 << 20);
    }
    $ping{$id} = { family => $family, ip => $ip, to => $to };
    next;
  }
  socket(my $socket, $six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) or die $!;
  next unless connect($socket, $to) || $! == EINPROGRESS;
  $tcp{$id} = { socket => $socket, name => $name, got => '' };
}
sub checksum {
  my $sum = 0;
  $sum += $_ for unpack('n*', $_[0]);
  $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
  return ~$sum & 0xffff;
}
sub ask {
  for my $id (keys %ping) {
    my $six = $ping{$id}{family} == 6;
    my @rest = ($$ & 0xffff, $id);
    # The kernel computes the checksum of ICMPv6 (RFC 3542, section 3.1).
    my $sum = $six ? 0 : checksum(pack('CCnnn', 8, 0, 0, @rest));
    send($raw{$ping{$id}{family}}, pack('CCnnn', $six ? 128 : 8, 0, $sum, @rest), 0, $ping{$id}{to});
  }
}
my $end = now() + $seconds;
# TCP asks again by itself, after one second (RFC 6298); so do the pings.
my $again = now() + 1;
ask();
while ((%tcp || %ping) && now() < $end) {
  if ($again && now() > $again) { ask(); $again = 0 }
  my $read = '';
  vec($read, fileno($_->{socket}), 1) = 1 for values %tcp;
  vec($read, fileno($_), 1) = 1 for values %raw;
  select($read, undef, undef, 0.2) > 0 or next;
  for my $family (keys %raw) {
    next unless vec($read, fileno($raw{$family}), 1);
    my $from = recv($raw{$family}, my $packet, 2048, 0);
    # An IPv4 raw socket hands out the IP header too.
    my $header = $family == 6 ? 0 : 4 * (ord($packet) & 15);
    my ($type, undef, undef, $ident, $id) = unpack('CCnnn', substr($packet, $header));
    next unless $type == ($family == 6 ? 129 : 0) && $ident == ($$ & 0xffff) && $ping{$id};
    my $ip = $family == 6 ? (unpack_sockaddr_in6($from))[1] : (unpack_sockaddr_in($from))[1];
    next unless $ip eq $ping{$id}{ip};
    delete $ping{$id};
    print "$id\n";
  }
  for my $id (keys %tcp) {
    my $it = $tcp{$id};
    next unless vec($read, fileno($it->{socket}), 1);
    my $size = sysread($it->{socket}, my $text, 512);
    if ($size) { $it->{got} .= $text; next }
    # It has told all it had to tell, or could not be reached.
    print "$id\n" if (split ' ', $it->{got})[0] eq $it->{name};
    delete $tcp{$id};
  }
}
`;
