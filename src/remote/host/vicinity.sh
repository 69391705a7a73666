# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What a drift check wants to know beside the kernel's own state. Writes nothing.

vicinity() { # IFACE
  local line pings=()
  read_payload
  exec </dev/null
  say '= probes\n'
  for line in "${PAYLOAD[@]}"; do # tcp needs a file, and this writes none
    case $line in 'ping '* | 'ping-df '*) pings+=("$line") ;; esac
  done
  send_pings "${pings[@]}"
  show_files "$1"
  show_units "$1"
  show_source_filters
  show_neighbours
  show_old_backend
  show_text mended "$LIB/mended"
}

show_files() { # IFACE: what is at our paths; ours is the link through the pointer. The key stays where it is, also where that is lost
  local key=/etc/wireguard/$1.key path newer='' paths=()
  [[ ! -e $CURRENT/release ]] || show_links
  for path in "${paths[@]}"; do [[ ! $path -nt $CURRENT/decision ]] || newer=yes; done
  say '= stats\n' # of a key its mode; of others when they were changed, where that was after the confirmation
  [[ ! -e $key && ! $newer ]] || tell stat -Lc '%a %Y %n' "${paths[@]}" "$key"
  [[ ! -e $key ]] || { say '= key\n'; tell wg pubkey <"$key"; } 2>/dev/null || :
}

show_links() { # and leaves their paths in the caller's list
  local path i kind text='' kept='' others=()
  # a NUL in it would be told otherwise than it is compared here, and a large one is sooner hashed
  if IFS= read -rd '' text <"$CURRENT/release" || (( ${#text} > 65536 )); then list_files "$CURRENT/release" paths
  else list_files "$CURRENT/release"; fi
  paths=("${PATHS[@]}")
  say '= files\n'
  for i in "${!paths[@]}"; do
    path=${paths[i]} kind=foreign
    [[ -e $path ]] || continue
    [[ ! -L $path || ! $path -ef $CURRENT/${path##*/} ]] || kind=ours
    say '%s %s\n' "$kind" "$path"
    if [[ ${TEXTS[i]+x} ]] && reads_as "$path" "${TEXTS[i]}"; then kept+="kept $path"$'\n'
    elif [[ -f $path || $path -ef /dev/null ]]; then others+=("$path"); fi # a pipe would be waited for
  done
  [[ ! -e $SCRIPT ]] || say 'ours %s\n' "$SCRIPT"
  say '= digests\n%s' "$kept"
  (( ! ${#others[@]} )) || tell sha256sum "${others[@]}"
}

show_units() { # IFACE
  local name text kept
  [[ $SYSTEMD && -e $CURRENT ]] || return 0
  say '= units\n'
  units_are_well "$1" || tell systemctl show --property=Id,LoadState,ActiveState,UnitFileState,StateChangeTimestampMonotonic \
    kuiil.service kuiil.timer "wg-quick@$1.service"
  for name in kuiil.service kuiil.timer; do # as they were written; a Kuiil before this one kept no copy
    [[ -e $LIB/units/$name ]] || continue
    IFS= read -rd '' kept <"$LIB/units/$name" || :
    text=''
    [[ ! -e $UNITS/$name ]] || IFS= read -rd '' text <"$UNITS/$name" || :
    [[ $text == "$kept" ]] || say 'Altered=%s\n' "$name"
  done
}

units_are_well() { # IFACE: and says so as systemctl show would, which costs systemd twice as much
  local id line text units=(kuiil.service kuiil.timer) said=''
  [[ ! -e $CURRENT/$1.conf ]] || units+=("wg-quick@$1.service")
  for id in "${units[@]}"; do
    [[ -L $WANTS/$id || -L $UNITS/timers.target.wants/$id ]] && [[ ! $UNITS/$id -ef /dev/null ]] || return 1
  done
  text=$(exec systemctl list-units --all --plain --no-legend "${units[@]}" 2>/dev/null) || return 1
  split "$text"
  (( ${#LINES[@]} == ${#units[@]} )) || return 1
  for line in "${LINES[@]}"; do
    words "$line"
    case "${WORDS[*]:0:3}" in
      *' loaded active' | 'kuiil.service loaded inactive') ;;
      *) return 1 ;;
    esac
    said+="Id=${WORDS[0]}"$'\n'"LoadState=${WORDS[1]}"$'\n'"ActiveState=${WORDS[2]}"$'\nUnitFileState=enabled\n\n'
  done
  say '%s' "$said"
}

show_source_filters() {
  local file value
  say '= rp-filter\n'
  for file in /proc/sys/net/ipv4/conf/*/rp_filter; do
    read -r value <"$file"
    [[ $value == 0 ]] || { file=${file%/rp_filter}; say '%s %s\n' "${file##*/}" "$value"; }
  done
}

show_neighbours() { # who else sets routes and rules here
  say '= neighbours\n'
  [[ ! -d /run/systemd/netif ]] || say 'systemd-networkd\n'
  [[ ! -d /run/NetworkManager ]] || say 'NetworkManager\n'
  [[ ! -e /run/docker.pid && ! -e /var/run/docker.pid ]] || say 'Docker\n'
  [[ ! -d /run/firewalld && ! -e /run/firewalld.pid ]] || say 'firewalld\n'
  [[ ! -e /run/bird/bird.ctl && ! -d /var/run/calico ]] || say 'BIRD\n'
  [[ ! -d /run/flannel ]] || say 'Flannel\n'
  [[ ! -d /var/run/cilium ]] || say 'Cilium\n'
}

show_old_backend() { # chains of ours where nobody looks any more
  local tool table line other=-legacy family=4
  type -P iptables-nft iptables-legacy >/dev/null || return 0
  [[ $BACKEND == -legacy ]] || { [[ ! $BACKEND ]] && ! is_nft; } && other=-nft
  say '= old-backend\n'
  for tool in iptables ip6tables; do
    our_tables "$tool" "$CURRENT"
    for table in "${TABLES[@]}"; do
      save_table "$tool$other" "$table"
      for line in "${LINES[@]}"; do
        [[ $line != :KUIIL-* ]] || { line=${line#:}; say '%s %s %s\n' "$family" "$table" "${line%% *}"; }
      done
    done
    family=6
  done
}

note_mended() { # ANSWER: what a tick did, for the drift check; the last 200 lines
  local line lines=() now
  [[ ! -e $LIB/mended ]] || mapfile -t lines <"$LIB/mended"
  printf -v now '%(%s)T' -1
  while IFS= read -r line; do
    [[ ! $line =~ ^[+|]\ [^:*C] || $line =~ ^'+ ip'.*('-batch'|'-restore') ]] || lines+=("$now ${line:2:200}")
  done <<<"$1"
  (( ${#lines[@]} <= 200 )) || lines=("${lines[@]: -200}")
  { printf '%s\n' "${lines[@]}" >"$LIB/mended.new" && mv -f "$LIB/mended.new" "$LIB/mended"; } 2>/dev/null || :
}
