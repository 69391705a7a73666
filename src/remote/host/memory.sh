# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What is remembered between calls.

uptime_now() {
  read -r NOW _ </proc/uptime
  NOW=${NOW%.*}
}

nap() { # SECONDS, without a process
  [[ ${NAP-} ]] || exec {NAP}<> <(:)
  read -rt "$1" -u "$NAP" || :
}

digest_of() { # POINTER into DIGEST, and DECIDED: the transaction that confirmed it
  DIGEST='' DECIDED=''
  [[ ! -e $1/digest ]] || read -r DIGEST <"$1/digest"
  [[ ! -e $1/decision ]] || read -r _ DECIDED <"$1/decision"
}

load_transaction() { # FILE into TX, T_DIGEST, T_PHASE, T_DEADLINE, OWNER
  TX='' OWNER=()
  [[ -e $1 ]] || return 1
  { read -r TX T_DIGEST T_PHASE T_DEADLINE; mapfile -t OWNER; } <"$1"
}

write_transaction() { # FILE
  local text
  printf -v text '%s\n' "$TX $T_DIGEST $T_PHASE $T_DEADLINE" "${OWNER[@]}"
  store "$1.new" "$text"
  own mv -f "$1.new" "$1"
}

read_payload() { # only lines of the form `word text`: none can pass for one of the answer's own
  local line text=''
  PAYLOAD=()
  IFS= read -rN 99999999 text || :
  split "${text%"${text##*$'\n'}"}" # a line without an end was cut
  for line in "${LINES[@]}"; do [[ ! $line =~ ^[a-z-]+\ [[:print:]]+$ ]] || PAYLOAD+=("$line"); done
}

lock() { # SECONDS to wait
  [[ -d $RUN ]] || mkdir -p "$RUN"
  exec 9>"$RUN/lock"
  flock -w "$1" 9 && return
  load_transaction "$RUN/transaction" || :
  owner
  no 3 'another kuiil-host holds the lock'
}

refuse_foreign() { # TX: another transaction is in the way
  [[ $TX == "$1" ]] && return
  owner
  no 3 "transaction $TX is pending"
}

put() { # PATH TEXT: only when it differs; a reader finds the old file or the new one
  local old=''
  [[ ! -e $1 ]] || IFS= read -rd '' old <"$1" || :
  [[ $old != "$2" ]] || return 0
  [[ $1 == "$LIB"/* ]] || printf '+ write %s\n' "$1"
  store "$1.kuiil" "$2"
  [[ $1 != "$UNITS"/* ]] || own chmod 644 "$1.kuiil" # systemd complains of a unit that nobody may read
  own sync "$1.kuiil"
  own mv -fT "$1.kuiil" "$1"
}

point() { # LINK TARGET, by rename
  [[ $1 == "$RUN"/* ]] || printf '+ ln -s %s %s\n' "$2" "$1"
  if [[ ! -e $1 && ! -L $1 ]]; then
    own ln -sT "$2" "$1"
  else
    own ln -sfT "$2" "$1.kuiil"
    own mv -fT "$1.kuiil" "$1"
  fi
}

is_kept() { [[ -f $SCRIPT ]] && [[ $(exec sha256sum "$SCRIPT") == "$1 "* ]]; } # SHA256

keep_script() { # its own text, for timers and units
  local text=$SELF
  [[ $text ]] || IFS= read -rd '' text <"$0" || :
  put "$SCRIPT" "${text%$'\n'}"$'\n'
}
