/**
 * A TCP server that tells everybody its name and who it takes them for, then hangs up. Perl, because Debian's perl-base is
 * Essential and such a process starts in 5 ms. It also serves as a host's first process: it ignores SIGCHLD, so
 * that the kernel reaps whatever is orphaned.
 * Usage: perl -e SCRIPT -- NAME PORT [READY]. When it listens it prints READY, or without it goes into the background.
 */
export const ANSWER_SCRIPT = String.raw`
use strict; use Socket qw(:all);
my ($name, $port, $ready) = @ARGV;
$SIG{CHLD} = $SIG{PIPE} = 'IGNORE';
my $six = socket(my $server, AF_INET6, SOCK_STREAM, 0);
$six or socket($server, AF_INET, SOCK_STREAM, 0) or die $!;
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
setsockopt($server, IPPROTO_IPV6, IPV6_V6ONLY, 0) if $six;
bind($server, $six ? pack_sockaddr_in6($port, IN6ADDR_ANY) : pack_sockaddr_in($port, INADDR_ANY)) or die $!;
listen($server, 128) or die $!;
if (defined $ready) { $| = 1; print "$ready\n" } elsif (fork) { exit }
open(STDOUT, '>', '/dev/null'); open(STDERR, '>', '/dev/null');
while (1) {
  my $peer = accept(my $client, $server) or next;
  my $from = $six ? inet_ntop(AF_INET6, (unpack_sockaddr_in6($peer))[1]) : inet_ntoa((unpack_sockaddr_in($peer))[1]);
  $from =~ s/^::ffff:(?=.*\.)//;
  syswrite($client, "$name $from\n");
  close $client;
}
`;
