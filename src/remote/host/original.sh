# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What was on the host before Kuiil, and the way back to it.

capture() { # once, before the first change
  local new=$ORIGINAL.new path
  [[ ! -e $ORIGINAL ]] || return 0
  own rm -rf "$new"
  own mkdir -p "$new/files"
  for path in "/etc/wireguard/$IFACE.conf" /etc/kuiil/{iptables.rules,ip6tables.rules,routes} /etc/sysctl.d/90-kuiil.conf; do
    [[ ! -e $path && ! -L $path ]] || own cp -a --parents "$path" "$new/files"
  done
  [[ ! -L $WANTS/wg-quick@$IFACE.service ]] || store "$new/enabled" "$IFACE"
  own sync "$new"
  own mv -T "$new" "$ORIGINAL"
}

capture_interface() { # one that is taken over while it works; wg showconf holds its keys and goes nowhere else
  local new=$ORIGINAL/live.new
  own mkdir -p "$new"
  wg showconf "$IFACE" >"$new/conf" 2>/dev/null || no 4 "cannot keep what $IFACE is now"
  list_addresses
  store "$new/addresses" "${LINES[*]}"
  store "$new/interface" "$IFACE"
  own cp "$NET/$IFACE/mtu" "$new/mtu"
  own sync "$new"/* "$new"
  : >"$RUN/taken-over"
  own mv -T "$new" "$ORIGINAL/live"
}

restore() { # repeating it after a kill is harmless
  local link name path value live=''
  [[ -e $ORIGINAL ]] || return 0
  STEP=restore MODE=whole DIR=/nonexistent
  [[ ! -e $ORIGINAL/live/interface ]] || read -r live <"$ORIGINAL/live/interface" || :
  for link in "$RUN"/link.*; do
    name=${link##*/link.}
    if [[ $name == "$live" && -e $RUN/taken-over && -e $NET/$name ]]; then restore_interface; else take_down "$name"; fi
  done
  restore_routes
  choose_backend
  write_rules iptables
  write_rules ip6tables
  for path in "$ORIGINAL"/net.*; do
    name=${path##*/}
    read -r value <"$path"
    run write "/proc/sys/${name//.//}" "$value"
  done
  drop_units
  drop_links ''
  restore_files
  # taken over before the last boot: as that boot would have raised it
  [[ ! $live || -e $NET/$live || ! -e /etc/wireguard/$live.conf ]] || raise_original "$live"
  own rm -rf "$ORIGINAL" "$RUN/taken-over"
}

restore_interface() { # in place: its hooks ran long ago and must not run twice
  local address old
  IFACE=$live
  read -r old <"$ORIGINAL/live/addresses" || :
  for address in $old; do run ip addr replace "$address" dev "$IFACE"; done
  run wg setconf "$IFACE" "$ORIGINAL/live/conf"
  read -r MTU <"$ORIGINAL/live/mtu"
  run ip link set dev "$IFACE" mtu "$MTU" up
  list_addresses
  for address in "${LINES[@]}"; do
    [[ " $old " == *" $address "* ]] || run ip addr del "$address" dev "$IFACE"
  done
  own rm "$RUN/link.$IFACE"
}

restore_files() {
  local path
  for path in /etc/wireguard/*.kuiil /etc/kuiil/*.kuiil /etc/sysctl.d/*.kuiil; do own rm -f "$path"; done # cut short
  [[ ! -d /etc/kuiil ]] || own rmdir --ignore-fail-on-non-empty /etc/kuiil
  [[ ! -e $ORIGINAL/files/etc ]] || run cp -a "$ORIGINAL/files/etc" /
  [[ ! -e $ORIGINAL/enabled || ! $SYSTEMD ]] || run systemctl enable --quiet "wg-quick@$(<"$ORIGINAL/enabled")"
}

raise_original() { # IFACE
  if [[ $SYSTEMD ]]; then run systemctl restart "wg-quick@$1"; else run wg-quick up "$1" 9>&-; fi
}
