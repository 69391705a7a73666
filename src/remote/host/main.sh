# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Where a call comes in.

detach() { # VERB ARG…: to where a cut connection does not reach it; its output is followed from a file
  local dir=$RUN/call.$$ text='' more pid='' tries whole=$'(^|\n)= end ([0-9]+)\n$'
  check_tools
  if [[ ! -e $SCRIPT ]]; then
    [[ $1 != activate ]] || no 4 'nothing is staged here'
    exit 0
  fi
  mkdir -p "$dir"
  IFS= read -rd '' text || :
  printf '%s' "$text" >"$dir/in"
  text=''
  : >"$dir/out"
  exec 7<"$dir/out"
  if [[ $SYSTEMD ]]; then
    systemd-run --collect --quiet --unit="kuiil-$1-$$" --property=RuntimeMaxSec=300 \
      --property=StandardInput=file:"$dir/in" --property=StandardOutput=file:"$dir/out" \
      --property=StandardError=file:"$dir/out" /bin/bash "$SCRIPT" detached "$dir" "$@" || no 4 'systemd-run failed'
  else
    setsid timeout 300 /bin/bash "$SCRIPT" detached "$dir" "$@" <"$dir/in" >"$dir/out" 2>&1 7<&- &
    pid=$!
  fi
  printf '= begun\n' # from here on it does not need its caller
  for (( tries = 0; tries < 16000; tries++ )); do # somewhat longer than it may run
    [[ $pid || ! -s $dir/pid ]] || read -r pid <"$dir/pid"
    [[ ! $pid ]] || kill -0 "$pid" 2>/dev/null || pid=gone
    IFS= read -rd '' more <&7 || :
    text+=$more
    [[ ! $text =~ $whole ]] || break
    [[ $pid != gone && ( $pid || $tries -lt 1500 ) ]] || break # killed, or not even started
    nap 0.02
  done
  if [[ ! $text =~ $whole ]]; then
    printf '%s' "$text"
    no 6 'it was killed: undo will put the host back'
  fi
  trap - EXIT
  printf '%s' "$text"
  rm -rf "$dir"
  exit "${BASH_REMATCH[2]}"
}

bare_tick() { # quiet: one that mended nothing and failed at nothing says nothing; what it mends is noted, but after a boot it is all of it
  local text code=0 steady=''
  [[ ! -d $RUN || -e $RUN/transaction ]] || steady=yes
  text=$(main tick) || code=$?
  [[ ! $steady || $text != *$'\n+ '* ]] || note_mended "$text"
  [[ $code == 0 && $text != *$'\n+ '* ]] || printf '%s\n' "$text"
  exit "$code"
}

main() { # VERB ARG…: calls verb_VERB; bare_VERB where nobody reads an answer, work_VERB for what goes on detached. src/remote/excerpt.ts relies on it
  local role=verb
  VERB=${1-}
  (( ! $# )) || shift
  case "$VERB ${1-}" in
    question\ * | answer\ * | gate\ * | 'tick quiet') "bare_$VERB" "$@"; exit ;;
    detached\ *)
      printf '%s\n' $$ >"$1/pid"
      role=work VERB=$2
      shift 2 ;;
    *) printf -v HELD 'kuiil 2 %s\n' "${VERB:--}" ;;
  esac
  STEP=$VERB
  trap 'end_answer $?' EXIT
  (( EUID == 0 )) || no 4 'not root'
  declare -F "${role}_$VERB" >/dev/null ||
    no 2 'verbs: snapshot stage activate confirm revert probe tick remove rotate enrol pin unpin release freeze unfreeze'
  [[ $VERB == snapshot ]] || let_go
  "${role}_$VERB" "$@"
}

main "$@"
