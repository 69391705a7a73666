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
VERB='' STEP='' INSTALL='' HUB='' SERVE='' FLEET='' SYSTEMD='' OWNER=() PAYLOAD=() LINES=()
[[ ! -d /run/systemd/system ]] || SYSTEMD=yes

end_answer() { # CODE; the exit trap, so that no way out leaves an answer without its end
  local code=$1
  case $code in
    0 | [2-6]) ;;
    *) code=6; printf '= failed\nstep %s\ncause kuiil-host itself failed\n' "$STEP" ;;
  esac
  (( ! code )) || state
  printf '= end %s\n' "$code"
  exit "$code"
}

state() {
  digest_of "$CURRENT"
  printf '= state\nconfirmed %s\n' "${DIGEST:--}"
  digest_of "$ACTIVE"
  printf 'active %s\n' "${DIGEST:--}"
  show_transaction
}

show_transaction() {
  ! load_transaction "$RUN/transaction" || printf 'transaction %s %s %s %s\n' "$TX" "$T_DIGEST" "$T_DEADLINE" "$T_PHASE"
}

owner() { (( ! ${#OWNER[@]} )) || printf '%s\n' '= owner' "${OWNER[@]}"; }

no() { # CODE CAUSE
  printf '= failed\nstep %s\ncause %s\n' "$STEP" "$2"
  exit "$1"
}

failed() { # COMMAND, whose output is in LINES
  printf '= failed\nstep %s\ncommand %s\n' "$STEP" "$1"
  (( ${#LINES[@]} <= 10 )) || LINES=("${LINES[@]: -10}")
  (( ! ${#LINES[@]} )) || printf '| %.300s\n' "${LINES[@]}"
  exit 5
}

run() { # every mutation of what is not Kuiil's own goes through here
  printf '+ %s\n' "$*"
  own "$@"
}

own() { # the same for our own books, which no report needs to hear of. Nothing in it may exit: its output would be lost
  "$@" >"$RUN/output" 2>&1 && return
  mapfile -t LINES <"$RUN/output"
  failed "$*"
}

run_anyway() { # as run, whatever comes of it
  printf '+ %s\n' "$*"
  own try "$@"
}

try() { "$@" || :; }

ask() { # a program's output into LINES; with exec the substitution costs one fork instead of two
  local text code=0
  text=$(exec "$@" 2>&1) || code=$?
  LINES=()
  [[ ! $text ]] || mapfile -t LINES <<<"$text"
  (( ! code )) || failed "$*"
}

write() { printf '%s' "$2" >"$1"; } # PATH TEXT

store() { # PATH TEXT
  write "$1" "$2" 2>/dev/null || no 5 "cannot write $1"
}
