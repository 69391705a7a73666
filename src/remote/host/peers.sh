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
  declare -gA HOLDER=() PREVIOUS=()
  ADD=() DROP_PEERS=() ANEW=(${STARTED:+"${PEERS[@]}"})
  look_at_peers
  load_roamed
  [[ "${ENDPOINT[*]}" =~ ^\ *$ ]] || load_previous
  for peer in "${!LIVE[@]}"; do
    [[ $peer == 'allowed ips '* ]] || continue
    for prefix in ${LIVE[$peer]}; do HOLDER[$prefix]=${peer##* }; done
    [[ ${ALLOWED[${peer##* }]+x} ]] || DROP_PEERS+=(peer "${peer##* }" remove)
  done
  for peer in "${PEERS[@]}"; do compare_peer "$peer"; done
  [[ $MODE != expand ]] || return 0
  [[ ! ${LIVE[fwmark]-} ]] || ADD=(fwmark 0 "${ADD[@]}")
  if [[ ${LIVE[public key]-} != "$PUBLIC" ]]; then
    find_key || no 4 "no key here is that of $PUBLIC"
    ADD=(private-key "$KEY" "${ADD[@]}") ANEW=("${PEERS[@]}")
  fi
  [[ ${LIVE[listening port]-} == "$PORT" ]] || ADD=(listen-port "$PORT" "${ADD[@]}")
}

look_at_peers() { # everything that wg shows, by one process, into LIVE[FIELD] of the interface and LIVE[FIELD PEER], in its words; keys stay hidden
  local line field value peer=''
  declare -gA LIVE=()
  ask wg show "$IFACE"
  for line in "${LINES[@]}"; do
    field=${line%%: *} value=${line#*: }
    case $line in
      'peer: '*) peer=" $value" ;;
      '  allowed ips: '*) value=${value/#(none)/} LIVE[allowed ips$peer]=${value//,/} ;;
      '  persistent keepalive: '*) read_seconds "$value"; LIVE[persistent keepalive$peer]=$SECONDS_SAID ;;
      '  '*) LIVE[${field#  }$peer]=$value ;;
    esac
  done
}

read_seconds() { # WORDS such as `every 1 minute, 5 seconds`, into SECONDS_SAID
  local i number
  SECONDS_SAID=0
  words "${1#every }"
  for (( i = 0; i + 1 < ${#WORDS[@]}; i += 2 )); do
    number=${WORDS[i]}
    case ${WORDS[i + 1]} in
      hour*) number=$(( number * 3600 )) ;;
      minute*) number=$(( number * 60 )) ;;
    esac
    SECONDS_SAID=$(( SECONDS_SAID + number ))
  done
}

compare_peer() { # PEER
  local peer=$1 prefix args=() union='' exact='' gains='' extra='' wanted holder known=${LIVE[allowed ips $1]+x}
  for prefix in ${LIVE[allowed ips $peer]-}; do
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
  local declared=${ENDPOINT[$peer]} now=${LIVE[endpoint $peer]-}
  if [[ $declared && $declared != "$now" ]]; then
    [[ $now && ${PREVIOUS[$peer]-} == "$declared" ]] || { args+=(endpoint "$declared"); ANEW+=("$peer"); }
  fi
  [[ $known || $declared || ! ${ROAMED[$peer]-} ]] || args+=(endpoint "${ROAMED[$peer]#* }")
  now=${LIVE[persistent keepalive $peer]-off}
  [[ $now == "${KEEPALIVE[$peer]}" ]] || args+=(persistent-keepalive "${KEEPALIVE[$peer]}")
  [[ ! ${LIVE[preshared key $peer]-} ]] || args+=(preshared-key /dev/null)
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

load_roamed() { # ROAMED[PEER]: where a peer was when it went, less than ten minutes ago. Behind NAT nobody else could tell when it comes back
  local peer at endpoint
  declare -gA ROAMED=()
  [[ -e $RUN/roamed ]] || return 0
  uptime_now
  while read -r peer at endpoint; do (( NOW - at > 600 )) || ROAMED[$peer]="$at $endpoint"; done <"$RUN/roamed"
}

note_roamed() { # before peers go; it is no reason to fail
  local peer text=''
  uptime_now
  for peer in "${!LIVE[@]}"; do
    [[ $peer != 'endpoint '* || ${ALLOWED[${peer#* }]+x} ]] || ROAMED[${peer#* }]="$NOW ${LIVE[$peer]}"
  done
  for peer in "${!ROAMED[@]}"; do text+="$peer ${ROAMED[$peer]}"$'\n'; done
  write "$RUN/roamed" "$text" 2>/dev/null || :
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
