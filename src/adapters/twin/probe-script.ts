/**
 * Asks many questions and prints the number of each that was answered rightly. A question is a line
 * `NUMBER FAMILY ADDRESS PORT NAME`: port 0 is a ping, another one a TCP connection over which NAME must be told.
 * Perl for the reason given in `answer.ts`; one `ping` process a question would take 2 ms of processor time each.
 * Usage: perl -e SCRIPT -- SECONDS WINDOW. Each question may wait SECONDS for its answer. A new one is asked while fewer
 * than WINDOW are open, of those that were asked just now: answers set the pace, and silence does not stop it.
 */
export const PROBE_SCRIPT = String.raw`
use strict; use Socket qw(:all); use Errno qw(EINPROGRESS);
use POSIX ();
my ($seconds, $window) = @ARGV;
my $hertz = POSIX::sysconf(POSIX::_SC_CLK_TCK());
sub now { (POSIX::times())[0] / $hertz }
my (%tcp, %ping, %raw);
my @waiting = map { [split] } <STDIN>;
sub ask {
  my ($id, $family, $text, $port, $name) = @{$_[0]};
  my $six = $family == 6;
  my $domain = $six ? AF_INET6 : AF_INET;
  my $ip = inet_pton($domain, $text);
  my $to = $six ? pack_sockaddr_in6($port, $ip) : pack_sockaddr_in($port, $ip);
  # TCP asks again by itself, first after one second (RFC 6298); pings every second.
  my %common = (again => now() + 1, end => now() + $seconds);
  if ($port == 0) {
    $raw{$family} or socket($raw{$family}, $domain, SOCK_RAW, $six ? 58 : 1) or die $!;
    $ping{$id} = { %common, six => $six, raw => $raw{$family}, ip => $ip, to => $to };
    ping($id);
    return;
  }
  socket(my $socket, $domain, SOCK_STREAM | SOCK_NONBLOCK, 0) or die $!;
  return unless connect($socket, $to) || $! == EINPROGRESS;
  $tcp{$id} = { %common, socket => $socket, name => $name, got => '' };
}
sub checksum {
  my $sum = 0;
  $sum += $_ for unpack('n*', $_[0]);
  $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
  return ~$sum & 0xffff;
}
sub ping {
  my ($id) = @_;
  my $it = $ping{$id};
  my @rest = ($$ & 0xffff, $id);
  # The kernel computes the checksum of ICMPv6 (RFC 3542, section 3.1).
  my $sum = $it->{six} ? 0 : checksum(pack('CCnnn', 8, 0, 0, @rest));
  send($it->{raw}, pack('CCnnn', $it->{six} ? 128 : 8, 0, $sum, @rest), 0, $it->{to});
}
my @young;
while (@waiting || %tcp || %ping) {
  my $now = now();
  @young = grep { $_->{at} + 0.1 > $now && ($tcp{$_->{id}} || $ping{$_->{id}}) } @young;
  while (@waiting && @young < $window) {
    push @young, { id => $waiting[0][0], at => $now };
    ask(shift @waiting);
  }
  for my $id (keys %ping) {
    my $it = $ping{$id};
    if ($now > $it->{end}) { delete $ping{$id} }
    elsif ($now > $it->{again}) { ping($id); $it->{again} = $now + 1 }
  }
  $now > $tcp{$_}{end} and delete $tcp{$_} for keys %tcp;
  my $read = '';
  vec($read, fileno($_->{socket}), 1) = 1 for values %tcp;
  vec($read, fileno($_), 1) = 1 for values %raw;
  select($read, undef, undef, @waiting ? 0.03 : 0.1) > 0 or next;
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
