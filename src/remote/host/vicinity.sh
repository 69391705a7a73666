# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What a drift check wants to know beside the kernel's own state. Writes nothing.

vicinity() { # IFACE
  local line pings=()
  read_payload
  exec </dev/null
  printf '= probes\n'
  for line in "${PAYLOAD[@]}"; do [[ $line != ping* ]] || pings+=("$line"); done # tcp needs a file, and this writes none
  send_all "${pings[@]}"
  show_files "$1"
  show_units "$1"
  show_source_filters
  show_neighbours
  show_old_backend
  show_text mended "$LIB/mended"
}

show_files() { # IFACE: what is at our paths; ours is the link through the pointer. The key stays where it is, also where that is lost
  local paths=() key=/etc/wireguard/$1.key path newer=''
  [[ ! -e $CURRENT/release ]] || show_links
  for path in "${paths[@]}"; do [[ ! $path -nt $CURRENT/decision ]] || newer=yes; done
  printf '= stats\n' # of a key its mode; of others when they were changed, where that was after the confirmation
  [[ ! -e $key && ! $newer ]] || stat -Lc '%a %Y %n' "${paths[@]}" "$key" 2>/dev/null || :
  [[ ! -e $key ]] || { printf '= key\n'; wg pubkey <"$key" 2>/dev/null || :; }
}

show_links() { # and leaves their paths in the caller's list
  local word path kind
  while read -r word _ path; do [[ $word != file ]] || paths+=("$path"); done <"$CURRENT/release"
  printf '= files\n'
  for path in "${paths[@]}"; do
    [[ -e $path ]] || continue
    kind=foreign
    [[ ! -L $path || ! $path -ef $CURRENT/${path##*/} ]] || kind=ours
    printf '%s %s\n' "$kind" "$path"
  done
  [[ ! -e $SCRIPT ]] || printf 'ours %s\n' "$SCRIPT"
  printf '= digests\n'
  sha256sum "${paths[@]}" 2>/dev/null || :
}

show_units() { # IFACE
  local name text kept
  [[ $SYSTEMD && -e $CURRENT ]] || return 0
  printf '= units\n'
  units_are_well "$1" || systemctl show --property=Id,LoadState,ActiveState,UnitFileState,StateChangeTimestampMonotonic \
    kuiil.service kuiil.timer "wg-quick@$1.service" 2>/dev/null || :
  for name in kuiil.service kuiil.timer; do # as they were written; a Kuiil before this one kept no copy
    [[ -e $LIB/units/$name ]] || continue
    IFS= read -rd '' kept <"$LIB/units/$name" || :
    text=''
    [[ ! -e $UNITS/$name ]] || IFS= read -rd '' text <"$UNITS/$name" || :
    [[ $text == "$kept" ]] || printf 'Altered=%s\n' "$name"
  done
}

units_are_well() { # IFACE: and says so as systemctl show would, which costs systemd twice as much
  local id load active text lines units=(kuiil.service kuiil.timer) said=''
  [[ ! -e $CURRENT/$1.conf ]] || units+=("wg-quick@$1.service")
  for id in "${units[@]}"; do
    [[ -L $WANTS/$id || -L $UNITS/timers.target.wants/$id ]] && [[ ! $UNITS/$id -ef /dev/null ]] || return 1
  done
  text=$(exec systemctl list-units --all --plain --no-legend "${units[@]}" 2>/dev/null) || return 1
  mapfile -t lines <<<"$text"
  (( ${#lines[@]} == ${#units[@]} )) || return 1
  for id in "${lines[@]}"; do
    read -r id load active _ <<<"$id"
    case "$load $active $id" in
      'loaded active '* | 'loaded inactive kuiil.service') ;;
      *) return 1 ;;
    esac
    said+="Id=$id"$'\n'"LoadState=$load"$'\n'"ActiveState=$active"$'\nUnitFileState=enabled\n\n'
  done
  printf '%s' "$said"
}

show_source_filters() {
  local file value
  printf '= rp-filter\n'
  for file in /proc/sys/net/ipv4/conf/*/rp_filter; do
    read -r value <"$file"
    [[ $value == 0 ]] || { file=${file%/rp_filter}; printf '%s %s\n' "${file##*/}" "$value"; }
  done
}

show_neighbours() { # who else sets routes and rules here
  printf '= neighbours\n'
  [[ ! -d /run/systemd/netif ]] || printf 'systemd-networkd\n'
  [[ ! -d /run/NetworkManager ]] || printf 'NetworkManager\n'
  [[ ! -e /run/docker.pid && ! -e /var/run/docker.pid ]] || printf 'Docker\n'
  [[ ! -d /run/firewalld && ! -e /run/firewalld.pid ]] || printf 'firewalld\n'
  [[ ! -e /run/bird/bird.ctl && ! -d /var/run/calico ]] || printf 'BIRD\n'
  [[ ! -d /run/flannel ]] || printf 'Flannel\n'
  [[ ! -d /var/run/cilium ]] || printf 'Cilium\n'
}

show_old_backend() { # chains of ours where nobody looks any more
  local tool table line other=-legacy family=4
  type -P iptables-nft iptables-legacy >/dev/null || return 0
  [[ $BACKEND == -legacy ]] || { [[ ! $BACKEND ]] && ! is_nft; } && other=-nft
  printf '= old-backend\n'
  for tool in iptables ip6tables; do
    our_tables "$tool" "$CURRENT"
    for table in "${TABLES[@]}"; do
      save_table "$tool$other" "$table"
      for line in "${LINES[@]}"; do
        [[ $line != :KUIIL-* ]] || { line=${line#:}; printf '%s %s %s\n' "$family" "$table" "${line%% *}"; }
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
