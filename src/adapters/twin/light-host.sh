#!/bin/bash
# The first process of a light host, started in its network namespace and in mount, pid and host-name namespaces of its
# own. Usage: light-host.sh TWIN-DIRECTORY HOST-DIRECTORY NAME ANSWER-SCRIPT, with the network namespace of its pod as descriptor 3.
# Prints its pid, as the machine counts, when sshd listens.
set -eu
umask 022
twin=$1 host=$2 name=$3 answer=$4
read -r pid _ </proc/self/stat
echo "${name##*/}" >/proc/sys/kernel/hostname
while read -r key value; do
  # A machine without IPv6 has no such switch.
  if [[ -e /proc/sys/$key ]]; then echo "$value" >"/proc/sys/$key"; fi
done <"$host/sysctl"
ip -batch "$host/links"
iptables-restore <"$host/rules4"
ip6tables-restore <"$host/rules6"

mkdir -p "$host/upper" "$host/work" "$host/root"
cat >"$host/fstab" <<END
overlay $host/root overlay lowerdir=$twin/fresh:$twin/mask:/,upperdir=$host/upper,workdir=$host/work 0 0
proc $host/root/proc proc defaults 0 0
sysfs $host/root/sys sysfs defaults 0 0
devpts $host/root/dev/pts devpts newinstance,ptmxmode=0666,mode=0620 0 0
tmpfs $host/root/run tmpfs mode=0755 0 0
tmpfs $host/root/tmp tmpfs mode=1777 0 0
END
mount --all --fstab "$host/fstab"
mkdir "$host/root/run/sshd" "$host/root/run/lock"

if [[ -e /proc/self/fd/3 ]]; then
  nsenter --net=/proc/self/fd/3 perl -e "$answer" -- "$name" 8080
  exec 3<&-
fi
chroot "$host/root" /usr/sbin/sshd
until [[ -s $host/root/run/sshd.pid ]]; do
  if ((SECONDS > 30)); then
    echo 'sshd does not come up' >&2
    exit 1
  fi
  sleep 0.005
done
exec chroot "$host/root" perl -e "$answer" -- "$name" 8080 "$pid"
