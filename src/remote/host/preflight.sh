# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What would make activate fail, found before anything changes.

need() { # TOOL, and its package for apt, dnf and apk; installed where that was asked for
  local install
  ! type -P "$1" >/dev/null || return 0
  if type -P apt-get >/dev/null; then install=(apt-get install -y --no-install-recommends "$2")
  elif type -P dnf >/dev/null; then install=(dnf install -y "$3")
  else install=(apk add "$4"); fi
  if [[ $INSTALL ]]; then
    export DEBIAN_FRONTEND=noninteractive
    [[ -d $RUN ]] || mkdir -p "$RUN"
    [[ ${install[0]} != apt-get ]] || run_anyway apt-get -qq update
    run "${install[@]}"
    ! type -P "$1" >/dev/null || return 0
  fi
  printf '= failed\nstep %s\ncause %s is missing\nhint %s\n' "$STEP" "$1" "${install[*]}"
  exit 4
}

check_tools() {
  need ip iproute2 iproute iproute2
  need flock util-linux util-linux flock
  need setsid util-linux util-linux setsid
  need timeout coreutils coreutils coreutils
  need ping iputils-ping iputils iputils
}

preflight() { # the release that is loaded
  local file dir tool
  for dir in /etc /etc/wireguard /etc/kuiil /etc/sysctl.d; do
    [[ ! -d $dir || -w $dir ]] || no 4 "$dir is read-only"
  done
  if [[ $PORT ]]; then
    need wg wireguard-tools wireguard-tools wireguard-tools-wg
    need wg-quick wireguard-tools wireguard-tools wireguard-tools-wg-quick
    [[ -e /sys/module/wireguard ]] || modprobe -nq wireguard 2>/dev/null ||
      need wireguard-go wireguard-go wireguard-go wireguard-go
    own_key
  fi
  choose_backend
  for file in "$DIR"/ip*tables.rules; do
    need iptables-restore iptables iptables-nft iptables
    tool=${file##*/} tool=${tool%.rules}$BACKEND
    ask "$tool-restore" --noflush --wait=5 --test <"$file"
  done
  load_routes
  (( ! ${#ROUTE[@]} )) || clashes
}

own_key() { # kept, or taken over from the interface or the file that is here or from the name before, or made; and then the right one
  local key=/etc/wireguard/$IFACE.key
  [[ -e $key ]] || make_key "$key"
  if ! find_key; then
    ask wg pubkey <"$key"
    no 4 "the public key here is ${LINES[0]}, in the release it is $PUBLIC"
  fi
  [[ -e $NET/$IFACE && ! -e $RUN/link.$IFACE && ! -e $CURRENT/$IFACE.conf ]] || return 0
  ask wg show "$IFACE" public-key
  [[ ${LINES[0]} == "$PUBLIC" ]] || no 4 "$IFACE is somebody else's: its public key is ${LINES[0]}"
}

make_key() { # PATH
  local line old='' made='' conf=/etc/wireguard/$IFACE.conf
  [[ ! -e $CURRENT/release ]] || { read -r _; read -r _; read -r _ old; } <"$CURRENT/release"
  [[ -d /etc/wireguard ]] || { run mkdir /etc/wireguard; store "$LIB/made-directory" ''; }
  [[ ! -e $LIB/made-key ]] || IFS= read -rd '' made <"$LIB/made-key" || :
  store "$LIB/made-key" "$made$1"$'\n'
  store "$1.kuiil" ''
  if [[ -e $NET/$IFACE ]]; then
    wg show "$IFACE" private-key >"$1.kuiil" 2>/dev/null || no 4 "$IFACE is not a WireGuard interface"
  elif [[ $old && -s /etc/wireguard/$old.key ]]; then
    own cp "/etc/wireguard/$old.key" "$1.kuiil"
  elif [[ -e $conf ]]; then
    while IFS= read -r line; do
      line=${line//[[:space:]]/}
      [[ $line != PrivateKey=* ]] || store "$1.kuiil" "${line#*=}"$'\n'
    done <"$conf"
  fi
  [[ -s $1.kuiil ]] || wg genkey >"$1.kuiil"
  own sync "$1.kuiil"
  run mv -f "$1.kuiil" "$1"
}
