#!/bin/bash
# The only code of Kuiil that runs on hosts. Verbs, paths and the grammar of the answer: docs/host.md.
# `run`, `ask` and `no` say what failed and exit; what may have to be put back runs in a subshell.
set -eu
shopt -s nullglob
export LC_ALL=C WG_HIDE_KEYS=always WG_COLOR_MODE=never
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 077
readonly LIB=/var/lib/kuiil RUN=/run/kuiil NET=/sys/class/net UNITS=/etc/systemd/system
readonly SCRIPT=$LIB/kuiil-host ORIGINAL=$LIB/original CURRENT=$LIB/current ACTIVE=$RUN/active
VERB='' STEP='' HUB='' SERVE='' FLEET='' SYSTEMD='' OWNER=() PAYLOAD=() LINES=()
[[ ! -d /run/systemd/system ]] || SYSTEMD=yes

# --- answers ---
end_answer() { # CODE; the exit trap, so that no way out leaves an answer without its end
  (( ! $1 )) || state
  printf '= end %s\n' "$1"
}
state() {
  digest_of "$CURRENT"; printf '= state\nconfirmed %s\n' "${DIGEST:--}"
  digest_of "$ACTIVE"; printf 'active %s\n' "${DIGEST:--}"
  ! load_transaction "$RUN/transaction" || printf 'transaction %s %s %s %s\n' "$TX" "$T_DIGEST" "$T_DEADLINE" "$T_PHASE"
}
owner() { (( ! ${#OWNER[@]} )) || printf '%s\n' '= owner' "${OWNER[@]}"; }
no() { printf '= failed\nstep %s\ncause %s\n' "$STEP" "$2"; exit "$1"; } # CODE CAUSE
failed() { # COMMAND, whose output is in LINES
  printf '= failed\nstep %s\ncommand %s\n' "$STEP" "$1"
  (( ${#LINES[@]} <= 10 )) || LINES=("${LINES[@]: -10}")
  (( ! ${#LINES[@]} )) || printf '| %.300s\n' "${LINES[@]}"
  exit 5
}
run() { # every mutation goes through here
  printf '+ %s\n' "$*"
  "$@" >"$RUN/output" 2>&1 || { mapfile -t LINES <"$RUN/output"; failed "$*"; }
}
ask() { # a program's output into LINES; with exec the substitution costs one fork instead of two
  local text code=0
  text=$(exec "$@" 2>&1) || code=$?
  LINES=()
  [[ ! $text ]] || mapfile -t LINES <<<"$text"
  (( ! code )) || failed "$*"
}
write() { # PATH TEXT
  { printf '%s' "$2" >"$1"; } 2>/dev/null || no 5 "cannot write $1"
}

# --- what is remembered ---
uptime_now() { read -r NOW _ </proc/uptime; NOW=${NOW%.*}; }
nap() { [[ ${NAP-} ]] || exec {NAP}<> <(:); read -rt "$1" -u "$NAP" || :; } # sleeps without a process
digest_of() { # POINTER into DIGEST and DECIDED, the transaction that confirmed it
  DIGEST='' DECIDED=''
  [[ ! -e $1/digest ]] || read -r DIGEST <"$1/digest"
  [[ ! -e $1/decision ]] || read -r _ DECIDED <"$1/decision"
}
load_transaction() { # FILE into TX, T_DIGEST, T_PHASE, T_DEADLINE, OWNER
  TX='' OWNER=()
  [[ -e $1 ]] || return 1
  { read -r TX T_DIGEST T_PHASE T_DEADLINE; mapfile -t OWNER; } <"$1"
}
read_payload() { # only lines of the form `word text`: none can pass for the answer's own
  local line
  PAYLOAD=()
  while IFS= read -r line; do [[ ! $line =~ ^[a-z-]+\ [[:print:]]+$ ]] || PAYLOAD+=("$line"); done
}
lock() { # SECONDS to wait
  [[ -d $RUN ]] || mkdir -p "$RUN"
  exec 9>"$RUN/lock"
  flock -w "$1" 9 && return
  load_transaction "$RUN/transaction" || :
  owner; no 3 'another kuiil-host holds the lock'
}
put() { # PATH TEXT: only when it differs; a reader finds the old file or the new one
  local old=''
  [[ ! -e $1 ]] || IFS= read -rd '' old <"$1" || :
  [[ $old != "$2" ]] || return 0
  CHANGED=yes
  write "$1.kuiil" "$2"; run sync "$1.kuiil"; run mv -f "$1.kuiil" "$1"
}
point() { # LINK TARGET
  if [[ ! -e $1 && ! -L $1 ]]; then run ln -sT "$2" "$1"; return; fi
  run ln -sfT "$2" "$1.kuiil"; run mv -fT "$1.kuiil" "$1"
}
keep_script() { # its own text, for timers and units
  local text=${BASH_EXECUTION_STRING-}
  [[ $text ]] || IFS= read -rd '' text <"$0" || :
  put "$SCRIPT" "${text%$'\n'}"$'\n'
}

# --- releases ---
load_release() { # DIR into DIR, IFACE, PUBLIC and what its wg-quick file says
  local word rest line key value list peer=''
  DIR=$1 IFACE='' PUBLIC='' PORT='' MTU='' ADDRESSES=() PEERS=()
  declare -gA ALLOWED=() ENDPOINT=() KEEPALIVE=() WANTED=()
  while read -r word rest; do
    case $word in interface) IFACE=$rest ;; public-key) PUBLIC=$rest ;; file | end) break ;; esac
  done <"$DIR/release"
  [[ -e $DIR/$IFACE.conf ]] || return 0
  while IFS= read -r line; do
    key=${line%%=*} value=${line#*=} key=${key//[[:space:]]/}
    [[ $key == PostUp ]] || value=${value//[[:space:]]/}
    case $key in
      Address) IFS=, read -ra list <<<"$value"; ADDRESSES+=("${list[@]}") ;;
      ListenPort) PORT=$value ;;
      MTU) MTU=$value ;;
      PublicKey) peer=$value; PEERS+=("$peer"); ALLOWED[$peer]='' ENDPOINT[$peer]='' KEEPALIVE[$peer]=off ;;
      AllowedIPs) ALLOWED[$peer]+=" ${value//,/ }" ;;
      Endpoint) ENDPOINT[$peer]=$value ;;
      PersistentKeepalive) KEEPALIVE[$peer]=${value/#0/off} ;;
      # wg-quick runs hooks in a shell: ours is the only one there may be
      PostUp) [[ $value == ' wg set %i private-key /etc/wireguard/%i.key' ]] || no 4 "not Kuiil's hook:$value" ;;
      '' | '#'* | '[Interface]' | '[Peer]' | Table) ;;
      *) no 4 "not a line of Kuiil's $IFACE.conf: $key" ;;
    esac
  done <"$DIR/$IFACE.conf"
  for peer in "${PEERS[@]}"; do for value in ${ALLOWED[$peer]}; do WANTED[$value]=$peer; done; done
}
receive() { # DIGEST DIR: the payload, checked and unpacked
  local lines line file='' mode path iface=''
  run mkdir -p "$2"
  { cat >"$2/release"; } 2>/dev/null || no 4 "cannot write $2/release"
  ask sha256sum "$2/release"
  [[ ${LINES[0]%% *} == "$1" ]] || no 4 "the sha256 of the payload is ${LINES[0]%% *}"
  mapfile -t lines <"$2/release"
  [[ ${lines[0]} == 'kuiil-release 1' && ${lines[-1]} == end ]] || no 4 'not a kuiil-release 1, or cut short'
  for line in "${lines[@]}"; do
    case $line in
      'interface '*) iface=${line#* }; [[ $iface =~ ^[A-Za-z0-9_=+.-]{1,15}$ ]] || no 4 "not an interface name: $iface" ;;
      'file '*)
        read -r _ mode path <<<"$line"
        case $path in
          "/etc/wireguard/$iface.conf" | /etc/kuiil/routes | /etc/sysctl.d/90-kuiil.conf) ;;
          /etc/kuiil/iptables.rules | /etc/kuiil/ip6tables.rules) ;;
          *) no 4 "not a path of Kuiil: $path" ;;
        esac
        case $mode in 0644) umask 022 ;; *) umask 077 ;; esac
        file=$2/${path##*/} ;;
      '|'*) { printf '%s\n' "${line#|}" >>"$file"; } 2>/dev/null || no 4 "cannot write $file" ;;
    esac
  done
  umask 077
  write "$2/digest" "$1"$'\n'
  run sync "$2"/* "$2"
  run mv -fT "$2" "$LIB/releases/$1"
}

# --- what would make activate fail, found before anything changes ---
need() { # TOOL APT DNF APK
  local install=
  ! type -P "$1" >/dev/null || return 0
  if type -P apt-get; then install="apt-get install $2"; elif type -P dnf; then install="dnf install $3"; else install="apk add $4"; fi >/dev/null
  no 4 "$1 is missing: $install"
}
check_tools() {
  need ip iproute2 iproute iproute2
  need flock util-linux util-linux flock
  need setsid util-linux util-linux setsid
  need timeout coreutils coreutils coreutils
}
preflight() {
  local file dir tool
  for dir in /etc /etc/wireguard /etc/kuiil /etc/sysctl.d; do [[ ! -d $dir || -w $dir ]] || no 4 "$dir is read-only"; done
  if [[ -e $DIR/$IFACE.conf ]]; then
    need wg wireguard-tools wireguard-tools wireguard-tools-wg
    need wg-quick wireguard-tools wireguard-tools wireguard-tools-wg-quick
    [[ -e /sys/module/wireguard ]] || modprobe -nq wireguard 2>/dev/null || need wireguard-go wireguard-go wireguard-go wireguard-go
    own_key
  fi
  choose_backend
  for file in "$DIR"/ip*tables.rules; do
    need iptables-restore iptables iptables-nft iptables
    tool=${file##*/} tool=${tool%.rules}$BACKEND
    ask "$tool-restore" --noflush --wait=5 --test <"$file"
  done
  [[ ! -e $DIR/routes ]] || { load_routes; clashes; }
}
own_key() { # the host's key: kept, or taken over from the interface or file that is here, or made; and the right one
  local key=/etc/wireguard/$IFACE.key line
  if [[ ! -e $key ]]; then
    [[ -d /etc/wireguard ]] || run mkdir /etc/wireguard
    printf '%s\n' "$key" >"$LIB/made-key"
    if [[ -e $NET/$IFACE ]] && wg show "$IFACE" private-key >"$key.kuiil" 2>/dev/null; then :
    else
      : >"$key.kuiil"
      [[ ! -e /etc/wireguard/$IFACE.conf ]] || while IFS= read -r line; do
        line=${line//[[:space:]]/}
        [[ $line != PrivateKey=* ]] || printf '%s\n' "${line#*=}" >"$key.kuiil"
      done <"/etc/wireguard/$IFACE.conf"
      [[ -s $key.kuiil ]] || wg genkey >"$key.kuiil"
    fi
    run sync "$key.kuiil"; run mv -f "$key.kuiil" "$key"
  fi
  ask wg pubkey <"$key"
  [[ ${LINES[0]} == "$PUBLIC" ]] || no 4 "this host's public key is ${LINES[0]}, the release's is $PUBLIC"
  [[ -e $NET/$IFACE && ! -e $RUN/link.$IFACE && ! -e $CURRENT ]] || return 0
  ask wg show "$IFACE" public-key
  [[ ${LINES[0]} == "$PUBLIC" ]] || no 4 "$IFACE is somebody else's: its public key is ${LINES[0]}"
}
choose_backend() { # BACKEND: '' (what iptables is here), -nft or -legacy: where kubelet keeps its chains
  local legacy=''
  BACKEND=''
  [[ ! -r /proc/net/ip_tables_names ]] || IFS= read -rd '' legacy </proc/net/ip_tables_names || :
  type -P iptables-nft iptables-legacy >/dev/null || return 0
  # without a legacy mangle table only the default can matter; asking legacy would create one
  if [[ $legacy == *mangle* ]] && has_kubelet -legacy && ! has_kubelet -nft; then BACKEND=-legacy
  elif ! is_nft && has_kubelet -nft; then BACKEND=-nft; fi
}
has_kubelet() {
  ask "iptables$1-save" -t mangle
  [[ "${LINES[*]}" =~ KUBE-IPTABLES-HINT|KUBE-KUBELET-CANARY ]]
}
is_nft() { [[ /usr/sbin/iptables -ef /usr/sbin/xtables-nft-multi || /sbin/iptables -ef /sbin/xtables-nft-multi ]]; }

# --- apply: from whatever is in the kernel to a release; what is right is not touched ---
apply() { # DIR MODE: expand only adds, switch also changes what can have one value, whole also removes
  local link
  load_release "$1"; MODE=$2
  read -r DIGEST <"$DIR/digest"
  STEP=sysctl; set_forwarding
  STEP=rules; choose_backend; write_rules iptables; write_rules ip6tables
  STEP=interface; ADD=() DROP=()
  if raise_interface; then
    add_addresses
    STEP=peers; compare_peers; set_peers "${ADD[@]}"
  fi
  STEP=routes; load_routes; compare_routes; batch "${ADD[@]}"
  [[ $MODE == whole ]] || return 0
  batch "${DROP[@]}"
  STEP=peers; set_peers "${DROP_PEERS[@]}"
  STEP=interface; drop_addresses
  for link in "$RUN"/link.*; do [[ $link == "$RUN/link.$IFACE" && $PORT ]] || take_down "${link##*/link.}"; done
}
write_value() { printf '%s\n' "$1" >"$2"; }
set_forwarding() {
  local name value now
  [[ -e $DIR/90-kuiil.conf ]] || return 0
  while read -r name _ value; do
    case $name in net.ipv4.ip_forward | net.ipv6.conf.all.forwarding) ;; '#'* | '') continue ;; *) no 4 "not a switch of Kuiil: $name" ;; esac
    read -r now <"/proc/sys/${name//.//}"
    [[ $now != "$value" ]] || continue
    [[ -e $ORIGINAL/$name ]] || write "$ORIGINAL/$name" "$now"$'\n'
    run write_value "$value" "/proc/sys/${name//.//}"
  done <"$DIR/90-kuiil.conf"
}
raise_interface() { # false when this release has none, or it cannot be there yet
  local link mtu flags
  DROP_PEERS=() DROP_ADDRESSES=()
  [[ $PORT ]] || return 1
  for link in "$RUN"/link.*; do # one of another name holds the port
    [[ $link == "$RUN/link.$IFACE" ]] || if [[ $MODE == expand ]]; then return 1; else take_down "${link##*/link.}"; fi
  done
  : >"$RUN/link.$IFACE"
  [[ -e $NET/$IFACE ]] || start_interface
  read -r mtu <"$NET/$IFACE/mtu"; read -r flags <"$NET/$IFACE/flags"
  [[ ( $mtu == "$MTU" || $MODE == expand ) && $(( flags & 1 )) == 1 ]] || run ip link set dev "$IFACE" mtu "$MTU" up
}
start_interface() {
  local conf=/etc/wireguard/$IFACE.conf
  if [[ ! $SYSTEMD ]]; then run wg-quick up "$DIR/$IFACE.conf" 9>&-; return; fi # wireguard-go would keep the lock
  if [[ ! -e $conf ]]; then # dangles after a reboot, and the unit is not enabled: harmless
    point "$conf" "$ACTIVE/$IFACE.conf"
  elif [[ ! -L $conf ]]; then # a file from before Kuiil stays until the confirmation
    run systemd-run --quiet --unit="kuiil-$IFACE" --property=Type=oneshot --property=RemainAfterExit=yes wg-quick up "$DIR/$IFACE.conf"
    return
  fi
  run systemctl start "wg-quick@$IFACE"
  [[ ! -e $NET/$IFACE ]] || return 0
  # a killed wireguard-go leaves the unit active; the restart ends and restarts kuiil.service, which is part of it
  if [[ $VERB == tick ]]; then run systemctl --no-block restart "wg-quick@$IFACE"; exit 0; fi
  run systemctl restart "wg-quick@$IFACE"
}
take_down() { # NAME
  # the file that wg-quick wants for it may be gone already
  [[ ! $SYSTEMD ]] || { run try systemctl stop "wg-quick@$1" "kuiil-$1"; run try systemctl reset-failed "wg-quick@$1"; }
  [[ ! -e $NET/$1 ]] || run ip link del dev "$1"
  [[ ! -L $UNITS/multi-user.target.wants/wg-quick@$1.service ]] || run systemctl disable --quiet "wg-quick@$1"
  run rm -f "$RUN/link.$1"
}
try() { "$@" || :; }
add_addresses() { # before any goes: with its last address an interface loses every route
  local line address live=' '
  ask ip -o addr show dev "$IFACE" scope global
  for line in "${LINES[@]}"; do
    read -r _ _ _ address _ <<<"$line"
    live+="$address "
    [[ " ${ADDRESSES[*]} " == *" $address "* ]] || DROP_ADDRESSES+=("$address")
  done
  for address in "${ADDRESSES[@]}"; do [[ $live == *" $address "* ]] || run ip addr add "$address" dev "$IFACE"; done
}
drop_addresses() { local address; for address in "${DROP_ADDRESSES[@]}"; do run ip addr del "$address" dev "$IFACE"; done; }
set_peers() { (( ! $# )) || run wg set "$IFACE" "$@"; }
live() { # FIELD: what each peer has, into LIVE[FIELD peer]
  local line value
  ask wg show "$IFACE" "$1"
  for line in "${LINES[@]}"; do value=${line#*$'\t'}; LIVE["$1 ${line%%$'\t'*}"]=${value/#(none)/}; done
}
previous_endpoints() { # of the release applied last; none when it was cut, so that declared ones are set again
  local digest='' key value peer=''
  PREVIOUS=()
  [[ ! -e $RUN/applied ]] || read -r digest <"$RUN/applied" || :
  [[ $digest && -e $LIB/releases/$digest/$IFACE.conf ]] || return 0
  while read -r key _ value; do
    case $key in PublicKey) peer=$value ;; Endpoint) PREVIOUS[$peer]=$value ;; esac
  done <"$LIB/releases/$digest/$IFACE.conf"
}
compare_peers() { # into ADD and DROP_PEERS, arguments of wg set
  local peer prefix args union exact gains extra known wanted holder declared
  declare -gA LIVE=() PREVIOUS=() HOLDER=()
  live allowed-ips; live persistent-keepalive
  [[ "${ENDPOINT[*]}" =~ ^\ *$ ]] || { live endpoints; previous_endpoints; }
  [[ -e $CURRENT ]] || live preshared-keys # of a taken-over interface: Kuiil has none
  for peer in "${!LIVE[@]}"; do
    [[ $peer == allowed-ips* ]] || continue
    for prefix in ${LIVE[$peer]}; do HOLDER[$prefix]=${peer#* }; done
    [[ ${ALLOWED[${peer#* }]+x} ]] || DROP_PEERS+=(peer "${peer#* }" remove)
  done
  for peer in "${PEERS[@]}"; do
    args=() union='' exact='' gains='' extra='' known=${LIVE[allowed-ips $peer]+x} declared=${ENDPOINT[$peer]}
    for prefix in ${LIVE[allowed-ips $peer]-}; do
      wanted=${WANTED[$prefix]-}
      if [[ $wanted == "$peer" ]]; then union+=,$prefix exact+=,$prefix
      # one that another peer wants goes when that peer takes it
      elif [[ ! $wanted || $MODE == expand ]]; then union+=,$prefix extra=yes; fi
    done
    for prefix in ${ALLOWED[$peer]}; do
      holder=${HOLDER[$prefix]-}
      [[ $holder != "$peer" && ( ! $holder || $MODE != expand ) ]] || continue
      union+=,$prefix exact+=,$prefix gains=yes
    done
    if [[ ! $known || $MODE != expand ]]; then
      [[ $declared == "${LIVE[endpoints $peer]-}" ]] || [[ ! $declared ]] ||
        [[ ${LIVE[endpoints $peer]-} && ${PREVIOUS[$peer]-} == "$declared" ]] || args+=(endpoint "$declared")
      [[ ${LIVE[persistent-keepalive $peer]-off} == "${KEEPALIVE[$peer]}" ]] || args+=(persistent-keepalive "${KEEPALIVE[$peer]}")
      [[ ! ${LIVE[preshared-keys $peer]-} ]] || args+=(preshared-key /dev/null)
    fi
    [[ $known && ! $gains ]] || args+=(allowed-ips "${union#,}")
    (( ! ${#args[@]} )) || ADD+=(peer "$peer" "${args[@]}")
    [[ ! $extra ]] || DROP_PEERS+=(peer "$peer" allowed-ips "${exact#,}")
  done
  [[ $MODE != expand ]] || return 0
  ask wg show "$IFACE" public-key
  [[ ${LINES[0]} == "$PUBLIC" ]] || ADD=(private-key "/etc/wireguard/$IFACE.key" "${ADD[@]}")
  ask wg show "$IFACE" listen-port
  [[ ${LINES[0]} == "$PORT" ]] || ADD=(listen-port "$PORT" "${ADD[@]}")
}
load_routes() { # ROUTE[PREFIX]='dev IFACE' or 'via ADDRESS'
  local prefix kind target
  declare -gA ROUTE=()
  [[ -e $DIR/routes ]] || return 0
  while read -r _ _ prefix kind target _; do [[ ! $kind =~ ^(dev|via)$ ]] || ROUTE[$prefix]="$kind $target"; done <"$DIR/routes"
}
list_routes() { # FAMILY FILTER…: into LINES, each with the mask that ip leaves out of a host's
  local i family=$1 bits=32; shift
  [[ $family == 4 ]] || bits=128
  ask ip "-$family" route show table main "$@"
  for i in "${!LINES[@]}"; do [[ ${LINES[i]%% *} == */* ]] || LINES[i]="${LINES[i]%% *}/$bits ${LINES[i]#* }"; done
}
compare_routes() { # into ADD and DROP, lines of ip -batch
  local family line prefix kind target _
  declare -A now=()
  ADD=() DROP=()
  for family in 4 6; do
    list_routes "$family" proto 75
    for line in "${LINES[@]}"; do
      read -r prefix kind target _ <<<"$line"
      now[$prefix]="$kind $target"
      [[ ${ROUTE[$prefix]+x} ]] || DROP+=("route del $prefix $kind $target proto 75")
    done
  done
  for prefix in "${!ROUTE[@]}"; do
    [[ ${now[$prefix]-} != "${ROUTE[$prefix]}" && ( ! ${now[$prefix]-} || $MODE != expand ) ]] || continue
    # an interface of another name comes with the switch
    [[ ${ROUTE[$prefix]} != dev* || -e $NET/$IFACE || $MODE != expand ]] || continue
    ADD+=("route replace $prefix ${ROUTE[$prefix]} proto 75")
  done
  (( ! ${#ADD[@]} )) || take_over_routes
}
batch() {
  (( $# )) || return 0
  printf '| %s\n' "$@"
  run ip -force -batch - < <(printf '%s\n' "$@")
}
clashes() { # refuses a prefix that somebody else routes elsewhere; SAME: their lines for where it leads with us too
  local family line prefix
  SAME=()
  for family in 4 6; do
    list_routes "$family"
    for line in "${LINES[@]}"; do
      prefix=${line%% *}
      [[ ${ROUTE[$prefix]-} && "$line " != *' proto 75 '* ]] || continue
      [[ $line == "$prefix ${ROUTE[$prefix]} "* ]] || no 4 "the host already has a route $line"
      SAME+=("$line")
    done
  done
}
take_over_routes() { # what we replace is put back by remove
  local line old=''
  clashes
  [[ ! -e $ORIGINAL/routes ]] || IFS= read -rd '' old <"$ORIGINAL/routes" || :
  for line in "${SAME[@]}"; do [[ $old == *"$line"* ]] || printf '%s\n' "$line" >>"$ORIGINAL/routes"; done
}
write_rules() { # iptables|ip6tables: one restore, and only of what differs
  local tool=$1$BACKEND table line chain builtin key head body text='' lines i
  local -A want=() jump=() have=() count=() first=()
  [[ -e $DIR/$1.rules || -e $RUN/rules.$1 ]] || return 0
  [[ ! -e $DIR/$1.rules ]] || while IFS= read -r line; do
    read -r key chain _ _ lines <<<"$line"
    case $line in
      '*'*) table=${line#?} ;;
      ':KUIIL-'*) key=${key#:}; want[$table $key]='' ;;
      '-A KUIIL-'*) want[$table $chain]+=$line$'\n' ;;
      '-I FORWARD 1 -j KUIIL-'* | '-I INPUT 1 -j KUIIL-'*) jump[$table $lines]=$chain ;;
    esac
  done <"$DIR/$1.rules"
  : >"$RUN/rules.$1"
  for table in filter mangle; do
    save_table "$tool" "$table"
    for line in "${LINES[@]}"; do
      case $line in
        ':KUIIL-'*) line=${line#:}; have[$table ${line%% *}]='' ;;
        '-A KUIIL-'*) key=${line#-A }; have[$table ${key%% *}]+=$line$'\n' ;;
        '-A '*) key=${line#-A }; builtin=${key%% *}; : "${first[$table $builtin]:=$line}"
          [[ $line != '-A '*' -j KUIIL-'* ]] || { key="$table $builtin ${line##* }"; count[$key]=$(( ${count[$key]-0} + 1 )); } ;;
      esac
    done
  done
  for table in filter mangle; do
    head='' body=''
    for key in "${!want[@]}"; do
      [[ $key == "$table "* ]] || continue
      chain=${key#* } builtin=${jump[$key]} lines=${want[$key]}
      [[ $MODE == whole || ! ${have[$key]-} ]] || while IFS= read -r line; do
        [[ $'\n'$lines == *$'\n'"$line"$'\n'* ]] || lines+=$line$'\n'
      done <<<"${have[$key]%$'\n'}"
      [[ ${have[$key]-absent} == "$lines" ]] || { head+=":$chain - [0:0]"$'\n'; body+=$lines; }
      i=${count[$table $builtin $chain]-0}
      [[ $i == 1 && ${first[$table $builtin]} == "-A $builtin -j $chain" ]] && continue
      for (( ; i; i-- )); do body+="-D $builtin -j $chain"$'\n'; done
      body+="-I $builtin 1 -j $chain"$'\n'
    done
    for key in "${!have[@]}"; do
      [[ $MODE == whole && $key == "$table "* && ! ${want[$key]+x} ]] || continue
      chain=${key#* } head+=":${key#* } - [0:0]"$'\n'
      for builtin in FORWARD INPUT; do
        for (( i = ${count[$table $builtin $chain]-0}; i; i-- )); do body+="-D $builtin -j $chain"$'\n'; done
      done
      body+="-X $chain"$'\n'
    done
    [[ ! $head$body ]] || text+="*$table"$'\n'$head$body$'COMMIT\n'
  done
  [[ $text ]] || return 0
  text=${text%$'\n'}
  printf '| %s\n' "${text//$'\n'/$'\n| '}"
  run "$tool-restore" --noflush --wait=5 <<<"$text"
}
save_table() { # TOOL TABLE into LINES; asking legacy for a table that is not there would create it
  local names='' file=/proc/net/ip_tables_names
  [[ $1 != ip6* ]] || file=/proc/net/ip6_tables_names
  LINES=()
  if [[ $1 == *-legacy ]] || ! { [[ $1 == *-nft ]] || is_nft; }; then
    IFS= read -rd '' names <"$file" || :
    [[ $names == *"$2"* ]] || return 0
  fi
  ask "$1-save" -t "$2"
}

# --- before Kuiil, and back to it ---
capture() { # once, before the first change
  local new=$ORIGINAL.new path value
  [[ ! -e $ORIGINAL ]] || return 0
  run rm -rf "$new"; run mkdir -p "$new/files"
  for path in "/etc/wireguard/$IFACE.conf" /etc/kuiil/{iptables.rules,ip6tables.rules,routes} /etc/sysctl.d/90-kuiil.conf; do
    [[ ! -e $path && ! -L $path ]] || run cp -a --parents "$path" "$new/files"
  done
  [[ ! -L $UNITS/multi-user.target.wants/wg-quick@$IFACE.service ]] || : >"$new/enabled"
  printf '%s\n' "$IFACE" >"$new/interface"
  if [[ $PORT && -e $NET/$IFACE ]]; then # taken over live; the file holds its keys
    wg showconf "$IFACE" >"$new/live.conf"
    ask ip -o addr show dev "$IFACE" scope global; printf '%s\n' "${LINES[@]}" >"$new/addresses"
    read -r value <"$NET/$IFACE/mtu"; printf '%s\n' "$value" >"$new/mtu"
    : >"$RUN/taken-over"
  fi
  run sync "$new"/* "$new"
  run mv -T "$new" "$ORIGINAL"
}
restore() { # what was before Kuiil; repeating it after a kill is harmless
  local name value iface link path
  [[ -e $ORIGINAL ]] || return 0
  read -r iface <"$ORIGINAL/interface"
  STEP=restore MODE=whole DIR=/nonexistent IFACE=$iface
  for link in "$RUN"/link.*; do
    name=${link##*/link.}
    if [[ $name == "$iface" && -e $RUN/taken-over && -e $NET/$name ]]; then restore_interface; else take_down "$name"; fi
  done
  restore_routes
  choose_backend
  write_rules iptables; write_rules ip6tables
  for path in "$ORIGINAL"/net.*; do name=${path##*/}; read -r value <"$path"; run write_value "$value" "/proc/sys/${name//.//}"; done
  [[ ! -e $UNITS/kuiil.timer ]] || drop_units
  drop_links ''
  [[ ! -d /etc/kuiil ]] || rmdir --ignore-fail-on-non-empty /etc/kuiil
  [[ ! -e $ORIGINAL/files/etc ]] || run cp -a "$ORIGINAL/files/etc" /
  [[ ! -e $ORIGINAL/enabled || ! $SYSTEMD ]] || run systemctl enable --quiet "wg-quick@$iface"
  if [[ -e $ORIGINAL/live.conf && ! -e $NET/$iface && -e /etc/wireguard/$iface.conf ]]; then # rebooted since: as its boot would
    if [[ $SYSTEMD ]]; then run systemctl restart "wg-quick@$iface"; else run wg-quick up "$iface" 9>&-; fi
  fi
  run rm -rf "$ORIGINAL" "$RUN/taken-over"
}
restore_interface() { # the live one, in place: its hooks ran long ago and must not run twice
  local line address old=' ' mtu
  read -r mtu <"$ORIGINAL/mtu"
  while read -r _ _ _ address _; do
    old+="$address "
    run ip addr replace "$address" dev "$IFACE"
  done <"$ORIGINAL/addresses"
  run wg setconf "$IFACE" "$ORIGINAL/live.conf"
  run ip link set dev "$IFACE" mtu "$mtu" up
  ask ip -o addr show dev "$IFACE" scope global
  for line in "${LINES[@]}"; do
    read -r _ _ _ address _ <<<"$line"
    [[ $old == *" $address "* ]] || run ip addr del "$address" dev "$IFACE"
  done
  run rm "$RUN/link.$IFACE"
}
restore_routes() {
  local lines=() line ours=() kernel=()
  [[ ! -e $ORIGINAL/routes ]] || mapfile -t lines <"$ORIGINAL/routes"
  for line in "${lines[@]}"; do
    line=${line//linkdown/} line="route replace ${line//dead/}"
    [[ ! $line =~ \ dev\ ([^ ]+) || -e $NET/${BASH_REMATCH[1]} ]] || continue
    if [[ $line == *' proto kernel '* ]]; then kernel+=("$line"); else ours+=("$line"); fi
  done
  batch "${ours[@]}"
  run ip -4 route flush table main proto 75
  run ip -6 route flush table main proto 75
  batch "${kernel[@]}" # after ours of the same prefix: beside it the kernel refuses a second
}

# --- what boots ---
drop_links() { # dangling|'': our links, or those whose file is in no release any more
  local path target
  for path in /etc/wireguard/*.conf /etc/kuiil/* /etc/sysctl.d/90-kuiil.conf; do
    [[ -L $path && ( ! $1 || ! -e $path ) ]] || continue
    ask readlink "$path"; target=${LINES[0]}
    [[ $target != "$CURRENT"/* && $target != "$ACTIVE"/* ]] || run rm "$path"
  done
}
link_files() { # the release's files, through the pointer that the confirmation flips
  local mode path
  while read -r word mode path; do
    [[ $word == file ]] || continue
    [[ -L $path && -e $CURRENT && $path -ef $CURRENT/${path##*/} ]] && continue
    [[ -d ${path%/*} ]] || run mkdir -p "${path%/*}"
    point "$path" "$CURRENT/${path##*/}"
  done <"$DIR/release"
}

drop_units() {
  local iface=$IFACE
  run systemctl disable --now --quiet kuiil.timer kuiil.service
  run rm -f "$UNITS/kuiil.service" "$UNITS/kuiil.timer"
  run systemctl daemon-reload
}
write_units() { # enabled before the pointer flips: what boots in between finds nothing confirmed and cleans up
  local part='' wanted=multi-user.target wants=$UNITS/multi-user.target.wants units=(kuiil.service kuiil.timer)
  [[ $SYSTEMD ]] || return 0
  if [[ $PORT ]]; then
    units+=("wg-quick@$IFACE.service") wanted+=" wg-quick@$IFACE.service"
    # restarted together with the interface, whose routes go with it
    part="After=wg-quick@$IFACE.service"$'\n'"PartOf=wg-quick@$IFACE.service"$'\n'
  fi
  CHANGED=''
  put "$UNITS/kuiil.service" "[Unit]
Description=Kuiil: forwarding, rules and routes of the confirmed release
After=network.target
${part}StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/bin/bash $SCRIPT tick quiet
Restart=on-failure
RestartSec=2

[Install]
WantedBy=$wanted
"
  put "$UNITS/kuiil.timer" "[Unit]
Description=Kuiil: every minute

[Timer]
OnActiveSec=60
OnUnitInactiveSec=60
AccuracySec=1

[Install]
WantedBy=timers.target
"
  if [[ $CHANGED || ! -L $UNITS/timers.target.wants/kuiil.timer || ! -L $wants/kuiil.service ]] ||
    [[ $PORT && ! -L $wants/wg-quick@$IFACE.service ]]; then
    run systemctl reenable --quiet "${units[@]}"
    run systemctl start --no-block kuiil.timer
  fi
}

# --- the transaction ---
begin() { # TX DIGEST PHASE SECONDS: armed, then written down, then pointed at: a kill in between leaves what a tick undoes
  local unit=kuiil-undo-$1
  uptime_now
  if load_transaction "$RUN/transaction"; then # again: its first deadline stands
    T_PHASE=$3 OWNER=("${PAYLOAD[@]}")
  else
    TX=$1 T_DIGEST=$2 T_PHASE=$3 T_DEADLINE=$(( NOW + $4 )) OWNER=("${PAYLOAD[@]}")
    STEP=arm
    if [[ ! $SYSTEMD ]]; then run asleep "$1" "$4"
    elif [[ ! -e /run/systemd/transient/$unit.timer ]]; then
      run systemd-run --collect --quiet --unit="$unit" --on-active="$4" --timer-property=AccuracySec=100ms \
        --property=Restart=on-failure --property=RestartSec=5 /bin/bash "$SCRIPT" undo "$1" 0
    fi
  fi
  write_transaction "$RUN/transaction"
  [[ ! $HUB ]] || write_transaction "$LIB/question"
  [[ $ACTIVE -ef $LIB/releases/$2 ]] || point "$ACTIVE" "$LIB/releases/$2"
}
asleep() { setsid -f env -i /bin/bash "$SCRIPT" undo "$@" </dev/null >/dev/null 2>&1 9>&-; }
write_transaction() {
  local text
  printf -v text '%s\n' "$TX $T_DIGEST $T_PHASE $T_DEADLINE" "${OWNER[@]}"
  write "$1.new" "$text"
  run mv -f "$1.new" "$1"
}
commit() { # the active release becomes what boots; FLEET, on the hub, is what the others are on
  local dir=$LIB/confirmed/$TX text
  STEP=confirm
  load_release "$LIB/releases/$T_DIGEST"
  digest_of "$CURRENT"
  if [[ $DIGEST != "$T_DIGEST" || $DECIDED != "$TX" ]]; then
    run rm -rf "$dir" "$dir.new"; run mkdir -p "$LIB/confirmed"
    run cp -al "$LIB/releases/$T_DIGEST" "$dir.new"
    printf -v text '%s\n' "transaction $TX" "${OWNER[@]}"
    write "$dir.new/decision" "$text"
    [[ ! $FLEET ]] || write "$dir.new/fleet" "$FLEET"
    run sync "$dir.new"/* "$dir.new"
    run mv -T "$dir.new" "$dir"
    write_units; link_files
    point "$CURRENT" "$dir"; run sync "$LIB"
    printf '%s\n' "$T_DIGEST" >>"$LIB/history"
  fi
}
close_transaction() { # TX
  local pid='' words
  run rm -f "$ACTIVE" "$LIB/question"
  run rm -f "$RUN/transaction"
  if [[ $SYSTEMD ]]; then
    [[ ! -e /run/systemd/transient/kuiil-undo-$1.timer ]] || run systemctl stop --no-block "kuiil-undo-$1.timer"
  elif [[ -e $RUN/undo.$1 ]]; then
    read -r pid <"$RUN/undo.$1"
    mapfile -td '' words <"/proc/$pid/cmdline" 2>/dev/null || :
    (( pid == $$ )) || [[ "${words[*]-}" != *" undo $1 "* ]] || kill "$pid"
    run rm -f "$RUN/undo.$1"
  fi
}
undo() { # back to what is confirmed, or to what was before Kuiil
  local code=0
  if [[ -e $CURRENT ]]; then ( go "$CURRENT" whole ) || code=$?; else ( restore ) || code=$?; fi
  (( ! code )) || return 6
  printf '%s\n' "$TX" >"$RUN/reverted"
  ( close_transaction "$TX" ) || return 6
}

overdue() { # whether the fleet went on without this host is the hub's to say
  local tries
  find_hub
  for (( tries = 0; tries < 30; tries++ )); do # the hub's own deadline is earlier: it is pending for a moment only
    ANSWER=''
    [[ ! $HUB ]] || ask_hub
    case $ANSWER in
      confirmed) if ( commit; close_transaction "$TX" ); then return 0; else break; fi ;;
      pending) nap 2 ;;
      *) break ;;
    esac
  done
  undo || return 6
  [[ $HUB && ! $ANSWER ]] || rm -f "$LIB/question"
}
find_hub() { # HUB: 'ADDRESS PORT' to ask; SERVE: where this host answers, being the hub
  local line
  HUB='' SERVE=''
  for line in "${OWNER[@]}"; do
    [[ $line =~ ^(hub|answer)\ ([0-9a-f.:]+\ [0-9]+)$ ]] || continue
    if [[ ${BASH_REMATCH[1]} == hub ]]; then HUB=${BASH_REMATCH[2]}; else SERVE=${BASH_REMATCH[2]}; fi
  done
}
ask_hub() { ANSWER=$(timeout 2 /bin/bash "$SCRIPT" question "${HUB% *}" "${HUB#* }" "$TX" 2>/dev/null 9>&-) || ANSWER=''; }
question() { # ADDRESS PORT TX
  local tx answer
  exec 3<>"/dev/tcp/$1/$2"
  printf '%s\n' "$3" >&3
  read -r tx answer <&3
  [[ $tx != "$3" ]] || printf '%s' "$answer"
}
answer() { # what this host knows of the transaction that it reads
  local asked word=unknown reverted=''
  read -rt 2 asked || :
  digest_of "$CURRENT"
  [[ ! -e $RUN/reverted ]] || read -r reverted <"$RUN/reverted"
  [[ $reverted != "$asked" ]] || word=reverted
  ! load_transaction "$RUN/transaction" || [[ $TX != "$asked" ]] || word=pending
  [[ $DECIDED != "$asked" ]] || word=confirmed
  printf '%s %s\n' "$asked" "$word"
}
serve() { # SECONDS: answers on the hub's tunnel address
  local address=${SERVE% *} port=${SERVE#* }
  if [[ $SYSTEMD ]]; then
    [[ ! -e /run/systemd/transient/kuiil-answer.service ]] || run systemctl stop kuiil-answer
    [[ $address != *:* ]] || address="[$address]"
    run systemd-run --collect --quiet --unit=kuiil-answer --property=RuntimeMaxSec="$1" \
      systemd-socket-activate --listen="$address:$port" --accept --inetd /bin/bash --norc "$SCRIPT" answer
  elif type -P perl >/dev/null; then
    [[ ! -e $RUN/answer.pid ]] || { read -r port <"$RUN/answer.pid"; kill "$port" 2>/dev/null || :; port=${SERVE#* }; }
    # shellcheck disable=SC2016 # perl's variables
    setsid perl -MIO::Socket::IP -e '$SIG{CHLD} = "IGNORE"; alarm shift; my $s = IO::Socket::IP->new(LocalHost => shift,
      LocalPort => shift, Listen => 64, ReuseAddr => 1) or die; while (1) { my $c = $s->accept or next; next if fork;
      open STDIN, "<&", $c; open STDOUT, ">&", $c; exec @ARGV }' \
      "$1" "$address" "$port" /bin/bash --norc "$SCRIPT" answer </dev/null >/dev/null 2>&1 9>&- &
    printf '%s\n' $! >"$RUN/answer.pid"
  fi
}

# --- verbs ---
check_names() { # TX DIGEST
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ ]] || no 2 "not a transaction's name: $1"
  [[ $2 =~ ^[0-9a-f]{64}$ ]] || no 2 "not a digest: $2"
}
snapshot() { # IFACE; writes nothing
  local value field backend=legacy
  printf '%s\n' '= host' "script 1"
  uptime_now; printf 'uptime %s\nsystemd %s\n' "$NOW" "${SYSTEMD:-no}"
  choose_backend
  case $BACKEND in -nft) backend=nft ;; '') ! is_nft || backend=nft ;; esac
  printf 'backend %s\n' "$backend"
  digest_of "$CURRENT"; printf 'current %s\n' "${DIGEST:--}"
  digest_of "$ACTIVE"; printf 'active %s\n' "${DIGEST:--}"
  ! load_transaction "$RUN/transaction" || printf 'transaction %s %s %s %s\n' "$TX" "$T_DIGEST" "$T_DEADLINE" "$T_PHASE"
  read -r value </proc/sys/kernel/osrelease; printf 'kernel %s\n' "$value"
  ! type -P wg >/dev/null || printf 'wg %s\n' "$(wg --version)"
  owner
  if [[ -e $NET/$1 ]]; then
    for field in public-key listen-port endpoints allowed-ips persistent-keepalive latest-handshakes; do
      printf '= wg.%s\n' "$field"; wg show "$1" "$field" || :
    done
    printf '= link\n'; ip -o link show "$1"
    printf '= addresses\n'; ip -o addr show dev "$1" scope global
  fi
  printf '= routes4\n'; ip -4 route show table main proto 75
  printf '= routes6\n'; ip -6 route show table main proto 75
  show_rules 4 iptables; show_rules 6 ip6tables
  printf '= sysctl\n'
  for field in net.ipv4.ip_forward net.ipv6.conf.all.forwarding; do
    [[ ! -e /proc/sys/${field//.//} ]] || { read -r value <"/proc/sys/${field//.//}"; printf '%s %s\n' "$field" "$value"; }
  done
  [[ ! -e $CURRENT/decision ]] || printf '= decision\n%s\n' "$(<"$CURRENT/decision")"
  [[ ! -e $CURRENT/fleet ]] || printf '= fleet\n%s\n' "$(<"$CURRENT/fleet")"
  [[ ! -e $CURRENT/release ]] || printf '= confirmed\n%s\n' "$(<"$CURRENT/release")"
}
show_rules() { # FAMILY iptables|ip6tables
  local table line
  printf '= rules%s\n' "$1"
  type -P "$2$BACKEND-save" >/dev/null || return 0
  for table in filter mangle; do
    save_table "$2$BACKEND" "$table"
    printf '*%s\n' "$table"
    for line in "${LINES[@]}"; do [[ $line != -A* && $line != :* || ! $line =~ KUIIL-|^-A\ (FORWARD|INPUT)\  ]] || printf '%s\n' "$line"; done
  done
}
stage() { # DIGEST
  [[ $1 =~ ^[0-9a-f]{64}$ ]] || no 2 "not a digest: $1"
  check_tools; lock 10
  [[ -d $LIB/releases ]] || mkdir -p "$LIB/releases" || no 4 "cannot make $LIB/releases"
  printf '= did\n'
  if [[ -e $LIB/releases/$1 ]]; then cat >/dev/null
  else ( receive "$1" "$LIB/releases/.new" ) || { rm -rf "$LIB/releases/.new"; exit 4; }; fi
  ( keep_script; load_release "$LIB/releases/$1"; preflight ) || exit 4
}
activate() { # TX DIGEST SECONDS PHASE
  check_names "$1" "$2"
  [[ $3 =~ ^[0-9]{1,5}$ && $4 =~ ^(expand|switch|whole)$ ]] || no 2 'usage: activate TX DIGEST SECONDS expand|switch|whole'
  read_payload; exec </dev/null
  lock 5
  uptime_now
  printf '= did\n'
  if load_transaction "$RUN/transaction" && [[ "$TX $T_DIGEST" != "$1 $2" ]]; then
    (( NOW >= T_DEADLINE )) || { owner; no 3 "transaction $TX is pending"; }
    overdue || exit 6
  fi
  [[ -e $LIB/releases/$2/digest ]] || no 4 "$2 is not staged here"
  TX=$1 T_DIGEST=$2 OWNER=("${PAYLOAD[@]}")
  ( load_release "$LIB/releases/$2"; capture ) || exit 4
  find_hub
  if ( begin "$1" "$2" "$4" "$3"; go "$ACTIVE" "$4"; [[ ! $SERVE ]] || serve $(( $3 + 600 )) ); then return 0; fi
  TX=$1
  undo || exit 6
  exit 5
}
go() { # DIR MODE: endpoints of a cut switch are not to be believed
  [[ $2 == expand ]] || : >"$RUN/applied"
  apply "$@"
  [[ $2 == expand ]] || printf '%s\n' "$DIGEST" >"$RUN/applied"
}
read_fleet() { # lines `HOST DIGEST`
  local line
  FLEET=''
  while IFS= read -r line; do [[ ! $line =~ ^[a-z0-9./-]+\ [0-9a-f]{64}$ ]] || FLEET+=$line$'\n'; done
}
confirm() { # TX DIGEST SECONDS keep|contract
  check_names "$1" "$2"
  [[ $3 =~ ^[0-9]{1,5}$ && $4 =~ ^(keep|contract)$ ]] || no 2 'usage: confirm TX DIGEST SECONDS keep|contract'
  read_fleet; exec </dev/null
  lock 10
  uptime_now
  digest_of "$CURRENT"
  printf '= did\n'
  if load_transaction "$RUN/transaction"; then
    [[ $TX == "$1" ]] || { owner; no 3 "transaction $TX is pending"; }
    [[ $T_DIGEST == "$2" ]] || no 4 "transaction $1 is about $T_DIGEST"
    [[ "$DECIDED $DIGEST" == "$1 $2" ]] || (( NOW < T_DEADLINE )) || no 4 'the deadline has passed'
    printf '%s\n' $(( NOW + $3 )) >"$RUN/keep"
    ( commit; close_transaction "$1" ) || exit 4
  elif [[ $DIGEST != "$2" ]]; then no 4 "no transaction is pending, and ${DIGEST:-nothing} is confirmed"; fi
  [[ $4 == keep ]] || { : >"$RUN/keep"; ( go "$CURRENT" whole; drop_links dangling; prune ) || exit 6; }
}
prune() { # keeps the last five confirmed releases
  local dir recent=()
  mapfile -t recent <"$LIB/history"
  (( ${#recent[@]} <= 5 )) || recent=("${recent[@]: -5}")
  for dir in "$LIB"/releases/*; do
    [[ " ${recent[*]} $DIGEST " == *" ${dir##*/} "* ]] || run rm -rf "$dir"
  done
  for dir in "$LIB"/confirmed/*; do [[ $dir -ef $CURRENT ]] || run rm -rf "$dir"; done
}
revert() { # TX
  lock 15
  printf '= did\n'
  if load_transaction "$RUN/transaction"; then
    [[ $TX == "$1" ]] || { owner; no 3 "transaction $TX is pending"; }
    undo || exit 6
  else
    digest_of "$CURRENT"
    [[ $DECIDED != "$1" ]] || no 4 "transaction $1 is confirmed"
  fi
  rm -f "$LIB/question"
}
tick() {
  local until=0 mode=whole
  [[ -d $RUN ]] || mkdir -p "$RUN"
  exec 9>"$RUN/lock"; flock -n 9 || return 0 # whoever holds it is at it
  uptime_now
  printf '= did\n'
  if load_transaction "$RUN/transaction"; then
    if (( NOW >= T_DEADLINE )); then overdue || exit 6; else ( go "$ACTIVE" "$T_PHASE" ) || exit 6; fi
  elif [[ -e $CURRENT ]]; then
    [[ ! -e $LIB/question ]] || catch_up
    [[ ! -s $RUN/keep ]] || read -r until <"$RUN/keep"
    (( NOW >= until )) || mode=switch
    ( go "$CURRENT" "$mode"; [[ $mode != whole ]] || drop_links dangling; resolve_endpoints ) || exit 6
  elif [[ -e $ORIGINAL ]]; then ( restore ) || exit 6; fi
}
catch_up() { # this host went back without word from the hub: ask again
  load_transaction "$LIB/question" || return 0
  find_hub; ask_hub
  case $ANSWER in
    confirmed) PAYLOAD=("${OWNER[@]}"); ( begin "$TX" "$T_DIGEST" switch 60; go "$ACTIVE" switch; commit; close_transaction "$TX" ) || undo || exit 6 ;;
    pending | '') ;;
    *) rm -f "$LIB/question" ;;
  esac
}
resolve_endpoints() { # a name is resolved when it is set; 135 s is 15 more than a live tunnel lets pass (REKEY_AFTER_TIME)
  local peer args=() now
  [[ -e $NET/$IFACE && "${ENDPOINT[*]}" == *[g-z]* ]] || return 0
  live latest-handshakes
  printf -v now '%(%s)T' -1
  for peer in "${PEERS[@]}"; do
    [[ ${ENDPOINT[$peer]} =~ ^[^[].*[g-zG-Z].*: ]] || continue
    (( now - ${LIVE[latest-handshakes $peer]-0} <= 135 )) || args+=(peer "$peer" endpoint "${ENDPOINT[$peer]}")
  done
  STEP=peers; set_peers "${args[@]}"
}
remove() { # DIGEST or -
  lock 15
  printf '= did\n'
  ! load_transaction "$RUN/transaction" || { owner; no 3 "transaction $TX is pending"; }
  digest_of "$CURRENT"
  [[ $1 == - || ! $DIGEST || $1 == "$DIGEST" ]] || no 4 "$DIGEST is confirmed"
  ( run rm -f "$CURRENT"; restore; forget_key ) || exit 6
  printf '+ rm -rf %s %s\n' "$LIB" "$RUN"
  rm -rf "$LIB" "$RUN"
}
forget_key() {
  local key
  [[ -e $LIB/made-key ]] || return 0
  read -r key <"$LIB/made-key"
  run rm -f "$key"
}
probe() { # IFACE
  local line kind target size peers=()
  IFACE=$1
  read_payload; exec </dev/null
  lock 10
  need ping iputils-ping iputils iputils
  printf '= did\n'
  for line in "${PAYLOAD[@]}"; do [[ $line != handshake\ * ]] || peers+=("${line#* }"); done
  SHOOK=()
  (( ! ${#peers[@]} )) || shake "${peers[@]}"
  printf '= probes\n'
  (( ! ${#SHOOK[@]} )) || printf 'handshake %s\n' "${SHOOK[@]}"
  for line in "${PAYLOAD[@]}"; do
    read -r kind target size <<<"$line"
    [[ $kind == handshake ]] || send "$kind" "$target" "$size" 9>&- &
  done
  wait
}
send() { # a probe for two seconds; a TCP port that refuses has been reached
  local word=failed header=28
  [[ $2 != *:* ]] || header=48
  # shellcheck disable=SC2016 # for the inner bash
  case $1 in
    ping) ! ping -nqc1 -w2 -i0.3 "$2" || word=ok ;;
    ping-df) ! ping -nqc1 -w2 -i0.3 -s $(( $3 - header )) -M 'do' "$2" || word=ok ;;
    tcp) ! timeout 2 /bin/bash -c ': <>"/dev/tcp/$0/$1"' "$2" "$3" || word=ok ;;
  esac >/dev/null 2>&1
  printf '%s %s%s %s\n' "$1" "$2" "${3:+ $3}" "$word"
}
shake() { # PEER…: a new handshake with each, into SHOOK. A peer taken out and put back in one call starts at once
  local peer tries kick=() calm=() left=("$@") still
  declare -gA LIVE=()
  load_release "$ACTIVE"
  live allowed-ips; live endpoints; live persistent-keepalive
  for peer in "$@"; do
    [[ ! ${ENDPOINT[$peer]-} ]] || LIVE[endpoints $peer]=${ENDPOINT[$peer]}
    [[ ${LIVE[persistent-keepalive $peer]-off} != off ]] || calm+=(peer "$peer" persistent-keepalive off)
  done
  for (( tries = 0; tries < 30 && ${#left[@]}; tries++ )); do
    kick=() # each second: an answer may be lost, and one who still sends from an old port is roamed back to
    if (( tries % 10 == 0 )); then
      for peer in "${left[@]}"; do
        [[ ! ${LIVE[endpoints $peer]-} ]] || kick+=(peer "$peer" remove peer "$peer" endpoint "${LIVE[endpoints $peer]}"
          persistent-keepalive "${LIVE[persistent-keepalive $peer]/off/1}" allowed-ips "${LIVE[allowed-ips $peer]// /,}")
      done
      set_peers "${kick[@]}"
    fi
    nap 0.1
    live latest-handshakes
    still=()
    for peer in "${left[@]}"; do
      if (( ${LIVE[latest-handshakes $peer]-0} )) && [[ ${LIVE[endpoints $peer]-} ]]; then SHOOK+=("$peer ok"); else still+=("$peer"); fi
    done
    left=("${still[@]}")
  done
  set_peers "${calm[@]}"
  (( ! ${#left[@]} )) || SHOOK+=("${left[@]/%/ failed}")
}
detach() { # VERB ARG…: where a cut connection does not reach it; its output is followed from a file
  local dir=$RUN/call.$$ text='' more pid='' unit=kuiil-$1-$$
  check_tools
  [[ -e $SCRIPT || $1 == activate ]] || exit 0
  [[ -e $SCRIPT ]] || no 4 'nothing is staged here'
  mkdir -p "$dir"
  cat >"$dir/in"; : >"$dir/out"
  exec 7<"$dir/out"
  if [[ $SYSTEMD ]]; then
    systemd-run --collect --quiet --unit="$unit" --property=RuntimeMaxSec=300 --property=StandardInput=file:"$dir/in" \
      --property=StandardOutput=file:"$dir/out" --property=StandardError=file:"$dir/out" /bin/bash "$SCRIPT" detached "$dir" "$@" || no 4 'systemd-run failed'
  else
    setsid timeout 300 /bin/bash "$SCRIPT" detached "$dir" "$@" <"$dir/in" >"$dir/out" 2>&1 7<&- &
  fi
  while :; do
    [[ $pid || ! -s $dir/pid ]] || read -r pid <"$dir/pid"
    [[ ! $pid ]] || kill -0 "$pid" 2>/dev/null || pid=gone
    IFS= read -rd '' more <&7 || :
    text+=$more
    [[ ! $text =~ (^|$'\n')=\ end\ ([0-9]+)$'\n'$ ]] || break
    [[ $pid != gone ]] || { printf '%s' "$text"; no 6 'killed: the undo timer will put the host back'; }
    nap 0.02
  done
  trap - EXIT
  printf '%s' "$text"
  rm -rf "$dir"
  exit "${BASH_REMATCH[2]}"
}

undo_later() { # TX SECONDS
  [[ $SYSTEMD ]] || printf '%s\n' $$ >"$RUN/undo.$1"
  (( ! $2 )) || nap "$2"
  while load_transaction "$RUN/transaction" && [[ $TX == "$1" ]] && uptime_now && (( NOW < T_DEADLINE )); do nap 1; done
  lock 60
  if load_transaction "$RUN/transaction" && [[ $TX == "$1" ]]; then overdue || exit 6; fi
}
main() {
  local verb=${1-} detached=''
  (( ! $# )) || shift
  case $verb in
    question) question "$@"; exit ;;
    answer) answer; exit ;;
    detached) detached=yes verb=$2; printf '%s\n' $$ >"$1/pid"; shift 2 ;;
    *) printf 'kuiil 1 %s\n' "${verb:--}" ;;
  esac
  STEP=$verb VERB=$verb
  trap 'end_answer $?' EXIT
  (( EUID == 0 )) || no 4 'not root'
  case $verb in
    activate | revert | remove) if [[ $detached ]]; then "$verb" "$@"; else detach "$verb" "$@"; fi ;;
    snapshot | stage | confirm | tick | probe) "$verb" "$@" ;;
    undo) undo_later "$@" ;;
    *) no 2 'verbs: snapshot stage activate confirm revert probe tick remove' ;;
  esac
}
main "$@"
