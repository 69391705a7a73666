# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Whether the fleet went on without this host is the hub's to say: its confirmation is the commit point.

overdue() {
  local tries tx=$TX
  find_hub
  for (( tries = 0; tries < 30; tries++ )); do # the hub's own deadline is earlier: it is pending for a moment only
    ask_hub
    case $ANSWER in
      confirmed)
        if ( commit; close_transaction; forget_question ); then return 0; fi
        break ;;
      pending) # a revert may come meanwhile
        exec 9>&-
        nap 2
        lock 60
        load_transaction "$RUN/transaction" && [[ $TX == "$tx" ]] || return 0 ;;
      *) break ;;
    esac
  done
  go_back || return 6
  [[ $HUB && ! $ANSWER ]] || ( forget_question )
}

find_hub() { # HUB: 'ADDRESS PORT' to ask; SERVE: where this host answers, being the hub
  local line
  HUB='' SERVE=''
  for line in "${OWNER[@]}"; do
    [[ $line =~ ^(hub|answer)\ ([0-9a-f.:]+\ [0-9]{1,5})$ ]] || continue
    if [[ ${BASH_REMATCH[1]} == hub ]]; then HUB=${BASH_REMATCH[2]}; else SERVE=${BASH_REMATCH[2]}; fi
  done
}

ask_hub() { # into ANSWER: nothing when there was none
  ANSWER=''
  [[ ! $HUB ]] || ANSWER=$(timeout 2 /bin/bash "$SCRIPT" question "${HUB% *}" "${HUB#* }" "$TX" 2>/dev/null 9>&-) || :
}

bare_question() { # ADDRESS PORT TX
  local tx answer
  exec 3<>"/dev/tcp/$1/$2"
  printf '%s\n' "$3" >&3
  read -r tx answer <&3
  [[ $tx != "$3" ]] || printf '%s' "$answer"
}

bare_answer() { # what this host knows of the transaction that it reads
  local asked='' word=unknown reverted=''
  read -rt 2 asked || :
  [[ $asked =~ ^[A-Za-z0-9._-]{1,64}$ ]] || exit 0
  [[ ! -e $RUN/reverted ]] || read -r reverted <"$RUN/reverted"
  [[ $reverted != "$asked" ]] || word=reverted
  ! load_transaction "$RUN/transaction" || [[ $TX != "$asked" ]] || word=pending
  digest_of "$CURRENT"
  [[ $DECIDED != "$asked" ]] || word=confirmed
  printf '%s %s\n' "$asked" "$word"
}

forget_question() { [[ ! -e $LIB/question ]] || own rm -f "$LIB/question"; }

catch_up() { # this host went back, or booted, without word from the hub: ask again
  load_transaction "$LIB/question" || return 0
  find_hub
  ask_hub
  case $ANSWER in
    confirmed)
      PAYLOAD=("${OWNER[@]}")
      ( load_release "$LIB/releases/$T_DIGEST"; capture; begin "$TX" "$T_DIGEST" switch 60; apply "$ACTIVE" switch
        commit; close_transaction; forget_question ) || go_back || exit 6 ;;
    pending | '') ;;
    *) ( forget_question ) ;;
  esac
}

serve() { # SECONDS: answers on the hub's tunnel address
  local address=${SERVE% *} port=${SERVE#* } pid=''
  ! is_serving || return 0
  stop_serving
  if [[ $SYSTEMD ]]; then
    [[ $address != *:* ]] || address="[$address]"
    own systemd-run --collect --quiet --unit=kuiil-answer --property=RuntimeMaxSec="$1" systemd-socket-activate \
      --listen="$address:$port" --accept --inetd /bin/bash --norc "$SCRIPT" answer
  elif type -P perl >/dev/null; then
    # shellcheck disable=SC2016 # perl's variables
    setsid perl -MIO::Socket::IP -e '$SIG{CHLD} = "IGNORE"; alarm shift;
      my $s = IO::Socket::IP->new(LocalHost => shift, LocalPort => shift, Listen => 64, ReuseAddr => 1) or die;
      while (1) { my $c = $s->accept or next; next if fork; open STDIN, "<&", $c; open STDOUT, ">&", $c; exec @ARGV }' \
      "$1" "$address" "$port" /bin/bash --norc "$SCRIPT" answer </dev/null >/dev/null 2>&1 9>&- &
    pid=$!
  fi
  printf '%s\n' "$TX $SERVE" "$pid" >"$RUN/serving"
  store "$LIB/unsettled" "$TX"$'\n' # also after a boot
}

is_serving() { # whether this transaction's answers are given now
  local known='' pid=''
  [[ ! -e $RUN/serving ]] || { read -r known; read -r pid; } <"$RUN/serving" || :
  [[ $known == "$TX $SERVE" ]] || return 1
  if [[ $SYSTEMD ]]; then [[ -e $TRANSIENT/kuiil-answer.service ]]; else kill -0 "${pid:-none}" 2>/dev/null; fi
}

go_on_serving() { # what was decided, until the deployer says that everybody has heard of it, or decides something else
  local asked
  [[ -e $LIB/unsettled ]] || return 0
  read -r asked <"$LIB/unsettled"
  digest_of "$CURRENT"
  if [[ $asked != "$DECIDED" ]]; then own rm -f "$LIB/unsettled"; return; fi
  TX=$asked
  { read -r _; mapfile -t OWNER; } <"$CURRENT/decision"
  find_hub
  [[ ! $SERVE ]] || serve 600
}

stop_serving() {
  local pid=''
  own rm -f "$LIB/unsettled"
  [[ -e $RUN/serving ]] || return 0
  { read -r _; read -r pid; } <"$RUN/serving" || :
  [[ ! $pid ]] || kill "$pid" 2>/dev/null || :
  [[ ! -e $TRANSIENT/kuiil-answer.service ]] || own systemctl stop kuiil-answer
  own rm -f "$RUN/serving"
}
