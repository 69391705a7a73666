# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# The peers, by minimal `wg set`: what is right is not set again, because wireguard-go rebinds its socket for it.

set_peers() { (( ! $# )) || run wg set "$IFACE" "$@"; }

live() { # FIELD: what each peer has, into LIVE[FIELD PEER]
  local line value
  ask wg show "$IFACE" "$1"
  for line in "${LINES[@]}"; do
    value=${line#*$'\t'}
    LIVE["$1 ${line%%$'\t'*}"]=${value/#(none)/}
  done
}

compare_peers() { # into ADD and DROP_PEERS, arguments of wg set
  local peer prefix
  declare -gA LIVE=() HOLDER=() PREVIOUS=()
  ADD=() DROP_PEERS=() ANEW=(${STARTED:+"${PEERS[@]}"})
  live allowed-ips
  live persistent-keepalive
  [[ "${ENDPOINT[*]}" =~ ^\ *$ ]] || { live endpoints; load_previous; }
  for peer in "${!LIVE[@]}"; do
    [[ $peer == allowed-ips* ]] || continue
    for prefix in ${LIVE[$peer]}; do HOLDER[$prefix]=${peer#* }; done
    [[ ${ALLOWED[${peer#* }]+x} ]] || DROP_PEERS+=(peer "${peer#* }" remove)
  done
  [[ $MODE == expand ]] || live_marks
  for peer in "${PEERS[@]}"; do compare_peer "$peer"; done
  [[ $MODE != expand ]] || return 0
  [[ ! ${LIVE[fwmark]-} ]] || ADD=(fwmark 0 "${ADD[@]}")
  ask wg show "$IFACE" public-key
  if [[ ${LINES[0]} != "$PUBLIC" ]]; then
    find_key || no 4 "no key here is that of $PUBLIC"
    ADD=(private-key "$KEY" "${ADD[@]}") ANEW=("${PEERS[@]}")
  fi
  ask wg show "$IFACE" listen-port
  [[ ${LINES[0]} == "$PORT" ]] || ADD=(listen-port "$PORT" "${ADD[@]}")
}

live_marks() { # what Kuiil never sets: LIVE[fwmark], LIVE[preshared PEER]. One that is taken over may have some
  local line peer=''
  ask wg show "$IFACE"
  for line in "${LINES[@]}"; do
    case $line in
      'peer: '*) peer=${line#peer: } ;;
      '  fwmark: '*) LIVE[fwmark]=yes ;;
      '  preshared key: '*) LIVE["preshared $peer"]=yes ;;
    esac
  done
}

compare_peer() { # PEER
  local peer=$1 prefix args=() union='' exact='' gains='' extra='' wanted holder known=${LIVE[allowed-ips $1]+x}
  for prefix in ${LIVE[allowed-ips $peer]-}; do
    wanted=${WANTED[$prefix]-}
    if [[ $wanted == "$peer" ]]; then union+=,$prefix exact+=,$prefix
    # one that another peer wants goes when that peer takes it
    elif [[ ! $wanted || $MODE == expand ]]; then union+=,$prefix extra=yes; fi
  done
  for prefix in ${ALLOWED[$peer]}; do
    holder=${HOLDER[$prefix]-}
    [[ $holder != "$peer" && ( ! $holder || $MODE != expand ) ]] || continue
    [[ ! $holder ]] || ANEW+=("$peer") # whose key has changed, say
    union+=,$prefix exact+=,$prefix gains=yes
  done
  [[ $known && $MODE == expand ]] || compare_settings
  [[ $known && ! $gains ]] || args+=(allowed-ips "${union#,}")
  (( ! ${#args[@]} )) || ADD+=(peer "$peer" "${args[@]}")
  [[ ! $extra ]] || DROP_PEERS+=(peer "$peer" allowed-ips "${exact#,}")
}

compare_settings() { # what a peer has one of; onto args. An endpoint that roamed is left alone
  local declared=${ENDPOINT[$peer]} now=${LIVE[endpoints $peer]-}
  if [[ $declared && $declared != "$now" ]]; then
    [[ $now && ${PREVIOUS[$peer]-} == "$declared" ]] || { args+=(endpoint "$declared"); ANEW+=("$peer"); }
  fi
  now=${LIVE[persistent-keepalive $peer]-off}
  [[ $now == "${KEEPALIVE[$peer]}" ]] || args+=(persistent-keepalive "${KEEPALIVE[$peer]}")
  [[ ! ${LIVE[preshared $peer]-} ]] || args+=(preshared-key /dev/null)
}

meet_anew() { # a peer that we dial, when it changed or we did: it may do so a moment later
  local peer dialled=()
  [[ $MODE != expand ]] || return 0
  for peer in "${ANEW[@]}"; do
    [[ ! ${ENDPOINT[$peer]-} || " ${dialled[*]} " == *" $peer "* ]] || dialled+=("$peer")
  done
  (( ! ${#dialled[@]} )) || { printf '+ handshake with %s\n' "${dialled[@]}"; meet 60 3 "${dialled[@]}"; }
}

load_previous() { # PREVIOUS[PEER]: the endpoint that was declared last; none after a cut switch, so that it is set again
  local key value peer=''
  [[ $LAST && -e $LIB/releases/$LAST/$IFACE.conf ]] || return 0
  while read -r key _ value; do
    case $key in
      PublicKey) peer=$value ;;
      Endpoint) PREVIOUS[$peer]=$value ;;
    esac
  done <"$LIB/releases/$LAST/$IFACE.conf"
}

nudge_hub() { # one packet of data: keepalives alone notice a hub that has forgotten its sessions only after three minutes
  [[ $PORT && -e $CURRENT/decision ]] || return 0
  { read -r _; mapfile -t OWNER; } <"$CURRENT/decision"
  find_hub
  [[ ! $HUB ]] || { printf . >"/dev/udp/${HUB/ //}"; } 2>/dev/null || :
}

resolve_endpoints() { # a name is resolved when it is set. 135 s: a live tunnel shakes hands after 120 (REKEY_AFTER_TIME)
  local peer args=() now
  [[ $PORT && "${ENDPOINT[*]}" == *[g-zG-Z]* ]] || return 0
  live latest-handshakes
  printf -v now '%(%s)T' -1
  for peer in "${PEERS[@]}"; do
    [[ ${ENDPOINT[$peer]} =~ ^[^[].*[g-zG-Z].*: ]] || continue
    (( now - ${LIVE[latest-handshakes $peer]-0} <= 135 )) || args+=(peer "$peer" endpoint "${ENDPOINT[$peer]}")
  done
  STEP=endpoints
  (( ! ${#args[@]} )) || run_anyway wg set "$IFACE" "${args[@]}"
}
