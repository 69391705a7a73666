#!/bin/bash
# Turns itself into systemd-nspawn with a booting Debian, in the host's network namespace and in mount and pid namespaces of its
# own. Usage: full-host.sh LAB-DIRECTORY HOST-DIRECTORY ROOT NAME ANSWER-SCRIPT CGROUP…, with the network namespace of its pod
# as descriptor 3. Prints its pid, as the machine counts.
set -eu
umask 022
lab=$1 host=$2 root=$3 name=$4 answer=$5
shift 5
read -r pid _ </proc/self/stat
# Two systemds in one cgroup take each other's processes for their own.
for cgroup; do echo 0 >"$cgroup/cgroup.procs"; done
# systemd-nspawn keeps locks and sockets in /run, where those of a killed one would stay; so it gets one of its own.
mount --bind "$lab" /mnt
mount -t tmpfs kuiil-lab /run
mkdir -p "/mnt/$host/upper" "/mnt/$host/work" "/mnt/$host/root"
cd "/mnt/$host"
mount -t overlay overlay -o "lowerdir=/mnt/shared:$root,upperdir=upper,workdir=work" root
mount -t proc proc /proc

if [[ -e /proc/self/fd/3 ]]; then
  nsenter --net=/proc/self/fd/3 perl -e "$answer" -- "$name" 8080
  exec 3<&-
fi
# The new cgroup hierarchy wherever the kernel shows it, as on a Debian of today: with the old one a systemd in a container is
# not told that a unit's last process has ended, and may wait for it until the unit's timeout.
if [[ -e /sys/fs/cgroup/cgroup.controllers || -e /sys/fs/cgroup/unified ]]; then unified=1; else unified=0; fi
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=$unified
# Without this /proc/sys/net is read-only, and no host could forward.
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
# A kernel without time namespaces shows every host the machine's uptime.
read -r uptime _ </proc/uptime
clocks=()
[[ ! -e /proc/self/ns/time ]] || clocks=(unshare --time "--boottime=-${uptime%.*}" "--monotonic=-${uptime%.*}")
echo "$pid"
exec "${clocks[@]}" systemd-nspawn --quiet --directory="/mnt/$host/root" --boot --keep-unit --register=no --settings=no \
  --machine="${host##*/}" --network-namespace-path=/proc/1/ns/net --capability=all --bind=/dev/net/tun \
  --link-journal=no --timezone=off --resolv-conf=off --console=read-only </dev/null >"/mnt/$host/console" 2>&1
