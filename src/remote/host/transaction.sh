# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# One pending change, its undo, and its confirmation.

begin() { # TX DIGEST PHASE SECONDS: armed, written down, pointed at: a kill in between leaves what a tick undoes
  STEP=arm
  uptime_now
  if load_transaction "$RUN/transaction"; then
    T_PHASE=$3 OWNER=("${PAYLOAD[@]}") # again: its first deadline stands
  else
    TX=$1 T_DIGEST=$2 T_PHASE=$3 T_DEADLINE=$(( NOW + $4 )) OWNER=("${PAYLOAD[@]}")
    arm "$4"
  fi
  write_transaction "$RUN/transaction"
  if [[ $HUB ]]; then write_transaction "$LIB/question"; else forget_question; fi
  [[ $ACTIVE -ef $LIB/releases/$2 ]] || point "$ACTIVE" "$LIB/releases/$2"
}

arm() { # SECONDS
  local unit=kuiil-undo-$TX
  if [[ ! $SYSTEMD ]]; then own sleeper "$1"
  elif [[ ! -e $TRANSIENT/$unit.timer ]]; then
    own systemd-run --collect --quiet --unit="$unit" --on-active="$1" --timer-property=AccuracySec=100ms \
      --property=Restart=on-failure --property=RestartSec=5 /bin/bash "$SCRIPT" undo "$TX" 0
  fi
}

sleeper() { # SECONDS
  setsid env -i /bin/bash "$SCRIPT" undo "$TX" "$1" </dev/null >/dev/null 2>&1 9>&- &
}

disarm() {
  local pid words=()
  if [[ $SYSTEMD ]]; then
    [[ ! -e $TRANSIENT/kuiil-undo-$TX.timer ]] || own systemctl stop --no-block "kuiil-undo-$TX.timer"
  elif [[ -e $RUN/undo.$TX ]]; then
    read -r pid <"$RUN/undo.$TX"
    mapfile -td '' words 2>/dev/null <"/proc/$pid/cmdline" || :
    (( pid == $$ )) || [[ "${words[*]}" != *" undo $TX "* ]] || kill "$pid" || :
    own rm -f "$RUN/undo.$TX"
  fi
}

commit() { # the active release becomes what boots, and on the hub the fleet's; repeating it after a kill finishes it
  local dir=$LIB/confirmed/$TX text
  STEP=confirm
  digest_of "$CURRENT"
  [[ $DIGEST != "$T_DIGEST" || $DECIDED != "$TX" ]] || return 0
  load_release "$LIB/releases/$T_DIGEST"
  [[ ! -e $dir && ! -e $dir.new ]] || own rm -rf "$dir" "$dir.new"
  [[ -d $LIB/confirmed ]] || own mkdir "$LIB/confirmed"
  own cp -al "$LIB/releases/$T_DIGEST" "$dir.new"
  printf -v text '%s\n' "transaction $TX" "${OWNER[@]}"
  store "$dir.new/decision" "$text"
  [[ ! $FLEET ]] || store "$dir.new/fleet" "$FLEET"
  keep_fleet
  own sync "$dir.new"/* "$dir.new"
  own mv -T "$dir.new" "$dir"
  write_units
  link_files
  point "$CURRENT" "$dir"
  own sync "$LIB"
  settle_key
  { printf '%s\n' "$T_DIGEST" >>"$LIB/history"; } 2>/dev/null || :
  enter_books confirmed
}

close_transaction() {
  own rm -f "$ACTIVE" "$RUN/transaction" # in this order
  disarm
}

go_back() { # to what is confirmed, or to what was before Kuiil
  if [[ -e $CURRENT ]]; then
    ( apply "$CURRENT" whole; drop_links dangling ) || return 6
  else
    ( restore ) || return 6
  fi
  printf '%s\n' "$TX" >"$RUN/reverted"
  [[ ! -d $LIB ]] || enter_books reverted
  ( close_transaction ) || return 6
}

verb_undo() { # TX SECONDS
  local tries
  [[ $SYSTEMD ]] || printf '%s\n' $$ >"$RUN/undo.$1"
  (( ! $2 )) || nap "$2"
  while load_transaction "$RUN/transaction" && [[ $TX == "$1" ]] && uptime_now && (( NOW < T_DEADLINE )); do nap 1; done
  lock 60
  if load_transaction "$RUN/transaction" && [[ $TX == "$1" ]]; then overdue || exit 6; fi
  # a host that has no minute timer asks here, for a quarter of an hour
  for (( tries = 0; tries < 90; tries++ )); do
    [[ -e $LIB/question ]] || return 0
    exec 9>&-
    nap 10
    lock 60
    [[ ! -e $RUN/transaction ]] || return 0
    catch_up
  done
}
