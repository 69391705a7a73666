# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# The host's own WireGuard key, the one that will take its place, and the one before.

verb_rotate() { # IFACE: makes a key beside the one that is used; a release that names it switches to it
  local key=/etc/wireguard/${1-}.key
  [[ ${1-} =~ ^[A-Za-z0-9_=+.-]{1,15}$ && $1 != .* ]] || no 2 'usage: rotate IFACE'
  exec </dev/null
  need wg wireguard-tools wireguard-tools wireguard-tools-wg
  lock 10
  printf '= did\n'
  [[ -e $key ]] || no 4 "there is no key here to rotate: enrol this host"
  if [[ ! -e $key.next ]]; then
    store "$key.kuiil" ''
    wg genkey >"$key.kuiil"
    own sync "$key.kuiil"
    run mv -f "$key.kuiil" "$key.next"
  fi
  printf '= rotate\n'
  ask wg pubkey <"$key.next"
  printf 'public-key %s\n' "${LINES[0]}"
}

find_key() { # into KEY: the file whose public key is the release's; false when there is none
  for KEY in /etc/wireguard/$IFACE.key{,.next,.old}; do
    [[ ! -e $KEY ]] || [[ $(wg pubkey <"$KEY") != "$PUBLIC" ]] || return 0
  done
  return 1
}

settle_key() { # the key of the confirmed release is the one that boots. The other stays beside it for a way back
  local key=/etc/wireguard/$IFACE.key other
  [[ $PORT ]] && find_key && [[ $KEY != "$key" ]] || return 0
  if [[ $KEY == *.next ]]; then other=$key.old; else other=$key.next; fi
  own ln -f "$key" "$other"
  run mv -f "$KEY" "$key"
  own sync /etc/wireguard
}
