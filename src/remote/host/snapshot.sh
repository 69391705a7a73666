# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What is on the host, in the words of the tools. Writes nothing.

verb_snapshot() { # [IFACE [whole|books|short]]: or the one that is confirmed, where that is not here or with whole: the release may rename it
  local name=${1:-wg0}
  show_host
  if [[ ${2-} == short ]]; then
    show_file decision
    return 0
  fi
  [[ ( -e $NET/$name && ${2-} != whole ) || ! -e $CURRENT/release ]] || { read -r _; read -r _; read -r _ name; } <"$CURRENT/release"
  if [[ -e $NET/$name ]]; then show_interface "$name"; fi
  printf '= routes4\n'
  ip -4 route show table main proto 75
  printf '= routes6\n'
  ! has_ipv6 || ip -6 route show table main proto 75
  show_rules 4 iptables
  show_rules 6 ip6tables
  show_forwarding
  show_file decision
  show_file fleet
  [[ ! -e $CURRENT/release ]] || printf '= confirmed\n%s\n' "$(<"$CURRENT/release")"
  [[ ! -e $LIB/freeze ]] || printf '= freeze\n%s\n' "$(<"$LIB/freeze")"
  [[ ${2-} != whole && ${2-} != books ]] || show_books
  [[ ${2-} != whole ]] || vicinity "$name"
}

show_host() {
  local kernel now backend=legacy
  uptime_now
  printf -v now '%(%s)T' -1
  choose_backend
  if [[ $BACKEND == -nft ]] || { [[ ! $BACKEND ]] && is_nft; }; then backend=nft; fi
  printf '%s\n' '= host' 'script 1' "uptime $NOW" "time $now" "systemd ${SYSTEMD:-no}" "backend $backend"
  digest_of "$CURRENT"
  printf 'current %s\n' "${DIGEST:--}"
  digest_of "$ACTIVE"
  printf 'active %s\n' "${DIGEST:--}"
  show_transaction
  read -r kernel </proc/sys/kernel/osrelease
  printf 'kernel %s\n' "$kernel"
  owner
}

show_interface() { # IFACE
  local field
  for field in public-key listen-port endpoints allowed-ips persistent-keepalive latest-handshakes; do
    printf '= wg.%s\n' "$field"
    wg show "$1" "$field" 2>/dev/null || :
  done
  printf '= link\n'
  ip -o link show dev "$1"
  printf '= addresses\n'
  ip -o addr show dev "$1" scope global
}

show_rules() { # FAMILY iptables|ip6tables
  local table line
  printf '= rules%s\n' "$1"
  our_tables "$2" "$CURRENT"
  for table in "${TABLES[@]}"; do
    save_table "$2$BACKEND" "$table"
    printf '*%s\n' "$table"
    for line in "${LINES[@]}"; do
      [[ ! $line =~ ^(:KUIIL-|-A .*KUIIL-|-A (FORWARD|INPUT) ) ]] || printf '%s\n' "$line"
    done
  done
}

show_forwarding() {
  local name value
  printf '= sysctl\n'
  for name in net.ipv4.ip_forward net.ipv6.conf.all.forwarding; do
    [[ -e /proc/sys/${name//.//} ]] || continue
    read -r value <"/proc/sys/${name//.//}"
    printf '%s %s\n' "$name" "$value"
  done
}

show_file() { [[ ! -e $CURRENT/$1 ]] || printf '= %s\n%s\n' "$1" "$(<"$CURRENT/$1")"; }
