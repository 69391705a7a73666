# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Probes of the data plane, all at once, five seconds at most.

send() { # KIND TARGET [SIZE|PORT]: for two seconds
  local word=failed header=28 said='' # IP and ICMP
  [[ $2 != *:* ]] || header=48
  # shellcheck disable=SC2016 # for the inner bash
  case $1 in
    ping) ! ping -nqc1 -w2 -i0.3 "$2" || word=ok ;;
    ping-df) ! ping -nqc1 -w2 -i0.3 -s $(( $3 - header )) -M 'do' "$2" || word=ok ;;
    tcp) # that nobody listens is an answer too
      ! said=$(exec 2>&1 timeout 2 /bin/bash -c ': <>"/dev/tcp/$0/$1"' "$2" "$3") || word=ok
      [[ $said != *'Connection refused'* ]] || word=ok ;;
  esac >/dev/null 2>&1
  printf '%s %s%s %s\n' "$1" "$2" "${3:+ $3}" "$word"
}

shake() { # PEER…: a new handshake with each, into SHOOK
  if [[ -e $ACTIVE ]]; then load_release "$ACTIVE"; elif [[ -e $CURRENT ]]; then load_release "$CURRENT"
  else no 4 'no release is active here'; fi
  meet 30 10 "$@"
}

meet() { # TENTHS EVERY PEER…: the same within so many tenths of a second. A peer taken out and put back in one call starts at once
  local peer tries calm=() left=("${@:3}") still
  declare -gA LIVE=()
  KICKED='' SHOOK=()
  live allowed-ips
  live endpoints
  live persistent-keepalive
  for peer in "${left[@]}"; do
    [[ ! ${ENDPOINT[$peer]-} ]] || LIVE[endpoints $peer]=${ENDPOINT[$peer]}
    [[ ${LIVE[persistent-keepalive $peer]-} != off ]] || calm+=(peer "$peer" persistent-keepalive off)
  done
  for (( tries = 0; tries < $1 && ${#left[@]}; tries++ )); do
    # at first often, since the other side changes at the same time; then as seldom as a slow network needs
    (( tries % ( tries > 12 ? 10 : $2 ) )) || kick "${left[@]}"
    nap 0.1
    live latest-handshakes
    still=()
    for peer in "${left[@]}"; do
      # without a kick it is the old session's
      if [[ $KICKED && ${LIVE[endpoints $peer]-} ]] && (( ${LIVE[latest-handshakes $peer]-0} )); then SHOOK+=("$peer ok")
      else still+=("$peer"); fi
    done
    left=("${still[@]}")
  done
  set_peers "${calm[@]}"
  (( ! ${#left[@]} )) || SHOOK+=("${left[@]/%/ failed}")
}

kick() { # PEER…: again and again: an answer may be lost, and packets from an old port make a peer roam back to it
  local peer args=()
  for peer in "$@"; do
    [[ ${LIVE[endpoints $peer]-} && ${LIVE[allowed-ips $peer]+x} ]] || continue
    args+=(peer "$peer" remove peer "$peer" endpoint "${LIVE[endpoints $peer]}")
    args+=(persistent-keepalive "${LIVE[persistent-keepalive $peer]/off/1}" allowed-ips "${LIVE[allowed-ips $peer]// /,}")
  done
  (( ! ${#args[@]} )) || ! wg set "$IFACE" "${args[@]}" >"$RUN/output" 2>&1 || KICKED=yes
}
