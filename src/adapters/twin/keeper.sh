#!/bin/bash
# The first process of a twin: it holds the mount and pid namespaces that every host of the twin lives in. When its
# standard input ends, because its maker has closed it or has died, it ends, and the kernel ends everything inside.
# Usage: keeper.sh DIRECTORY. Prints its pid, as the machine counts, when the directory is ready.
set -eu
umask 022
mount -t tmpfs -o mode=0755 kuiil-twin "$1"
cd "$1"

# "fresh" is what every host finds instead of this machine's; "mask" hides this machine's own, so that a machine which
# is itself a host of Kuiil, or anybody's, shows nothing of it inside. A device 0:0 is overlayfs's mark for "not here".
hidden=(etc/wireguard etc/kuiil etc/ssh etc/sysctl.d/90-kuiil.conf etc/netns var/lib/kuiil var/log root home run tmp)
for unit in /etc/systemd/system/kuiil* /etc/systemd/system/*.wants/kuiil* /etc/systemd/system/*.wants/wg-quick@*; do
  if [[ -e $unit || -L $unit ]]; then hidden+=("${unit#/}"); fi
done
mkdir -p "${hidden[@]/#/mask/}"
rmdir "${hidden[@]/#/mask/}"
for path in "${hidden[@]}"; do mknod "mask/$path" c 0 0; done
mkdir -p fresh/{etc/wireguard,etc/ssh,var/log,root/.ssh,home,run,tmp,proc,sys,dev/net,dev/pts,dev/shm} hosts
chmod 0700 fresh/root fresh/root/.ssh fresh/etc/wireguard
chmod 1777 fresh/tmp fresh/dev/shm
for device in null zero full random urandom tty; do cp -a "/dev/$device" fresh/dev/; done
mknod -m 0666 fresh/dev/net/tun c 10 200
ln -s /proc/self/fd fresh/dev/fd
ln -s fd/0 fresh/dev/stdin
ln -s fd/1 fresh/dev/stdout
ln -s fd/2 fresh/dev/stderr
ln -s pts/ptmx fresh/dev/ptmx

# The first field of stat is the pid as the machine counts, because /proc is still the machine's.
read -r pid _ </proc/self/stat
echo "$pid"
while read -r _; do :; done
