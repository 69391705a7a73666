# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What is on the host, in the words of the tools. Writes nothing.

verb_snapshot() { # [IFACE [whole|books|short]]: or the one that is confirmed, where that is not here or with whole: the release may rename it
  local name=${1:-wg0}
  HOLDS=yes
  show_host
  if [[ ${2-} == short ]]; then
    show_file decision
    return 0
  fi
  [[ ( -e $NET/$name && ${2-} != whole ) || ! -e $CURRENT/release ]] || { read -r _; read -r _; read -r _ name; } <"$CURRENT/release"
  show_network "$name" "${2-}"
  show_rules 4 iptables
  show_rules 6 ip6tables
  show_forwarding
  show_file decision
  show_file fleet
  [[ ${2-} != whole && ${2-} != books ]] || show_books
  show_text confirmed "$CURRENT/release"
  show_text freeze "$LIB/freeze"
  [[ ${2-} != whole ]] || vicinity "$name"
}

show_host() {
  local kernel now backend=legacy
  uptime_now
  printf -v now '%(%s)T' -1
  choose_backend
  if [[ $BACKEND == -nft ]] || { [[ ! $BACKEND ]] && is_nft; }; then backend=nft; fi
  say '%s\n' '= host' 'script 2' "uptime $NOW" "time $now" "systemd ${SYSTEMD:-no}" "backend $backend"
  digest_of "$CURRENT"
  say 'current %s\n' "${DIGEST:--}"
  digest_of "$ACTIVE"
  say 'active %s\n' "${DIGEST:--}"
  show_transaction
  read -r kernel </proc/sys/kernel/osrelease
  say 'kernel %s\n' "$kernel"
  owner
}

show_network() { # IFACE [whole]: the tunnel, and our routes; with whole everybody's, and all addresses. A process each for wg and ip
  local asked='route show table main proto 75' only=(proto 75) whose=.ours # ip leaves out what it was told to look for
  if [[ ${2-} == whole ]]; then asked=$'route show table main\naddr show scope global' only=() whose=''; fi
  if [[ -e $NET/$1 ]]; then
    [[ ${2-} == whole ]] || asked+=$'\n'"addr show dev $1 scope global"
    asked+=$'\n'"link show dev $1"
    say '= wg\n'
    tell wg show "$1"
  fi
  ask_ip -o -batch - <<<"$asked"
  show_lines "ip$whose"
  ! has_ipv6 || { ask_ip -6 -o route show table main "${only[@]}"; show_lines "ip6$whose"; }
}

ask_ip() { # ARG…: as ask, but nothing was begun that had to be put back
  local text
  text=$(exec ip "$@" 2>&1) || no 4 "ip $*: ${text##*$'\n'}"
  split "$text"
}

show_lines() { # SECTION: LINES, but of others' routes no more than 2000: a router of the internet has a million
  local line kept=() others=0
  if (( ${#LINES[@]} > 2000 )); then
    for line in "${LINES[@]}"; do
      [[ "$line " == *' proto 75 '* || $line =~ ^[0-9]+:\  ]] || (( others++ < 2000 )) || continue
      kept+=("$line")
    done
    LINES=("${kept[@]}")
  fi
  say '%s\n' "= $1" "${LINES[@]}"
}

show_rules() { # FAMILY iptables|ip6tables
  local table line
  say '= rules%s\n' "$1"
  our_tables "$2" "$CURRENT"
  for table in "${TABLES[@]}"; do
    save_table "$2$BACKEND" "$table"
    say '*%s\n' "$table"
    for line in "${LINES[@]}"; do
      [[ ! $line =~ ^(:KUIIL-|-A .*KUIIL-|-A (FORWARD|INPUT) ) ]] || say '%s\n' "$line"
    done
  done
}

show_forwarding() {
  local name value
  say '= sysctl\n'
  for name in net.ipv4.ip_forward net.ipv6.conf.all.forwarding; do
    [[ -e /proc/sys/${name//.//} ]] || continue
    read -r value <"/proc/sys/${name//.//}"
    say '%s %s\n' "$name" "$value"
  done
}

show_file() { show_text "$1" "$CURRENT/$1"; } # NAME

show_text() { # SECTION PATH: by bash alone, in which $(<PATH) is a process
  local text=''
  [[ -e $2 ]] || return 0
  IFS= read -rd '' text <"$2" || :
  say '= %s\n%s\n' "$1" "${text%$'\n'}"
}
