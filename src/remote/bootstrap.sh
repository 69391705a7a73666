# shellcheck shell=bash disable=SC2154 # what it is told stands before it
say() { printf 'kuiil bootstrap: %s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

main() {
  (( EUID == 0 )) || fail 'run it as root'
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  kuiil_host >"$work/kuiil-host"
  case ${1-} in
    '') join ;;
    --undo) leave ;;
    *) fail 'usage: bash kuiil-bootstrap.sh [--undo]' ;;
  esac
}

join() {
  local public='-' type blob line
  install_tools
  call enrol "$interface" "$kind" "$way" </dev/null
  [[ $kind == plain ]] || public=$(sed -n 's/^public-key //p' "$work/answer")
  read -r _ type blob < <(grep -m 1 '^host-key ' "$work/answer")
  call pin <<<"$pins"
  [[ ! $tunnel ]] || first_tunnel
  line="kuiil-join v1 $network $host $public $type $blob"
  say 'done; where topology.yaml is, run "kuiil enrol add" with the line below'
  printf '%s %.8s\n' "$line" "$(printf '%s' "$line" | sha256sum)"
}

leave() {
  local conf=/etc/wireguard/$interface.conf
  [[ ! -e /var/lib/kuiil/current ]] ||
    fail "a network is deployed here: first run \`kuiil remove --only $host\` where topology.yaml is"
  if [[ -f $conf && ! -L $conf ]] && grep -qxF -e "$mark" "$conf"; then
    if [[ -d /run/systemd/system ]]; then
      systemctl disable --now "wg-quick@$interface"
    elif [[ -e /sys/class/net/$interface ]]; then
      wg-quick down "$interface"
    fi
    rm -f "$conf"
  fi
  call unpin <<<"${pins%%$'\n'*}"
  say 'taken back; packages that it installed are left'
}

call() { # VERB ARG…: what changed is told, what failed as well, with all that is known
  if bash "$work/kuiil-host" "$@" >"$work/answer"; then
    sed -n 's/^+ /  + /p' "$work/answer" >&2
  else
    sed 's/^/  /' "$work/answer" >&2
    fail "$1 failed; what it did is above"
  fi
}

install_tools() {
  local tool missing='' packages='iproute2 iptables util-linux coreutils iputils-ping'
  local tools='ip iptables-restore flock setsid timeout ping'
  if [[ $kind == tunnel ]]; then
    tools+=' wg wg-quick' packages+=' wireguard-tools'
    if [[ ! -e /sys/module/wireguard ]] && ! modprobe -nq wireguard 2>/dev/null; then
      tools+=' wireguard-go' packages+=' wireguard-go'
    fi
  fi
  for tool in $tools; do type -P "$tool" >/dev/null || missing+=" $tool"; done
  [[ $missing ]] || return 0
  say "installing what is missing:$missing"
  # shellcheck disable=SC2086 # each word is a package
  if type -P apt-get >/dev/null; then
    apt-get -q update >&2
    DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends $packages >&2
  elif type -P dnf >/dev/null; then
    packages=${packages/iproute2/iproute} packages=${packages/iptables/iptables-nft} packages=${packages/iputils-ping/iputils}
    dnf -qy install $packages >&2
  elif type -P apk >/dev/null; then
    packages=${packages/iputils-ping/iputils} packages=${packages/wireguard-tools/wireguard-tools wireguard-tools-wg-quick}
    apk add --quiet $packages >&2
  else
    fail 'no apt-get, dnf or apk is here to install it'
  fi
}

first_tunnel() { # a peer for the hub and nothing else: the way in for the deployer, who puts the whole network in its place
  local conf=/etc/wireguard/$interface.conf
  if [[ -e $conf || -L $conf ]] && ! grep -qxF -e "$mark" "$conf"; then
    [[ ! -e /var/lib/kuiil/current ]] || return 0
    fail "$conf is there already, and not from here: move it away, or enrol this host as it is"
  fi
  if [[ -e $conf && $(<"$conf") == "$tunnel" && -e /sys/class/net/$interface ]]; then return 0; fi
  say "writing $conf"
  printf '%s\n' "$tunnel" >"$conf.new"
  mv -f "$conf.new" "$conf"
  if [[ -d /run/systemd/system ]]; then
    systemctl enable "wg-quick@$interface"
    systemctl restart "wg-quick@$interface"
  else
    [[ ! -e /sys/class/net/$interface ]] || wg-quick down "$interface"
    wg-quick up "$interface"
  fi
}
