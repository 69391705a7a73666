#!/bin/bash
# Tries everything that a twin needs of the kernel, inside new namespaces, and prints `NAME REASON` for what fails.
# Run by `unshare --mount --pid --uts --net --fork`, whose own failure means that there are no namespaces.
set -u
umask 022
try() {
  local name=$1 reason
  shift
  reason=$("$@" 2>&1) || printf '%s %s\n' "$name" "${reason##*$'\n'}"
}
has() { command -v "$1" >/dev/null; }

mount -t tmpfs kuiil-twin /tmp
mkdir /tmp/upper /tmp/work /tmp/root
try overlay mount -t overlay overlay -o lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work /tmp/root
mknod /tmp/tun c 10 200
try tun bash -c 'exec 3<>/tmp/tun'
try proc mount -t proc proc /proc
if has ip; then
  try bridge ip link add twin0 type bridge
  try veth ip link add twin1 type veth peer name twin2
  ip link add wg0 type wireguard 2>/dev/null || echo 'wireguard no kernel module'
fi
if has iptables-restore; then
  try iptables iptables-restore <<'END'
*nat
-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE
-A OUTPUT -d 192.0.2.1 -p tcp --dport 80 -j DNAT --to-destination 192.0.2.2:8080
COMMIT
*filter
-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
COMMIT
*mangle
-A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
END
fi
