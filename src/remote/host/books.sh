# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What became of past transactions, and whether there may be another one.

enter_books() { # OUTCOME of TX, the last twenty; it is no reason to fail
  local line lines=() now who='' commit=- outcome=$1
  for line in "${OWNER[@]}"; do
    case $line in
      'owner '*) who=${line#owner } ;;
      'commit '*) commit=${line#commit } commit=${commit%% *} ;;
      'heal yes') [[ $1 != confirmed ]] || outcome=healed ;;
    esac
  done
  [[ ! -e $LIB/books ]] || mapfile -t lines <"$LIB/books"
  [[ "${lines[*]: -1}" != *" $outcome $TX $T_DIGEST "* ]] || return 0 # again, after a kill
  printf -v now '%(%s)T' -1
  lines+=("$now $outcome $TX $T_DIGEST ${commit:--} $who")
  (( ${#lines[@]} <= 20 )) || lines=("${lines[@]: -20}")
  { printf '%s\n' "${lines[@]}" >"$LIB/books.new" && mv -f "$LIB/books.new" "$LIB/books"; } 2>/dev/null || :
}

show_books() { # and on the hub who was on what after each of them: TX HOST DIGEST
  local file line
  [[ ! -e $LIB/books ]] || say '= books\n%s\n' "$(<"$LIB/books")"
  say '= fleets\n'
  for file in "$LIB"/fleets/*; do
    while IFS= read -r line; do say '%s %s\n' "${file##*/}" "$line"; done <"$file"
  done
}

keep_fleet() { # the hub's: what a rollback goes back to. A healing changes nobody's release, and names no commit
  [[ $FLEET && " ${OWNER[*]} " != *' heal yes '* ]] || return 0
  [[ -d $LIB/fleets ]] || own mkdir "$LIB/fleets"
  store "$LIB/fleets/$TX" "$FLEET"
}

prune() { # keeps the last five releases that were confirmed, and on the hub the last five fleets
  local dir i recent=() fleets=() lines=() line
  [[ ! -e $LIB/history ]] || mapfile -t lines <"$LIB/history"
  for (( i = ${#lines[@]} - 1; i >= 0 && ${#recent[@]} < 5; i-- )); do
    [[ " ${recent[*]} " == *" ${lines[i]} "* ]] || recent=("${lines[i]}" "${recent[@]}")
  done
  (( ${#lines[@]} <= 50 )) || { printf -v dir '%s\n' "${recent[@]}"; put "$LIB/history" "$dir"; }
  for dir in "$LIB"/releases/*; do
    [[ " ${recent[*]} $DIGEST " == *" ${dir##*/} "* ]] || own rm -rf "$dir"
  done
  for dir in "$LIB"/confirmed/*; do [[ $dir -ef $CURRENT ]] || own rm -rf "$dir"; done
  [[ ! -d $LIB/fleets ]] || prune_fleets
}

prune_fleets() { # those of the last five transactions that changed who is on what
  local i line lines=() kept='' text known='' file count=0
  [[ ! -e $LIB/books ]] || mapfile -t lines <"$LIB/books"
  for (( i = ${#lines[@]} - 1; i >= 0; i-- )); do
    read -r _ _ line _ <<<"${lines[i]}"
    [[ -e $LIB/fleets/$line ]] || continue
    text=$(<"$LIB/fleets/$line")
    [[ $text != "$known" ]] || continue
    known=$text
    (( count++ >= 5 )) || kept+=" $line"
  done
  for file in "$LIB"/fleets/*; do [[ "$kept " == *" ${file##*/} "* ]] || own rm -f "$file"; done
}

verb_release() { # DIGEST, as it was staged
  [[ ${1-} =~ ^[0-9a-f]{64}$ ]] || no 2 'usage: release DIGEST'
  [[ -e $LIB/releases/$1/release ]] || no 4 "$1 is not kept here"
  printf '= release\n%s\n' "$(<"$LIB/releases/$1/release")"
}

verb_freeze() { # on the hub: no deployment until it is lifted; what is frozen already stays as it is
  local text now
  read_payload
  exec </dev/null
  lock 10
  printf '= did\n'
  if [[ ! -e $LIB/freeze ]]; then
    [[ -d $LIB ]] || mkdir -p "$LIB"
    printf -v now '%(%s)T' -1
    printf -v text '%s\n' "since $now" "${PAYLOAD[@]}"
    put "$LIB/freeze" "$text"
    own sync "$LIB"
  fi
  printf '= freeze\n%s\n' "$(<"$LIB/freeze")"
}

verb_unfreeze() {
  lock 10
  printf '= did\n'
  [[ ! -e $LIB/freeze ]] || own rm -f "$LIB/freeze"
}

refuse_frozen() { # a healing goes on: it changes nothing of what was decided
  local line reason=''
  [[ -e $LIB/freeze && " ${PAYLOAD[*]} " != *' heal yes '* ]] || return 0
  while IFS= read -r line; do [[ $line != 'reason '* ]] || reason=${line#reason }; done <"$LIB/freeze"
  no 3 "deployments are frozen: ${reason:-nobody said why}"
}
