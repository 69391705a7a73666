# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# A release: taken in, and read.

receive() { # DIGEST DIR: the payload, checked and unpacked
  local lines line file='' mode path iface=''
  own mkdir -p "$2"
  { cat >"$2/release"; } 2>/dev/null || no 4 "cannot write $2/release"
  ask sha256sum "$2/release"
  [[ ${LINES[0]%% *} == "$1" ]] || no 4 "the sha256 of the payload is ${LINES[0]%% *}"
  mapfile -t lines <"$2/release"
  [[ ${lines[0]} == 'kuiil-release 1' && ${lines[-1]} == end ]] || no 4 'not a kuiil-release 1, or cut short'
  for line in "${lines[@]}"; do
    case $line in
      'interface '*)
        iface=${line#* }
        [[ $iface =~ ^[A-Za-z0-9_=+.-]{1,15}$ && $iface != .* ]] || no 4 "not an interface name: $iface" ;;
      'file '*)
        words "$line"
        mode=${WORDS[1]-} path=${WORDS[2]-}
        case $path in
          "/etc/wireguard/$iface.conf" | /etc/kuiil/iptables.rules | /etc/kuiil/ip6tables.rules) ;;
          /etc/kuiil/routes | /etc/sysctl.d/90-kuiil.conf) ;;
          *) no 4 "not a path of Kuiil: $path" ;;
        esac
        case $mode in 0644) umask 022 ;; *) umask 077 ;; esac
        file=$2/${path##*/} ;;
      '|'*) { printf '%s\n' "${line#|}" >>"$file"; } 2>/dev/null || no 4 "cannot write $file" ;;
    esac
  done
  umask 077
  store "$2/digest" "$1"$'\n'
  own sync "$2"/* "$2"
  [[ ! -e $LIB/releases/$1 ]] || own rm -rf "$LIB/releases/$1"
  own mv -fT "$2" "$LIB/releases/$1"
}

intact() { # DIR DIGEST: still what was received; somebody may have edited a file through its link
  local i
  [[ -e $1/release && -e $1/digest ]] || return 1
  ask sha256sum "$1/release"
  [[ ${LINES[0]%% *} == "$2" ]] || return 1
  list_files "$1/release"
  for i in "${!PATHS[@]}"; do reads_as "$1/${PATHS[i]##*/}" "${TEXTS[i]}" || return 1; done
}

list_files() { # RELEASE [paths]: what it puts where, into PATHS and TEXTS
  local line i=-1 only=${2-}
  PATHS=() TEXTS=()
  while IFS= read -r line; do
    case $line in
      'file '*)
        PATHS[++i]=${line##* }
        [[ $only ]] || TEXTS[i]='' ;;
      '|'*) [[ $only ]] || (( i < 0 )) || TEXTS[i]+=${line#|}$'\n' ;;
    esac
  done <"$1"
}

reads_as() { # PATH TEXT: whether that is what is there. read is content with a NUL, or with a byte more than there should be, and fails at the end
  local text=''
  [[ -f $1 ]] && ! IFS= read -rd '' -n $(( ${#2} + 1 )) text <"$1" && [[ $text == "$2" ]]
}

load_release() { # DIR into DIR, IFACE, PUBLIC and, when it has a tunnel, PORT, MTU, ADDRESSES, PEERS and what each has
  local word rest
  DIR=$1 IFACE='' PUBLIC='' PORT='' MTU='' ADDRESSES=() PEERS=()
  declare -gA ALLOWED=() ENDPOINT=() KEEPALIVE=() WANTED=()
  while read -r word rest; do
    case $word in
      interface) IFACE=$rest ;;
      public-key) PUBLIC=$rest ;;
      file | end) break ;;
    esac
  done <"$DIR/release"
  [[ ! -e $DIR/$IFACE.conf ]] || load_conf "$DIR/$IFACE.conf"
}

load_conf() { # a wg-quick file of Kuiil's; wg-quick runs hooks in a shell, so only ours may be there
  local line key value list peer=''
  while IFS= read -r line; do
    key=${line%%=*} value=${line#*=} key=${key//[[:space:]]/}
    [[ $key == PostUp ]] || value=${value//[[:space:]]/}
    case $key in
      Address) IFS=, read -ra list <<<"$value"; ADDRESSES+=("${list[@]}") ;;
      ListenPort) PORT=$value ;;
      MTU) MTU=$value ;;
      PublicKey) peer=$value PEERS+=("$value"); ALLOWED[$peer]='' ENDPOINT[$peer]='' KEEPALIVE[$peer]=off ;;
      AllowedIPs) ALLOWED[$peer]+=" ${value//,/ }" ;;
      Endpoint) ENDPOINT[$peer]=$value ;;
      PersistentKeepalive) KEEPALIVE[$peer]=${value/#0/off} ;;
      PostUp) [[ $value == ' wg set %i private-key /etc/wireguard/%i.key' ]] || no 4 "not a hook of Kuiil:$value" ;;
      '' | '#'* | '[Interface]' | '[Peer]' | Table) ;;
      *) no 4 "not a line of Kuiil's $IFACE.conf: $key" ;;
    esac
  done <"$1"
  for peer in "${PEERS[@]}"; do
    for value in ${ALLOWED[$peer]}; do WANTED[$value]=$peer; done
  done
}
