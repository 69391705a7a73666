# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Kuiil on a host. The parts of src/remote/host/ are sent as one script, in the order of host-script.ts; verbs, paths and
# the grammar of the answer are in docs/host.md. `run`, `own`, `ask` and `no` say what failed and exit, so that work which
# may have to be put back runs in a subshell, and nothing relies on `set -e` in a condition.
set -eu
shopt -s nullglob
[[ $0 == kuiil-host && ${SELF-} ]] || SELF='' # the script's own text, where it was sent; never what a caller's environment calls so
# wg tries an unknown name 15 times, ever more slowly, and we hold the lock
export LC_ALL=C WG_HIDE_KEYS=always WG_COLOR_MODE=never WG_ENDPOINT_RESOLUTION_RETRIES=2
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 077
cd / # cp --parents of coreutils 9.1 looks for the folders of an absolute path below the working directory
readonly LIB=/var/lib/kuiil RUN=/run/kuiil NET=/sys/class/net UNITS=/etc/systemd/system
readonly SCRIPT=$LIB/kuiil-host ORIGINAL=$LIB/original CURRENT=$LIB/current ACTIVE=$RUN/active
readonly HELPER=/usr/local/sbin/kuiil-host WANTS=$UNITS/multi-user.target.wants TRANSIENT=/run/systemd/transient
VERB='' HOLDS='' HELD='' STEP='' INSTALL='' HUB='' SERVE='' FLEET='' SYSTEMD='' OWNER=() PAYLOAD=() LINES=() WORDS=()
[[ ! -d /run/systemd/system ]] || SYSTEMD=yes

end_answer() { # CODE; the exit trap, so that no way out leaves an answer without its end
  local code=$1
  case $code in
    0 | [2-6]) ;;
    *) code=6; say '= failed\nstep %s\ncause kuiil-host itself failed\n' "$STEP" ;;
  esac
  (( ! code )) || state || : # it may be what failed
  say '= end %s\n' "$code"
  let_go
  exit "$code"
}

say() { # FORMAT ARG…: printf, of the answer. What HOLDS holds back leaves in one piece: sshd makes a packet of every write
  local said
  # shellcheck disable=SC2059
  printf -v said "$@"
  HELD+=$said
  if [[ ! $HOLDS ]] || (( ${#HELD} > 60000 )); then let_go; fi
}

let_go() {
  printf '%s' "$HELD"
  HELD=''
}

tell() { # COMMAND ARG…: a program that says a part of the answer itself, behind what is held back; what it complains of is not one
  let_go
  "$@" 2>/dev/null || :
}

state() {
  digest_of "$CURRENT"
  say '= state\nconfirmed %s\n' "${DIGEST:--}"
  digest_of "$ACTIVE"
  say 'active %s\n' "${DIGEST:--}"
  show_transaction
}

show_transaction() {
  ! load_transaction "$RUN/transaction" || say 'transaction %s %s %s %s\n' "$TX" "$T_DIGEST" "$T_DEADLINE" "$T_PHASE"
}

owner() { (( ! ${#OWNER[@]} )) || say '%s\n' '= owner' "${OWNER[@]}"; }

no() { # CODE CAUSE
  say '= failed\nstep %s\ncause %s\n' "$STEP" "$2"
  exit "$1"
}

failed() { # COMMAND, whose output is in LINES
  say '= failed\nstep %s\ncommand %s\n' "$STEP" "$1"
  (( ${#LINES[@]} <= 10 )) || LINES=("${LINES[@]: -10}")
  (( ! ${#LINES[@]} )) || say '| %.300s\n' "${LINES[@]}"
  exit 5
}

run() { # every mutation of what is not Kuiil's own goes through here
  say '+ %s\n' "$*"
  own "$@"
}

own() { # the same for our own books, which no report needs to hear of. Nothing in it may exit: its output would be lost
  "$@" >"$RUN/output" 2>&1 && return
  mapfile -t LINES <"$RUN/output"
  failed "$*"
}

run_anyway() { # as run, whatever comes of it
  say '+ %s\n' "$*"
  own try "$@"
}

try() { "$@" || :; }

ask() { # a program's output into LINES; with exec the substitution costs one fork instead of two
  local text code=0
  text=$(exec "$@" 2>&1) || code=$?
  split "$text"
  (( ! code )) || failed "$*"
}

# bash reads what it cannot seek in byte by byte, and `<<<` is a pipe: so text is taken apart by expansion, and read with -N

split() { # TEXT into LINES, but for empty ones
  local IFS=$'\n'
  set -f
  # shellcheck disable=SC2206
  LINES=($1)
  set +f
}

words() { # LINE into WORDS
  set -f
  # shellcheck disable=SC2206
  WORDS=($1)
  set +f
}

write() { printf '%s' "$2" >"$1"; } # PATH TEXT

store() { # PATH TEXT
  write "$1" "$2" 2>/dev/null || no 5 "cannot write $1"
}
