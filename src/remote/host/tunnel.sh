# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# The WireGuard interface and its addresses.

raise_interface() { # false when this release has none, or when it cannot be there yet
  local link mtu flags
  STARTED=''
  [[ $PORT ]] || return 1
  for link in "$RUN"/link.*; do # one of another name holds the port until the switch
    [[ $link == "$RUN/link.$IFACE" ]] || if [[ $MODE == expand ]]; then return 1; else take_down "${link##*/link.}"; fi
  done
  [[ -e $RUN/link.$IFACE || ! -e $NET/$IFACE || -e $CURRENT/$IFACE.conf || -e $ORIGINAL/live ]] || capture_interface
  : >"$RUN/link.$IFACE"
  [[ -e $NET/$IFACE ]] || { STARTED=yes; start_interface; }
  read -r mtu <"$NET/$IFACE/mtu"
  read -r flags <"$NET/$IFACE/flags"
  [[ $mtu == "$MTU" || $MODE == expand ]] || mtu=wrong
  [[ $mtu != wrong && $(( flags & 1 )) == 1 ]] || run ip link set dev "$IFACE" mtu "$MTU" up
}

start_interface() {
  local conf=/etc/wireguard/$IFACE.conf
  if [[ ! $SYSTEMD ]]; then
    run wg-quick up "$DIR/$IFACE.conf" 9>&- # wireguard-go would keep the lock
    return
  fi
  if [[ -e $conf && ! -L $conf ]]; then # a file from before Kuiil stays until the confirmation
    run systemd-run --quiet --unit="kuiil-$IFACE" --property=Type=oneshot --property=RemainAfterExit=yes \
      wg-quick up "$DIR/$IFACE.conf"
    return
  fi
  [[ -e $conf ]] || point "$conf" "$ACTIVE/$IFACE.conf" # dangles after a reboot; the unit is not enabled: harmless
  own try systemctl reset-failed "wg-quick@$IFACE" # five starts in ten seconds, and systemd refuses the next
  run systemctl start "wg-quick@$IFACE"
  # A killed wireguard-go leaves it active. A tick runs in kuiil.service, which is part of it and would end with it
  [[ -e $NET/$IFACE ]] || run systemctl restart --job-mode=ignore-dependencies "wg-quick@$IFACE"
}

take_down() { # NAME; what wg-quick wants for it may be gone already, and wireguard-go may linger: nothing waits for them
  [[ ! -e $NET/$1 ]] || run ip link del dev "$1"
  if [[ $SYSTEMD ]]; then
    own try systemctl kill --signal=KILL "wg-quick@$1" "kuiil-$1"
    run_anyway systemctl stop --job-mode=ignore-dependencies "wg-quick@$1" "kuiil-$1"
    own try systemctl reset-failed "wg-quick@$1"
  fi
  own rm -f "$RUN/link.$1"
}

list_addresses() { # into LINES
  local i
  ask ip -o addr show dev "$IFACE" scope global
  for i in "${!LINES[@]}"; do words "${LINES[i]}"; LINES[i]=${WORDS[3]-}; done
}

add_addresses() { # before any goes: with its last address an interface loses every route
  local address
  DROP_ADDRESSES=()
  list_addresses
  for address in "${LINES[@]}"; do
    [[ " ${ADDRESSES[*]} " == *" $address "* ]] || DROP_ADDRESSES+=("$address")
  done
  for address in "${ADDRESSES[@]}"; do
    [[ " ${LINES[*]} " == *" $address "* ]] || run ip addr add "$address" dev "$IFACE"
  done
}

drop_addresses() {
  local address
  for address in "${DROP_ADDRESSES[@]}"; do run ip addr del "$address" dev "$IFACE"; done
}
