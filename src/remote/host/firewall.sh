# shellcheck shell=bash disable=SC2034,SC2153 # variables are shared between the parts
# Our chains, compared as iptables-save spells them.

choose_backend() { # BACKEND: '' (what iptables is here), -nft or -legacy: where the kubelet keeps its chains
  local legacy=''
  BACKEND=''
  [[ ! -r /proc/net/ip_tables_names ]] || IFS= read -rd '' legacy </proc/net/ip_tables_names || :
  type -P iptables-nft iptables-legacy >/dev/null || return 0
  # without a legacy mangle table only the default matters, and asking legacy for one would make it
  if [[ $legacy == *mangle* ]] && has_kubelet -legacy && ! has_kubelet -nft; then BACKEND=-legacy
  elif ! is_nft && has_kubelet -nft; then BACKEND=-nft; fi
}

has_kubelet() { # BACKEND
  ask "iptables$1-save" -t mangle
  [[ "${LINES[*]}" =~ KUBE-IPTABLES-HINT|KUBE-KUBELET-CANARY ]]
}

is_nft() { [[ /usr/sbin/iptables -ef /usr/sbin/xtables-nft-multi || /sbin/iptables -ef /sbin/xtables-nft-multi ]]; }

save_table() { # TOOL TABLE into LINES; asking legacy for a table that is not there would make it
  local names='' file=/proc/net/ip_tables_names
  LINES=()
  if [[ $1 == ip6* ]]; then
    [[ -e /proc/net/if_inet6 ]] || return 0
    file=/proc/net/ip6_tables_names
  fi
  if [[ $1 == *-legacy ]] || { [[ $1 != *-nft ]] && ! is_nft; }; then
    [[ ! -r $file ]] || IFS= read -rd '' names <"$file" || :
    [[ $names == *"$2"* ]] || return 0
  fi
  ask "$1-save" -t "$2"
}

our_tables() { # iptables|ip6tables DIR into TABLES: only in those that it rules, or ruled since the boot, can we have chains
  local table text='' noted=''
  TABLES=()
  [[ ! -e $2/$1.rules ]] || IFS= read -rd '' text <"$2/$1.rules" || :
  [[ ! -e $RUN/rules.$1 ]] || IFS= read -rd '' noted <"$RUN/rules.$1" || :
  for table in filter mangle; do [[ $text$noted != *"*$table"* ]] || TABLES+=("$table"); done
}

write_rules() { # iptables|ip6tables: one restore, and only of what differs
  local table text=''
  local -A want=() jump=() have=() count=() first=()
  our_tables "$1" "$DIR"
  (( ${#TABLES[@]} )) || return 0
  [[ ! -e $DIR/$1.rules ]] || load_rules "$DIR/$1.rules"
  printf '*%s\n' "${TABLES[@]}" >"$RUN/rules.$1"
  for table in "${TABLES[@]}"; do
    read_rules "$1$BACKEND"
    compare_rules
  done
  [[ $text ]] || return 0
  text=${text%$'\n'}
  printf '| %s\n' "${text//$'\n'/$'\n| '}"
  run "$1$BACKEND-restore" --noflush --wait=5 <<<"$text"
}

load_rules() { # FILE into want[TABLE CHAIN]=lines, jump[TABLE CHAIN]=built-in chain
  local line table='' word chain rest
  while IFS= read -r line; do
    chain=${line#* } rest=${chain#* * * } chain=${chain%% *}
    case $line in
      '*'*) table=${line#?} ;;
      ':KUIIL-'*) word=${line%% *}; want[$table ${word#:}]='' ;;
      '-A KUIIL-'*) want[$table $chain]+=$line$'\n' ;;
      '-I FORWARD 1 -j KUIIL-'* | '-I INPUT 1 -j KUIIL-'*) jump[$table $rest]=$chain ;;
    esac
  done <"$1"
}

read_rules() { # TOOL, into have like want, first[TABLE CHAIN] rule, count[TABLE CHAIN TARGET] of jumps
  local line chain key
  save_table "$1" "$table"
  for line in "${LINES[@]}"; do
    chain=${line#* } chain=${chain%% *}
    case $line in
      ':KUIIL-'*) chain=${line#:}; have[$table ${chain%% *}]='' ;;
      '-A KUIIL-'*) have[$table $chain]+=$line$'\n' ;;
      '-A '*)
        : "${first[$table $chain]:=$line}"
        key="$table $chain ${line##* }"
        [[ $line != *' -j KUIIL-'* ]] || count[$key]=$(( ${count[$key]-0} + 1 )) ;;
    esac
  done
}

compare_rules() { # of one table, onto text
  local key chain lines line declared='' body='' builtin
  for key in "${!want[@]}"; do
    [[ $key == "$table "* ]] || continue
    chain=${key#* } builtin=${jump[$key]} lines=${want[$key]}
    if [[ $MODE != whole && ${have[$key]-} ]]; then # what is no longer wanted stays until the removals
      split "${have[$key]}"
      for line in "${LINES[@]}"; do [[ $'\n'$lines == *$'\n'"$line"$'\n'* ]] || lines+=$line$'\n'; done
    fi
    [[ ${have[$key]-absent} == "$lines" ]] || declared+=":$chain - [0:0]"$'\n' body+=$lines
    if [[ ${count[$table $builtin $chain]-0} != 1 || ${first[$table $builtin]} != "-A $builtin -j $chain" ]]; then
      drop_jumps "$builtin"
      body+="-I $builtin 1 -j $chain"$'\n'
    fi
  done
  for key in "${!have[@]}"; do
    [[ $MODE == whole && $key == "$table "* && ! ${want[$key]+x} ]] || continue
    chain=${key#* } declared+=":${key#* } - [0:0]"$'\n'
    drop_jumps FORWARD
    drop_jumps INPUT
    body+="-X $chain"$'\n'
  done
  [[ ! $declared$body ]] || text+="*$table"$'\n'$declared$body$'COMMIT\n'
}

drop_jumps() { # BUILT-IN
  local i
  for (( i = ${count[$table $1 $chain]-0}; i > 0; i-- )); do body+="-D $1 -j $chain"$'\n'; done
}
