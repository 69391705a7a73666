# Sends and answers the packets of a whole network of namespaces, in one process: a socket belongs to the network
# namespace in which it was made, wherever its process goes. Run by perl-base, which Debian always has.
#
# Reads lines and answers with lines:
#   serve NAMESPACE NAME PORT   everybody who connects to that port there, and sends a line, is told NAME and who he was
#                               taken for, in an answer that is as long as the line
#   ask ID NAMESPACE FAMILY ADDRESS PORT SIZE NAME
#                               port 0: a ping that must not be fragmented, in an IP packet of SIZE bytes; another: a
#                               connection on which a line of SIZE bytes is sent and NAME must be told
#   go SECONDS WINDOW           asks all that, and prints `ID SEEN-AS` for what was answered, then `end`. Each question may wait
#                               SECONDS. A new one is asked while fewer than WINDOW are open, of those that were asked just
#                               now: answers set the pace, and silence does not stop it
use strict; use warnings; use Socket qw(:all); use Fcntl; use Errno qw(EINPROGRESS EAGAIN); use POSIX ();
$| = 1;
$SIG{PIPE} = 'IGNORE';
# setns(2); Perl has no name for it.
my %setns = (x86_64 => 308, aarch64 => 268);
my $setns = $setns{(POSIX::uname())[4]} // die "setns has no known number on this machine\n";
my $hertz = POSIX::sysconf(POSIX::_SC_CLK_TCK());
use constant { CLONE_NEWNET => 0x40000000, PMTUDISC_PROBE => 3 };
my ($at, %inside, %raw, %server, %client, %tcp, %ping, @waiting) = ('');

sub now { (POSIX::times())[0] / $hertz }
sub enter {
  my ($namespace) = @_;
  return if $at eq $namespace;
  open($inside{$namespace}, '<', "/run/netns/$namespace") or die "$namespace: $!" unless $inside{$namespace};
  syscall($setns, fileno($inside{$namespace}), CLONE_NEWNET) == 0 or die "$namespace: $!";
  $at = $namespace;
}
sub unblock { fcntl($_[0], F_SETFL, O_NONBLOCK) or die $! }

sub serve {
  my ($namespace, $name, $port) = @_;
  enter($namespace);
  my $six = socket(my $socket, AF_INET6, SOCK_STREAM, 0);
  $six or socket($socket, AF_INET, SOCK_STREAM, 0) or die $!;
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 0) if $six;
  bind($socket, $six ? pack_sockaddr_in6($port, IN6ADDR_ANY) : pack_sockaddr_in($port, INADDR_ANY)) or die $!;
  listen($socket, 512) or die $!;
  unblock($socket);
  $server{fileno $socket} = { socket => $socket, name => $name, six => $six };
}
sub greet {
  my ($server) = @_;
  while (my $peer = accept(my $socket, $server->{socket})) {
    unblock($socket);
    my $from = $server->{six} ? inet_ntop(AF_INET6, (unpack_sockaddr_in6($peer))[1]) : inet_ntoa((unpack_sockaddr_in($peer))[1]);
    $from =~ s/^::ffff:(?=.*\.)//;
    $client{fileno $socket} = { socket => $socket, text => "$server->{name} $from ", got => '' };
  }
}
sub answer {
  my ($client) = @_;
  my $size = sysread($client->{socket}, my $text, 65536);
  return if !defined $size && $! == EAGAIN;
  $client->{got} .= $text if $size;
  return if $size && $text !~ /\n$/;
  if ($size) {
    my $rest = length($client->{got}) - length($client->{text});
    syswrite($client->{socket}, $client->{text} . '.' x ($rest > 0 ? $rest : 0));
  }
  delete $client{fileno $client->{socket}};
}

sub ask {
  my ($id, $namespace, $family, $text, $port, $size, $name, $seconds) = @{$_[0]};
  enter($namespace);
  my $six = $family == 6;
  my $domain = $six ? AF_INET6 : AF_INET;
  my $ip = inet_pton($domain, $text);
  my $to = $six ? pack_sockaddr_in6($port, $ip) : pack_sockaddr_in($port, $ip);
  my %it = (id => $id, again => now() + 0.4, end => now() + $seconds, size => $size, name => $name, got => '');
  if ($port == 0) {
    my $raw = $raw{"$namespace $family"} //= raw($domain, $six);
    $ping{$id} = { %it, six => $six, raw => $raw, ip => $ip, to => $to };
    return ping($id);
  }
  socket(my $socket, $domain, SOCK_STREAM, 0) or die $!;
  unblock($socket);
  return unless connect($socket, $to) || $! == EINPROGRESS;
  $tcp{fileno $socket} = { %it, socket => $socket };
}
sub raw {
  my ($domain, $six) = @_;
  socket(my $raw, $domain, SOCK_RAW, $six ? 58 : 1) or die $!;
  # IP_MTU_DISCOVER (ip(7)) and IPV6_MTU_DISCOVER (linux/in6.h): never fragment, whatever is known of the path.
  setsockopt($raw, $six ? IPPROTO_IPV6 : 0, $six ? 23 : 10, PMTUDISC_PROBE) or die $!;
  setsockopt($raw, IPPROTO_IPV6, 62, 1) if $six; # IPV6_DONTFRAG
  unblock($raw);
  return { socket => $raw, six => $six };
}
sub checksum {
  my $sum = 0;
  $sum += $_ for unpack('n*', $_[0]);
  $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
  return ~$sum & 0xffff;
}
sub ping {
  my $it = $ping{$_[0]};
  my $data = 'x' x ($it->{size} - ($it->{six} ? 48 : 28));
  my $packet = sub { pack('CCnnna*', $it->{six} ? 128 : 8, 0, $_[0], $$ & 0xffff, $it->{id}, $data) };
  my $even = $packet->(0) . (length($data) % 2 ? "\0" : '');
  # The kernel computes the checksum of ICMPv6 (RFC 3542, section 3.1).
  send($it->{raw}{socket}, $packet->($it->{six} ? 0 : checksum($even)), 0, $it->{to});
}
sub hear {
  my ($raw) = @_;
  while (defined(my $from = recv($raw->{socket}, my $packet, 65536, 0))) {
    # An IPv4 raw socket hands out the IP header too.
    my $header = $raw->{six} ? 0 : 4 * (ord($packet) & 15);
    my ($type, undef, undef, $ident, $id) = unpack('CCnnn', substr($packet, $header));
    next unless $type == ($raw->{six} ? 129 : 0) && $ident == ($$ & 0xffff) && $ping{$id};
    my $ip = $raw->{six} ? (unpack_sockaddr_in6($from))[1] : (unpack_sockaddr_in($from))[1];
    next unless $ip eq $ping{$id}{ip};
    delete $ping{$id};
    print "$id -\n";
  }
}
sub talk {
  my ($it, $writable) = @_;
  if ($writable && !$it->{sent}) {
    $it->{sent} = 1;
    syswrite($it->{socket}, '.' x ($it->{size} - 1) . "\n");
    return;
  }
  my $size = sysread($it->{socket}, my $text, 65536);
  return if !defined $size && $! == EAGAIN;
  if ($size) { $it->{got} .= $text; return }
  # It has told all it had to tell, or could not be reached.
  my ($name, $from) = split ' ', $it->{got};
  print "$it->{id} $from\n" if defined $name && $name eq $it->{name} && length($it->{got}) >= $it->{size};
  delete $tcp{fileno $it->{socket}};
}

sub turn {
  my ($patience) = @_;
  my ($read, $write) = ('', '');
  vec($read, fileno($_->{socket}), 1) = 1 for values %server, values %client, values %raw, values %tcp;
  vec($write, fileno($_->{socket}), 1) = 1 for grep { !$_->{sent} } values %tcp;
  select($read, $write, undef, $patience) > 0 or return;
  vec($read, fileno($_->{socket}), 1) and hear($_) for values %raw;
  for my $it (my @all = values %tcp) {
    my $writable = vec($write, fileno($it->{socket}), 1);
    talk($it, $writable) if $writable || vec($read, fileno($it->{socket}), 1);
  }
  vec($read, fileno($_->{socket}), 1) and answer($_) for my @asking = values %client;
  vec($read, fileno($_->{socket}), 1) and greet($_) for values %server;
}
sub go {
  my ($seconds, $window) = @_;
  my (@young, %open);
  while (@waiting || %tcp || %ping) {
    my $now = now();
    %open = map { $_->{id} => 1 } values %tcp, values %ping;
    @young = grep { $_->{at} + 0.15 > $now && $open{$_->{id}} } @young;
    while (@waiting && @young < $window) {
      push @young, { id => $waiting[0][0], at => $now };
      ask([@{shift @waiting}, $seconds]);
    }
    for my $id (keys %ping) {
      if ($now > $ping{$id}{end}) { delete $ping{$id} }
      elsif ($now > $ping{$id}{again}) { ping($id); $ping{$id}{again} = $now + 0.4 }
    }
    $now > $tcp{$_}{end} and delete $tcp{$_} for keys %tcp;
    turn(@waiting ? 0.02 : 0.05);
  }
  print "end\n";
}

while (my $line = <STDIN>) {
  my ($verb, @words) = split ' ', $line;
  if ($verb eq 'serve') { serve(@words) }
  elsif ($verb eq 'ask') { push @waiting, [@words] }
  elsif ($verb eq 'go') { go(@words) }
}
