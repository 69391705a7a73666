#!/bin/bash
# Makes the Debian root that every full host of a lab starts from. Run in mount and pid namespaces of its own, under a lock, so
# that nothing it mounts outlives it. Usage: root.sh TARGET SUITE MIRROR COMPONENTS PACKAGES
set -eu
umask 022
target=$1 suite=$2 mirror=$3 components=$4 packages=$5
new=$target.new
rm -rf "$new"
mkdir -p "$new/usr/sbin"
# A package starts its service as it is installed, unless this says no (policy-rc.d(8)).
printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
chmod 0755 "$new/usr/sbin/policy-rc.d"
# dpkg's own syncs cost more than all else: a root that is not whole is never renamed.
mkdir -p "$new/etc/dpkg/dpkg.cfg.d"
cat >"$new/etc/dpkg/dpkg.cfg.d/lab" <<'END'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
END
debootstrap --variant=minbase --components="$components" --include="$packages" "$suite" "$new" "$mirror"

# Each host brings its own; without them nobody can take one host for another.
rm -f "$new"/etc/ssh/ssh_host_* "$new/etc/hostname" "$new/etc/resolv.conf"
rm -rf "$new"/var/cache/apt/* "$new"/var/lib/apt/lists/*
mkdir -p "$new/var/cache/apt/archives/partial" "$new/var/lib/apt/lists/partial"
mv -T "$new" "$target"
