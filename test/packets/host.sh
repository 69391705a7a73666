#!/bin/bash
# Brings one host up: what an administrator and Kubernetes have on it, then Kuiil's files, loaded as they are. Run in the host's
# network namespace and in a mount namespace of its own. Usage: host.sh DIRECTORY [NAMESPACE], that of its pod
set -eu
cd "$1"
if [[ ${2-} ]]; then ip -n "$2" -batch boot/pod; fi
mount -t tmpfs tmpfs /run # trap 46: the sockets of every other wg0 are there, and the lock of iptables
mkdir /run/wireguard
while read -r key value; do
  if [[ -e /proc/sys/$key ]]; then echo "$value" >"/proc/sys/$key"; fi
done <boot/sysctl
ip -batch boot/links
iptables-restore <boot/rules4
if [[ -e boot/rules6 ]]; then ip6tables-restore <boot/rules6; fi

start_tunnel() { # NAME CONF
  local line value addresses=() mtu='' text=''
  while IFS= read -r line; do
    value=${line#* = }
    case $line in
      'Address = '*) IFS=', ' read -ra addresses <<<"$value" ;;
      'MTU = '*) mtu=$value ;;
      'Table = '* | 'PostUp = '*) ;; # wg-quick's words
      *) text+=$line$'\n' ;;
    esac
  done <"$2"
  ip link add "$1" type wireguard 2>/dev/null || wireguard-go "$1" >/dev/null 2>&1
  wg setconf "$1" <(printf %s "$text")
  wg set "$1" private-key "${2%.conf}.key"
  for value in "${addresses[@]}"; do ip address add "$value" dev "$1"; done
  ip link set "$1" mtu "$mtu" up
}
for conf in files/etc/wireguard/*.conf; do
  name=${conf##*/}
  if [[ -e $conf ]]; then start_tunnel "${name%.conf}" "$conf"; fi
done
if [[ -e files/etc/sysctl.d/90-kuiil.conf ]]; then
  while IFS=' =' read -r key value; do echo "$value" >"/proc/sys/${key//.//}"; done <files/etc/sysctl.d/90-kuiil.conf
fi
for tool in iptables ip6tables; do
  if [[ -e files/etc/kuiil/$tool.rules ]]; then "$tool-restore" --noflush <"files/etc/kuiil/$tool.rules"; fi
done
if [[ -e files/etc/kuiil/routes ]]; then ip -force -batch files/etc/kuiil/routes >/dev/null 2>routes.failed || :; fi
