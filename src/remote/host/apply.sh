# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# From whatever is in the kernel to a release. What is right is not touched.

apply() { # DIR MODE: expand only adds, switch also changes what there is one of, whole also removes
  local link
  load_release "$1"
  MODE=$2 DROP_PEERS=() DROP_ADDRESSES=()
  read -r DIGEST <"$DIR/digest"
  LAST=''
  [[ ! -e $RUN/applied ]] || read -r LAST <"$RUN/applied" || :
  # emptied meanwhile: the endpoints of a switch that was cut are not to be believed
  [[ $MODE == expand || $LAST == "$DIGEST" ]] || : >"$RUN/applied"
  STEP=sysctl
  set_forwarding
  STEP=rules
  choose_backend
  write_rules iptables
  write_rules ip6tables
  STEP=interface
  if raise_interface; then
    add_addresses
    STEP=peers
    compare_peers
    set_peers "${ADD[@]}"
    meet_anew
  fi
  STEP=routes
  load_routes
  compare_routes
  run_batch "${ADD[@]}"
  [[ $MODE != whole ]] || drop_the_rest
  [[ $MODE == expand || $LAST == "$DIGEST" ]] || printf '%s\n' "$DIGEST" >"$RUN/applied"
}

drop_the_rest() {
  local link
  drop_routes
  STEP=peers
  (( ! ${#DROP_PEERS[@]} )) || note_roamed
  set_peers "${DROP_PEERS[@]}"
  STEP=interface
  drop_addresses
  for link in "$RUN"/link.*; do
    [[ $link == "$RUN/link.$IFACE" && $PORT ]] || take_down "${link##*/link.}"
  done
}

set_forwarding() {
  local name value now
  [[ -e $DIR/90-kuiil.conf ]] || return 0
  while read -r name _ value; do
    case $name in
      net.ipv4.ip_forward | net.ipv6.conf.all.forwarding) ;;
      '#'* | '') continue ;;
      *) no 4 "not a switch of Kuiil: $name" ;;
    esac
    read -r now <"/proc/sys/${name//.//}"
    [[ $now != "$value" ]] || continue
    [[ -e $ORIGINAL/$name ]] || store "$ORIGINAL/$name" "$now"$'\n'
    run write "/proc/sys/${name//.//}" "$value"
  done <"$DIR/90-kuiil.conf"
}
