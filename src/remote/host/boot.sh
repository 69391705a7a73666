# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# What boots: links through the pointer that a confirmation flips, and units.

link_files() {
  local word path
  while read -r word _ path; do
    [[ $word == file ]] || continue
    [[ -L $path && $path -ef $CURRENT/${path##*/} ]] && continue
    [[ -d ${path%/*} ]] || run mkdir -p "${path%/*}"
    point "$path" "$CURRENT/${path##*/}"
  done <"$DIR/release"
}

drop_links() { # dangling|'': our links, or those whose file is no longer in the release
  local path
  for path in /etc/wireguard/*.conf /etc/kuiil/* /etc/sysctl.d/90-kuiil.conf; do
    [[ -L $path && ( ! $1 || ! -e $path ) ]] || continue
    ask readlink "$path"
    [[ ${LINES[0]} == "$CURRENT"/* || ${LINES[0]} == "$ACTIVE"/* ]] || continue
    run rm "$path"
    path=wg-quick@${path##*/} path=${path%.conf}.service
    [[ ! -L $WANTS/$path ]] || run systemctl disable --quiet "$path"
  done
}

write_units() { # enabled before the pointer flips: a boot in between finds nothing confirmed, and cleans up
  local part='' wanted=multi-user.target units=(kuiil.service kuiil.timer)
  [[ $SYSTEMD ]] || return 0
  for part in "${OWNER[@]}"; do [[ $part != 'heal yes' ]] || : >"$RUN/units"; done # whatever they look like
  part=''
  if [[ $PORT ]]; then
    wanted+=" wg-quick@$IFACE.service"
    units+=("wg-quick@$IFACE.service")
    # started and restarted with the interface, whose routes go when it goes
    part="After=wg-quick@$IFACE.service"$'\n'"PartOf=wg-quick@$IFACE.service"$'\n'
  fi
  write_unit kuiil.service "[Unit]
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
  write_unit kuiil.timer '[Unit]
Description=Kuiil: every minute

[Timer]
OnActiveSec=60
OnUnitInactiveSec=60
AccuracySec=1

[Install]
WantedBy=timers.target
'
  [[ $part && ! -L $WANTS/wg-quick@$IFACE.service ]] || [[ ! -L $WANTS/kuiil.service ]] ||
    [[ ! -L $UNITS/timers.target.wants/kuiil.timer ]] || [[ -e $RUN/units ]] || return 0
  for part in "${units[@]}"; do # masked: what it points to is nothing
    [[ ! $UNITS/$part -ef /dev/null ]] || run rm "$UNITS/$part"
    [[ ! /run/systemd/system/$part -ef /dev/null ]] || run rm "/run/systemd/system/$part"
  done
  run systemctl reenable --quiet "${units[@]}"
  run systemctl start --no-block kuiil.timer
  own rm -f "$RUN/units"
}

write_unit() { # NAME TEXT
  local old=''
  [[ -d $LIB/units ]] || own mkdir "$LIB/units"
  put "$LIB/units/$1" "$2" # what a drift check compares with
  [[ ! -e $UNITS/$1 || -L $UNITS/$1 ]] || IFS= read -rd '' old <"$UNITS/$1" || :
  [[ $old != "$2" ]] || return 0
  : >"$RUN/units" # to be read anew, also after a kill
  put "$UNITS/$1" "$2"
}

drop_units() {
  [[ -e $UNITS/kuiil.timer || -e $UNITS/kuiil.service ]] || return 0
  run_anyway systemctl disable --quiet kuiil.timer kuiil.service
  run_anyway systemctl stop --no-block kuiil.timer
  run rm -f "$UNITS"/kuiil.{service,timer}{,.kuiil}
  run systemctl daemon-reload
}
