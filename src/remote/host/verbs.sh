# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# The verbs that change something.

verb_stage() { # DIGEST [install] [script=SHA256]: of the script that is kept here, where what came is only this verb's part of it
  local word kept=''
  [[ ${1-} =~ ^[0-9a-f]{64}$ ]] || no 2 'usage: stage DIGEST [install] [script=SHA256]'
  for word in "${@:2}"; do
    case $word in
      install) INSTALL=install ;;
      script=*)
        kept=${word#*=}
        [[ $kept =~ ^[0-9a-f]{64}$ ]] || no 2 "not a sha256: $kept" ;;
      *) no 2 "not a word of stage: $word" ;;
    esac
  done
  printf '= did\n'
  ( check_tools </dev/null ) || exit 4
  lock 10
  if [[ $kept && $SELF ]] && ! is_kept "$kept"; then
    printf '= wanted\nscript\n'
    cat >/dev/null
    exit
  fi
  [[ -d $LIB/releases ]] || mkdir -p "$LIB/releases" 2>/dev/null || no 4 "cannot make $LIB/releases"
  if [[ -e $LIB/releases/$1 ]] && intact "$LIB/releases/$1" "$1"; then
    cat >/dev/null
  else
    [[ ! -e $LIB/releases/.new ]] || rm -rf "$LIB/releases/.new"
    ( receive "$1" "$LIB/releases/.new" ) || { rm -rf "$LIB/releases/.new"; exit 4; }
  fi
  ( [[ $kept && $SELF ]] || keep_script
    load_release "$LIB/releases/$1"
    preflight ) || exit 4
}

check_names() { # TX DIGEST SECONDS WORD WORDS
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ && $2 =~ ^[0-9a-f]{64}$ && $3 =~ ^[0-9]{1,5}$ && " $5 " == *" $4 "* ]] ||
    no 2 "usage: $VERB TX DIGEST SECONDS ${5// /|}"
}

verb_activate() { detach activate "$@"; }

verb_revert() { detach revert "$@"; }

verb_remove() { detach remove "$@"; }

work_activate() { # TX DIGEST SECONDS PHASE
  check_names "${1-}" "${2-}" "${3-}" "${4-}" 'expand switch whole'
  read_payload
  exec </dev/null
  lock 5
  uptime_now
  printf '= did\n'
  if load_transaction "$RUN/transaction"; then
    # an abandoned one that nobody has undone yet
    if [[ $TX != "$1" ]] && (( NOW >= T_DEADLINE )); then overdue || exit 6; else refuse_foreign "$1"; fi
  else
    refuse_frozen
  fi
  [[ ! $TX || $TX != "$1" || $T_DIGEST == "$2" ]] || no 3 "transaction $TX is about $T_DIGEST"
  [[ -e $LIB/releases/$2/digest ]] || no 4 "$2 is not staged here"
  TX=$1 T_DIGEST=$2 OWNER=("${PAYLOAD[@]}")
  ( load_release "$LIB/releases/$2"; capture ) || exit 4
  find_hub
  if ( begin "$1" "$2" "$4" "$3"; apply "$ACTIVE" "$4"; [[ ! $SERVE ]] || serve $(( $3 + 600 )) ); then return 0; fi
  go_back || exit 6
  exit 5
}

verb_confirm() { # TX DIGEST SECONDS keep|contract|settled
  local line text=''
  check_names "${1-}" "${2-}" "${3-}" "${4-}" 'keep contract settled'
  IFS= read -rN 99999999 text || :
  split "${text%"${text##*$'\n'}"}"
  for line in "${LINES[@]}"; do [[ ! $line =~ ^[a-z0-9./-]+\ [0-9a-f]{64}$ ]] || FLEET+=$line$'\n'; done
  exec </dev/null
  lock 10
  uptime_now
  digest_of "$CURRENT"
  printf '= did\n'
  if load_transaction "$RUN/transaction"; then
    refuse_foreign "$1"
    [[ $T_DIGEST == "$2" ]] || no 4 "transaction $1 is about $T_DIGEST"
    [[ "$DECIDED $DIGEST" == "$1 $2" ]] || (( NOW < T_DEADLINE )) || no 4 'the deadline has passed'
    printf '%s\n' $(( NOW + $3 )) >"$RUN/keep"
    ( commit; close_transaction; forget_question ) || exit 4
  elif [[ "$DECIDED $DIGEST" != "$1 $2" ]]; then # the same release as before may have gone back meanwhile
    no 4 "no transaction is pending, and what is confirmed is ${DIGEST:-nothing} by ${DECIDED:-none}"
  fi
  case $4 in
    contract) ( contract ) || exit 6 ;;
    settled) ( stop_serving ) || exit 6 ;;
  esac
}

contract() { # what the confirmed release no longer has goes
  : >"$RUN/keep"
  apply "$CURRENT" whole
  drop_links dangling
  prune
}

work_revert() { # TX
  lock 15
  printf '= did\n'
  if load_transaction "$RUN/transaction"; then
    refuse_foreign "${1-}"
    go_back || exit 6
  else
    digest_of "$CURRENT"
    [[ $DECIDED != "${1-}" ]] || no 4 "transaction $1 is confirmed"
  fi
  ( forget_question ) || exit 6
}

verb_tick() { # heals towards what is active, else what is confirmed, else what was before Kuiil
  local call until=0 mode=whole
  [[ -d $RUN ]] || mkdir -p "$RUN"
  exec 9>"$RUN/lock"
  flock -n 9 || return 0 # whoever holds it is at it
  for call in "$RUN"/call.*; do kill -0 "${call##*.}" 2>/dev/null || rm -rf "$call"; done # their callers died
  uptime_now
  printf '= did\n'
  if load_transaction "$RUN/transaction"; then
    if (( NOW >= T_DEADLINE )); then overdue || exit 6; else ( apply "$ACTIVE" "$T_PHASE" ) || exit 6; fi
    return
  fi
  catch_up
  if [[ -e $CURRENT ]]; then
    [[ ! -s $RUN/keep ]] || read -r until <"$RUN/keep" || :
    (( NOW >= until )) || mode=switch # a deployment still counts on what it will remove
    ( apply "$CURRENT" "$mode"
      [[ $mode != whole ]] || drop_links dangling
      resolve_endpoints
      nudge_hub
      [[ ! -e /etc/wireguard/$IFACE.key.next ]] || settle_key ) || exit 6 # a confirmation may have been killed before it did
    go_on_serving
  elif [[ -e $ORIGINAL ]]; then
    ( restore ) || exit 6
  fi
}

work_remove() { # DIGEST or -
  lock 15
  printf '= did\n'
  ! load_transaction "$RUN/transaction" || refuse_foreign ''
  digest_of "$CURRENT"
  [[ ${1--} == - || ! $DIGEST || $1 == "$DIGEST" ]] || no 4 "what is confirmed is $DIGEST"
  ( run rm -f "$CURRENT"; restore; stop_serving; forget_key ) || exit 6
  printf '+ rm -rf %s %s\n' "$LIB" "$RUN"
  rm -rf "$LIB" "$RUN"
}

forget_key() { # only those that we made, or took out of a file
  local key
  [[ -e $LIB/made-key ]] || return 0
  while read -r key; do run rm -f "$key"{,.kuiil,.next,.old}; done <"$LIB/made-key"
  [[ ! -e $LIB/made-directory ]] || run rmdir --ignore-fail-on-non-empty /etc/wireguard
}

verb_probe() { # IFACE
  local line peers=()
  IFACE=${1-} SHOOK=()
  read_payload
  exec </dev/null
  lock 10
  printf '= did\n'
  for line in "${PAYLOAD[@]}"; do [[ $line != handshake\ * ]] || peers+=("${line#* }"); done
  (( ! ${#peers[@]} )) || shake "${peers[@]}"
  printf '= probes\n'
  (( ! ${#SHOOK[@]} )) || printf 'handshake %s\n' "${SHOOK[@]}"
  send_all "${PAYLOAD[@]}"
}
