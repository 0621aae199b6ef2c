# Completion of portmote(8) for bash. It needs nothing but bash itself, not even bash-completion.

# The options that command $1 takes; those that end in = take a value.
_portmote_options()
{
	local common='--help -h --version --timeout='
	local tables="$common --verbose -v --registry= --knowledge="
	local kernel='--netns= --holders= --cross-check --record= --replay='
	local sockets='--ipv4 -4 --ipv6 -6 --tcp -t --udp -u'

	case $1 in
	audit) echo "$tables $kernel $sockets --bound --all --port= --format= --output= --columns= -o
		--no-header --only= --fail-on= --snapshot= --color=" ;;
	explain) echo "$tables $kernel $sockets --bound --format= --output= --only= --snapshot=" ;;
	learn) echo "$tables $kernel $sockets --port= --partial --output= --snapshot=" ;;
	check) echo "$tables $kernel $sockets --port= --policy= --format= --output= --no-header --snapshot=" ;;
	save) echo "$tables $kernel --partial" ;;
	diff) echo "$tables $kernel $sockets --port= --state= --partial --format= --output= --no-header" ;;
	registry) echo "$tables --format= --output=" ;;
	'registry import') echo "$common --verbose -v" ;;
	'registry reset') echo "$common" ;;
	esac
}

# The command that the words before the cursor name.
_portmote_command()
{
	local before=("${words[@]:1:${#words[@]}-2}")

	case "${before[*]:0:2}" in
	'' | -*) command=audit ;;
	'registry import' | 'registry reset') command=${before[*]:0:2} ;;
	*) command=${before[0]} ;;
	esac
}

# bash cuts words at = and :, readline replaces the last piece: join them, up to the cursor.
_portmote_words()
{
	local line=${COMP_LINE:0:COMP_POINT} i word is_new

	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		is_new=
		if [[ $i -eq 0 || $line == [[:space:]]* ]]; then
			is_new=1
			line=${line#"${line%%[![:space:]]*}"}
		fi
		word=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || word=$line
		line=${line#"$word"}
		if [[ $is_new ]]; then
			words+=("$word")
		else
			words[${#words[@]} - 1]+=$word
		fi
	done
}

# Offer the words of $1 that $value can become. (compgen -W would run what stands in them as $(...).)
_portmote_offer()
{
	local list word

	read -r -d '' -a list <<<"$1"
	for word in "${list[@]}"; do
		[[ $word != "$value"* ]] || COMPREPLY+=("$prefix$word")
	done
}

# The same for a list with commas, in which none needs to be twice.
_portmote_offer_list()
{
	local given='' left='' list word

	[[ $value != *,* ]] || given=${value%,*},
	read -r -d '' -a list <<<"$1"
	for word in "${list[@]}"; do
		[[ ,$given == *,$word,* ]] || left+=" $given$word"
	done
	_portmote_offer "$left"
	compopt -o nospace
}

_portmote_ports()
{
	ss -Hltun 2>/dev/null | awk '{ sub(/.*:/, "", $5); print $5 }'
}

_portmote_services()
{
	awk '/^[a-z0-9]/ { print $1 }' /etc/services 2>/dev/null
}

# bash itself knows best how to quote the name of a file.
_portmote_files()
{
	compopt -o default
}

_portmote_folders()
{
	compopt -o dirnames
}

_portmote_netns()
{
	local name names='self host all'

	for name in /run/netns/*; do
		[[ ! -e $name ]] || names+=" $(printf %q "${name##*/}")"
	done
	_portmote_offer "$names"
	[[ $value != */* ]] || _portmote_files
}

_portmote_formats()
{
	case $value in
	*=*) _portmote_files ;; # FORMAT=FILE
	*)
		case $command in
		explain | registry) _portmote_offer 'text json' ;;
		*) _portmote_offer 'text json jsonl csv sarif junit tap prometheus html' ;;
		esac
		;;
	esac
}

# Values of option $1.
_portmote_values()
{
	local verdicts='unknown impostor match known ephemeral mismatch unregistered'
	local flags='deleted user-writable unverified root-runs-user-writable port-shared hidden
		proc-overmount in-container in-memory'
	local severities='info warning high'
	local columns='netns protocol family state address port ip_protocol ethertype local device v6only
		exposure inode cookie hidden_from uid cgroup unit range registrations holders owner pid
		program exe running container user verdict reasons flags accept finding'

	case $1 in
	--port) _portmote_offer_list "$(_portmote_ports)" ;;
	--netns) _portmote_netns ;;
	--holders) _portmote_offer 'auto bpf proc none' ;;
	--format) _portmote_formats ;;
	--columns | -o) _portmote_offer_list "$columns" ;;
	--only) _portmote_offer_list "$verdicts" ;;
	--fail-on) _portmote_offer_list "none $verdicts $flags $severities" ;;
	--color) _portmote_offer 'auto always never' ;;
	--policy | --state | --output | --registry | --knowledge | --snapshot) _portmote_files ;;
	--record | --replay) _portmote_folders ;;
	esac
}

# What is neither option nor value; $1: how many words there are.
_portmote_argument()
{
	case $1:$command in
	2:audit) _portmote_offer 'audit explain learn check save diff registry' ;;
	3:registry) _portmote_offer 'import reset' ;;
	*:explain) _portmote_offer "$(_portmote_services) $(_portmote_ports)" ;;
	*:check | *:save | *:diff | *:'registry import') _portmote_files ;;
	esac
}

# Does the command take option $1 with a value?
_portmote_takes_value()
{
	[[ $1 == -o ]] && set -- --columns
	[[ " ${options//[[:space:]]/ } " == *" $1= "* ]]
}

_portmote()
{
	local IFS=$' \t\n' words command options value before prefix='' cut

	COMPREPLY=()
	_portmote_words
	_portmote_command
	options=$(_portmote_options "$command")
	value=${words[-1]}
	before=${words[-2]}
	if _portmote_takes_value "$before"; then
		_portmote_values "$before"
	elif [[ $value == --*=* ]]; then
		prefix=${value%%=*}=
		value=${value#*=}
		! _portmote_takes_value "${prefix%=}" || _portmote_values "${prefix%=}"
	elif [[ $value == -* ]]; then
		_portmote_offer "$options"
		[[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace
	else
		_portmote_argument ${#words[@]}
	fi
	# What is before the last = or : readline takes for another word.
	cut=${words[-1]%"${words[-1]##*[=:]}"}
	[[ $COMP_WORDBREAKS != *${cut: -1}* ]] || COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}

complete -F _portmote portmote
