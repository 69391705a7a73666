# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Probes of the data plane, all at once, five seconds at most.

send_all() { # LINE…: all of them at once, for two seconds
  local line connects=() pings=()
  for line in "$@"; do
    case $line in
      'ping '* | 'ping-df '*) pings+=("$line") ;;
      'tcp '*) connects+=("$line") ;;
    esac
  done
  if (( ${#connects[@]} )); then connect_all 9>&- & fi
  send_pings "${pings[@]}"
}

send_pings() { # LINE…, the last without a shell of its own; and waits, for whatever else was begun too
  let_go
  while (( $# > 1 )); do
    send_ping "$1" 9>&- &
    shift
  done
  (( ! $# )) || send_ping "$1" 9>&-
  wait
}

send_ping() { # LINE: ping TARGET, or ping-df TARGET SIZE
  local word=failed kind target size header=28 options=() # IP and ICMP
  words "$1"
  kind=${WORDS[0]} target=${WORDS[1]-} size=${WORDS[2]-}
  [[ $target != *:* ]] || header=48
  # arithmetic runs what stands in a subscript: nothing but a number may get there
  if [[ $kind == ping-df && $size =~ ^[1-9][0-9]{1,4}$ ]]; then options=(-s $(( size > header ? size - header : 0 )) -M 'do'); fi
  [[ $kind == ping-df && ! ${options[*]} ]] || ! ping -nqc1 -w2 -i0.3 "${options[@]}" -- "$target" >/dev/null 2>&1 || word=ok
  printf '%s %s\n' "$1" "$word"
}

connect_all() { # those in the caller's list, each in a shell of its own: bash cannot stop waiting, and a watchdog ends those that still do
  local i target port pids=() dog said
  exec 2>/dev/null # where bash says whom it ended
  for i in "${!connects[@]}"; do
    words "${connects[i]}"
    target=${WORDS[1]-} port=${WORDS[2]-}
    ( : <>"/dev/tcp/$target/$port" ) 2>"$RUN/connect.$i" &
    pids+=($!)
  done
  { nap 2; kill -KILL "${pids[@]}"; } >/dev/null &
  dog=$!
  for i in "${!connects[@]}"; do
    said=''
    wait "${pids[i]}" || IFS= read -rd '' said <"$RUN/connect.$i" || : "${said:=nothing}"
    # that nobody listens is an answer too
    if [[ ! $said || $said == *'Connection refused'* ]]; then printf '%s ok\n' "${connects[i]}"; else printf '%s failed\n' "${connects[i]}"; fi
  done
  kill -KILL "$dog" || :
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
