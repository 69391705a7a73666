#!/bin/bash
# Inside a full host, early at each boot: what its distribution, its CNI and its kube-proxy configure. Nothing of Kuiil.
set -eu
cd /usr/lib/kuiil-lab
while read -r key value; do
  if [[ -e /proc/sys/$key ]]; then echo "$value" >"/proc/sys/$key"; fi
done <sysctl
ip -batch links
iptables-restore <rules4
ip6tables-restore <rules6
