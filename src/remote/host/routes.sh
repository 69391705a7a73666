# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Routes of protocol 75 in table main. Replaced, never deleted and added: that loses packets.

load_routes() { # ROUTE[PREFIX]='dev IFACE' or 'via ADDRESS'
  local prefix kind target
  declare -gA ROUTE=()
  [[ -e $DIR/routes ]] || return 0
  while read -r _ _ prefix kind target _; do
    [[ ! $kind =~ ^(dev|via)$ ]] || ROUTE[$prefix]="$kind $target"
  done <"$DIR/routes"
}

families() {
  FAMILIES=(4)
  ! has_ipv6 || FAMILIES+=(6)
}

has_ipv6() { # a route of it that is not the kernel's own: link-local, multicast, loopback
  local destination
  [[ -e /proc/net/ipv6_route ]] || return 1
  while read -r destination _; do
    [[ $destination =~ ^(fe[89ab]|ff|0{31}[01]) ]] || return 0
  done </proc/net/ipv6_route
  return 1
}

list_routes() { # FAMILY FILTER…: into LINES, each with its prefix first: a host's with the mask that ip leaves out, and before a word such as blackhole
  local i family=$1 bits=32 prefix kind
  shift
  [[ $family == 4 ]] || bits=128
  ask ip "-$family" -o route show table main "$@" # one line each, also of those with several hops
  for i in "${!LINES[@]}"; do
    words "${LINES[i]}"
    prefix=${WORDS[0]-} kind=''
    [[ $prefix == *[^a-z]* || $prefix == default ]] || { kind=$prefix prefix=${WORDS[1]-}; WORDS=("${WORDS[@]:1}"); }
    [[ $prefix == */* || $prefix == default ]] || prefix+=/$bits
    WORDS[0]=$prefix${kind:+ $kind}
    LINES[i]=${WORDS[*]}
  done
}

compare_routes() { # into ADD and DROP, lines of ip -batch
  local family line prefix kind target
  local -A now=()
  ADD=() DROP=()
  families
  for family in "${FAMILIES[@]}"; do
    list_routes "$family" proto 75
    for line in "${LINES[@]}"; do
      words "$line"
      prefix=${WORDS[0]-} kind=${WORDS[1]-} target=${WORDS[2]-}
      now[$prefix]="$kind $target"
      [[ ! ${ROUTE[$prefix]+x} ]] || continue
      if [[ $kind =~ ^(dev|via)$ ]]; then DROP+=("route del $prefix $kind $target proto 75")
      else DROP+=("route del $kind $prefix proto 75"); fi # such as blackhole
    done
  done
  for prefix in "${!ROUTE[@]}"; do
    [[ ${now[$prefix]-} != "${ROUTE[$prefix]}" && ( ! ${now[$prefix]-} || $MODE != expand ) ]] || continue
    # an interface of another name comes with the switch
    [[ ${ROUTE[$prefix]} != dev* || -e $NET/$IFACE || $MODE != expand ]] || continue
    ADD+=("route replace $prefix ${ROUTE[$prefix]} proto 75")
  done
  (( ! ${#ADD[@]} )) || take_over_routes
  [[ $VERB != tick ]] || leave_foreign
}

run_batch() { # LINE…: one that fails stops none of the others
  (( $# )) || return 0
  printf '| %s\n' "$@"
  run ip -force -batch - < <(printf '%s\n' "$@")
}

drop_routes() { # one that is gone by the time it is deleted was to go
  local said
  (( ${#DROP[@]} )) || return 0
  printf '| %s\n' "${DROP[@]}"
  printf '+ ip -force -batch -\n'
  ! ip -force -batch - >"$RUN/output" 2>&1 < <(printf '%s\n' "${DROP[@]}") || return 0
  mapfile -t said <"$RUN/output"
  compare_routes
  LINES=("${said[@]}")
  (( ! ${#DROP[@]} )) || failed 'ip -force -batch -'
}

leave_foreign() { # a tick takes no route back from somebody: that would go on every minute. The drift check tells, and heals when asked to
  local line kept=()
  for line in "${ADD[@]}"; do
    line=${line#route replace }
    [[ ${FOREIGN[${line%% *}]+x} ]] || kept+=("route replace $line")
  done
  ADD=("${kept[@]}")
}

is_ours() { # PREFIX: confirmed here before, so that whoever routes it otherwise came after us
  local line=''
  [[ ! -e $CURRENT/routes ]] || IFS= read -rd '' line <"$CURRENT/routes" || :
  [[ $line == *"route replace $1 ${ROUTE[$1]} "* ]]
}

clashes() { # refuses a prefix that somebody else routed elsewhere; SAME: their lines for where ours lead too
  local family line prefix
  declare -gA FOREIGN=()
  SAME=()
  families
  for family in "${FAMILIES[@]}"; do
    list_routes "$family"
    for line in "${LINES[@]}"; do
      prefix=${line%% *}
      [[ ${ROUTE[$prefix]-} && "$line " != *' proto 75 '* ]] || continue
      if [[ "$line " == "$prefix ${ROUTE[$prefix]} "* ]]; then SAME+=("$line")
      elif ! is_ours "$prefix"; then no 4 "the host already has a route $line"
      # with another metric it stands beside ours (1024 is where IPv6 routes are put)
      elif [[ ! $line =~ \ metric\ ([0-9]+) ]] || (( BASH_REMATCH[1] == 1024 && family == 6 )); then FOREIGN[$prefix]=yes; fi
    done
  done
}

take_over_routes() { # what ours replace is put back by remove
  local line old=''
  clashes
  [[ ! -e $ORIGINAL/routes ]] || IFS= read -rd '' old <"$ORIGINAL/routes" || :
  for line in "${SAME[@]}"; do
    [[ $old == *"$line"* ]] || { printf '%s\n' "$line" >>"$ORIGINAL/routes"; } 2>/dev/null || no 4 "cannot write $ORIGINAL/routes"
  done
}

restore_routes() {
  local lines=() line ours=() kernel=() family
  [[ ! -e $ORIGINAL/routes ]] || mapfile -t lines <"$ORIGINAL/routes"
  for line in "${lines[@]}"; do
    line=${line//linkdown/} line="route replace ${line//dead/}"
    [[ ! $line =~ \ dev\ ([^ ]+) || -e $NET/${BASH_REMATCH[1]} ]] || continue
    if [[ "$line " == *' proto kernel '* ]]; then kernel+=("$line"); else ours+=("$line"); fi
  done
  run_batch "${ours[@]}"
  families
  for family in "${FAMILIES[@]}"; do run ip "-$family" route flush table main proto 75; done
  run_batch "${kernel[@]}" # when ours of the same prefix is gone: the kernel refuses a second one beside it
}
