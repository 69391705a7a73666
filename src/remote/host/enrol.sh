# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Letting a host into the network, from its administrator's own session: keys are made and read, the deployer's are pinned.

verb_enrol() { # IFACE tunnel|plain alone|jump: what stands in the way, all of it; else the keys that others may know
  local key=/etc/wireguard/${1-}.key
  [[ ${1-} =~ ^[A-Za-z0-9_=+.-]{1,15}$ && $1 != .* && " tunnel plain " == *" ${2-} "* && " alone jump " == *" ${3-} "* ]] ||
    no 2 'usage: enrol IFACE tunnel|plain alone|jump'
  exec </dev/null
  obstacles "$2" "$3"
  lock 10
  IFACE=$1
  printf '= did\n'
  if [[ $2 == tunnel ]]; then
    [[ -d $LIB ]] || mkdir -p "$LIB"
    [[ -e $key ]] || make_key "$key"
  fi
  printf '= enrol\n'
  if [[ $2 == tunnel ]]; then
    ask wg pubkey <"$key"
    printf 'public-key %s\n' "${LINES[0]}"
  fi
  show_host_key
}

obstacles() { # tunnel|plain alone|jump: fails with everything that is missing, and one command that installs it
  local what text lacking=() packages=() dir
  for what in ip:iproute2:iproute flock:util-linux setsid:util-linux timeout:coreutils iptables-restore:iptables:iptables-nft \
    ping:iputils-ping:iputils wg:wireguard-tools wg-quick:wireguard-tools; do
    [[ $1 == tunnel || $what != wg* ]] || continue
    lacks "${what%%:*}" "$what"
  done
  [[ $1 == plain || -e /sys/module/wireguard ]] || modprobe -nq wireguard 2>/dev/null || lacks wireguard-go wireguard-go:wireguard-go
  for dir in /etc /var/lib; do [[ -w $dir ]] || lacking+=("a writable $dir"); done
  [[ $2 != jump ]] || ! sshd_says allowtcpforwarding '' || [[ $SAID =~ ^(yes|all|local)$ ]] ||
    lacking+=('AllowTcpForwarding in its sshd_config')
  (( ${#lacking[@]} )) || return 0
  printf -v text ', %s' "${lacking[@]}"
  printf '= failed\nstep %s\ncause it lacks %s\n' "$STEP" "${text:2}"
  (( ! ${#packages[@]} )) || printf 'hint %s %s\n' "$(installer)" "${packages[*]}"
  exit 4
}

lacks() { # TOOL TOOL:DEBIAN-PACKAGE[:OTHERS-PACKAGE]; into the caller's lists
  local package=${2#*:}
  ! type -P "$1" >/dev/null || return 0
  lacking+=("$1")
  if type -P apt-get >/dev/null; then package=${package%%:*}; else package=${package##*:}; fi
  [[ " ${packages[*]} " == *" $package "* ]] || packages+=("$package")
}

installer() {
  if type -P apt-get >/dev/null; then echo 'apt-get install'
  elif type -P dnf >/dev/null; then echo 'dnf install'
  else echo 'apk add'; fi
}

sshd_says() { # KEYWORD USER: the first value of a setting into SAID; false where sshd tells nothing
  local line where=()
  [[ ! $2 ]] || where=(-C "user=$2,host=localhost,addr=127.0.0.1")
  SAID=''
  while IFS= read -r line; do
    [[ $SAID || $line != "$1 "* ]] || SAID=${line#* }
  done < <(PATH=$PATH:/usr/sbin sshd -T "${where[@]}" 2>/dev/null)
  [[ $SAID ]]
}

show_host_key() { # one, of the kind that costs least: sshd shows the kind that is asked for
  local kind file type blob
  for kind in ed25519 ecdsa rsa; do
    file=/etc/ssh/ssh_host_${kind}_key.pub
    [[ -r $file ]] || continue
    read -r type blob _ <"$file"
    printf 'host-key %s %s\n' "$type" "$blob"
    return
  done
  no 4 'sshd has no host key in /etc/ssh'
}

verb_pin() { # payload: user NAME, then deploy|drift TYPE BLOB, and open ADDRESS PORT for each host that is reached through this one
  local line word a b user='' opens='' pins=() blobs=()
  read_payload
  exec </dev/null
  lock 10
  for line in "${PAYLOAD[@]}"; do
    read -r word a b <<<"$line"
    case $word in
      user) user=$a ;;
      open)
        [[ $a =~ ^[A-Za-z0-9.:-]+$ && $b =~ ^[0-9]{1,5}$ ]] || no 2 "not an address and a port: $a $b"
        [[ $a != *:* ]] || a="[$a]"
        opens+=",permitopen=\"$a:$b\"" ;;
      deploy | drift)
        [[ $a =~ ^[a-z0-9@.-]+$ && $b =~ ^[A-Za-z0-9+/]+=*$ ]] || no 2 "not a public key: $a $b"
        blobs+=("$b")
        pins+=("$word $a $b") ;;
      *) no 2 "not a word of pin: $word" ;;
    esac
  done
  printf '= did\n'
  find_authorized_keys "$user"
  read_other_keys
  for a in "${blobs[@]}"; do
    [[ $KEPT != *" $a"* ]] || no 4 "one of the deployer's keys may log in to $user already, for anything: make keys of its own for it"
  done
  install_helper
  # An sshd cannot be told to let nobody listen in this file: one port that is of no use stands for it.
  [[ ! $opens ]] || opens=,port-forwarding,permitlisten=\"127.0.0.1:1\"$opens
  for a in "${pins[@]}"; do
    KEPT+="restrict,command=\"$HELPER gate ${a%% *}\"$opens ${a#* } kuiil-${a%% *}"$'\n'
  done
  write_authorized_keys "$user"
}

verb_unpin() { # payload: user NAME; what enrol and pin made is gone
  local user
  read_payload
  exec </dev/null
  lock 10
  user=${PAYLOAD[0]-} user=${user#user }
  printf '= did\n'
  find_authorized_keys "$user"
  read_other_keys
  [[ ! -e $AUTHORIZED ]] || write_authorized_keys "$user"
  [[ ! -e $HELPER ]] || run rm -f "$HELPER"
  [[ ! -e $CURRENT && ! -e $ORIGINAL ]] || return 0 # `remove` forgets the key of a host that was deployed to
  forget_key
  [[ ! -d $LIB ]] || run rm -rf "$LIB"
}

find_authorized_keys() { # USER into AUTHORIZED: where sshd looks first
  local entry home
  [[ $1 =~ ^[A-Za-z_][A-Za-z0-9_.-]{0,31}$ ]] || no 2 "not a user: $1"
  entry=$(getent passwd "$1") || no 4 "there is no user $1"
  IFS=: read -r _ _ _ _ _ home _ <<<"$entry"
  sshd_says authorizedkeysfile "$1" || SAID=.ssh/authorized_keys
  AUTHORIZED=${SAID%% *} AUTHORIZED=${AUTHORIZED//%h/"$home"} AUTHORIZED=${AUTHORIZED//%u/"$1"}
  [[ $AUTHORIZED == /* ]] || AUTHORIZED=$home/$AUTHORIZED
}

read_other_keys() { # into KEPT: every line but ours
  local line
  KEPT=''
  [[ -e $AUTHORIZED ]] || return 0
  while IFS= read -r line || [[ $line ]]; do
    [[ $line =~ \ kuiil-(deploy|drift)$ ]] || KEPT+=$line$'\n'
  done <"$AUTHORIZED"
}

write_authorized_keys() { # USER
  local old='' dir=${AUTHORIZED%/*}
  [[ ! -e $AUTHORIZED ]] || IFS= read -rd '' old <"$AUTHORIZED" || :
  [[ $old != "$KEPT" ]] || return 0
  [[ -d $dir ]] || { run mkdir -p "$dir"; own chown "$1:" "$dir"; }
  printf '+ write %s\n' "$AUTHORIZED"
  store "$AUTHORIZED.kuiil" "$KEPT"
  own chown "$1:" "$AUTHORIZED.kuiil"
  own sync "$AUTHORIZED.kuiil"
  own mv -f "$AUTHORIZED.kuiil" "$AUTHORIZED"
}

install_helper() { # this script's own text, owned by root: who may only call it cannot change it
  local text=$SELF old=''
  [[ $text ]] || IFS= read -rd '' text <"$0" || :
  # -p: nothing of the caller's environment is run or read
  [[ $text == '#!'* ]] || text=$'#!/bin/bash -p\n'$text
  text=${text%$'\n'}$'\n'
  [[ ! -e $HELPER ]] || IFS= read -rd '' old <"$HELPER" || :
  [[ $old != "$text" ]] || return 0
  [[ -d ${HELPER%/*} ]] || run mkdir -pm 755 "${HELPER%/*}"
  printf '+ write %s\n' "$HELPER"
  store "$HELPER.kuiil" "$text"
  own chown root: "$HELPER.kuiil"
  own chmod 755 "$HELPER.kuiil"
  own sync "$HELPER.kuiil"
  own mv -f "$HELPER.kuiil" "$HELPER"
}

bare_gate() { # deploy|drift: behind a forced command, what the key's owner asked for, where this key may ask for it
  local call=${SSH_ORIGINAL_COMMAND-} words plain='[A-Za-z0-9._:/=+-]+' sent="^(sudo -n )?bash --norc -c '[^']* -rN ([0-9]{1,6}) [^']*' (.*)\$"
  unset SSH_ORIGINAL_COMMAND
  if [[ $call =~ $sent ]]; then # who knows of no helper here sends the script: it is let pass by, unread
    call=${BASH_REMATCH[3]}
    IFS= read -rN "${BASH_REMATCH[2]}" words
  fi
  call=${call#sudo -n }
  if [[ ! $call =~ ^kuiil-host(\ $plain)+$ ]]; then
    printf 'this key may only run kuiil-host\n' >&2
    exit 1
  fi
  read -ra words <<<"$call"
  VERB=${words[1]} STEP=gate
  case "$1 $VERB" in
    'deploy snapshot' | 'deploy stage' | 'deploy activate' | 'deploy confirm' | 'deploy revert') ;;
    'deploy probe' | 'deploy tick' | 'deploy remove' | 'deploy rotate' | 'deploy release') ;;
    'deploy freeze' | 'deploy unfreeze' | 'drift snapshot') ;;
    *)
      printf 'kuiil 2 %s\n' "$VERB"
      trap 'end_answer $?' EXIT
      no 4 "this key may not run kuiil-host $VERB" ;;
  esac
  if (( EUID )); then exec sudo -n "$HELPER" "${words[@]:1}"; fi
  exec "$HELPER" "${words[@]:1}"
}
