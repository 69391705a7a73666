#!/bin/sh
# A strict stand-in for GitHub's CLI, as far as this project calls it: what it does not know fails. It asks the test bed in place of
# GitHub, as the person whose token it has, and prints and ends as gh does.
set -eu

fail() {
  printf '%s\n' "$1" >&2
  exit "${2:-1}"
}

# ask METHOD PATH [FILE]: prints what the bed answers; its status is in $status.
ask() {
  path=$(printf '%s' "$2" | sed "s,{owner}/{repo},$GH_BED_CLONE,")
  # gh itself names this version where it is told no other.
  set -- -sS -g -X "$1" -o "$answer" -w '%{http_code}' -A 'GitHub CLI 2.80.0' \
    -H "authorization: token $GH_BED_TOKEN" -H 'x-github-api-version: 2022-11-28' ${3:+-H} ${3:+content-type:application/json} \
    ${3:+--data-binary} ${3:+"@$3"} "$GH_BED/$path"
  status=$(curl "$@")
}

end() {
  [ "$status" -lt 400 ] || fail "gh: $(sed -n 's/.*"message":"\([^"]*\)".*/\1/p' "$answer") (HTTP $status)"
}

api() {
  method=GET
  path=
  input=
  while [ $# -gt 0 ]; do
    case $1 in
      -H)
        [ "$2" = 'X-GitHub-Api-Version: 2022-11-28' ] || fail "another header than is expected: $2"
        shift 2
        ;;
      -X)
        method=$2
        shift 2
        ;;
      --input)
        [ "$2" = - ] || fail "unknown input: $2"
        input=$sent
        cat >"$sent"
        shift 2
        ;;
      -*) fail "unknown flag: $1" ;;
      *)
        [ -z "$path" ] || fail "accepts 1 arg(s), received more"
        path=$1
        shift
        ;;
    esac
  done
  ask "$method" "$path" "$input"
  cat "$answer"
  end
}

# gh encrypts for the environment's key; here a digest stands for that, so that the bed never sees the key.
set_secret() {
  if [ $# -ne 5 ] || [ "$2" != --env ] || [ "$4" != --repo ]; then fail "unknown flags: $*"; fi
  place=repos/$5/environments/$3/secrets
  digest=$(sha256sum | cut -d' ' -f1)
  ask GET "$place/public-key"
  end
  key=$(sed -n 's/.*"key_id":"\([^"]*\)".*/\1/p' "$answer")
  printf '{"encrypted_value":"%s","key_id":"%s"}' "$digest" "$key" >"$sent"
  ask PUT "$place/$1" "$sent"
  end
}

[ -n "$GH_BED_TOKEN" ] || fail 'To get started with GitHub CLI, please run:  gh auth login' 4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
answer=$folder/answer
sent=$folder/sent
case "$1 ${2:-}" in
  'api '*)
    shift
    api "$@"
    ;;
  'secret set')
    shift 2
    set_secret "$@"
    ;;
  *) fail "unknown command \"$1\" for \"gh\"" ;;
esac
