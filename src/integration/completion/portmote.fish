# Completion of portmote(8) for fish.

# The command that the words before the cursor name.
function __portmote_command
    set -l words (commandline -opc)
    switch "$words[2..3]"
        case 'registry import' 'registry reset'
            echo "$words[2..3]"
        case '' '-*'
            echo audit
        case '*'
            echo $words[2]
    end
end

# Is it one of these?
function __portmote_is
    contains -- (__portmote_command) $argv
end

# Is the word at the cursor the one at this place, 1: behind "portmote"?
function __portmote_at
    test (count (commandline -opc)) -eq $argv[1]
end

# The value that is being written: what is behind the = of an option, or the whole word.
function __portmote_value
    string replace -r -- '^--[^=]*=' '' (commandline -ct)
end

# Words of a list with commas, in which none needs to be twice.
function __portmote_list
    set -l given (string match -r -- '^.*,' (__portmote_value))
    for word in $argv
        contains -- $word (string split , -- "$given")
        or echo "$given$word"
    end
end

function __portmote_formats
    set -l file (string match -r -- '^([a-z]+=)(.*)' (__portmote_value))
    if set -q file[1] # FORMAT=FILE
        printf "$file[2]%s\n" (__fish_complete_path $file[3])
        return
    end
    printf '%s\n' text\t'a table for people, worst first' json\t'all facts, for programs'
    __portmote_is explain registry
    and return
    printf '%s\n' jsonl\t'a line for the head and one for each listener' \
        csv\t'a row for each listener, for spreadsheets' \
        sarif\t'SARIF 2.1.0, for code scanning' \
        junit\t'a test case for each listener' \
        tap\t'a test point for each listener' \
        prometheus\t'metrics, for the textfile collector' \
        html\t'one page for people, findings first'
end

function __portmote_ports
    ss -Hltun 2>/dev/null | awk '{ sub(/.*:/, "", $5); print $5 }'
end

function __portmote_services
    awk '/^[a-z0-9]/ { print $1 }' /etc/services 2>/dev/null
end

function __portmote_netns
    printf '%s\n' self\t"that of portmote" host\t"that of pid 1" all
    path basename /run/netns/* 2>/dev/null
end

set -l listeners audit learn check diff
set -l ports $listeners explain
set -l kernel $ports save
set -l tables $kernel registry
set -l reports $ports registry
set -l every $tables "'registry import'" "'registry reset'"
set -l verdicts unknown impostor match known ephemeral mismatch unregistered
set -l flags deleted user-writable unverified root-runs-user-writable port-shared hidden proc-overmount in-container in-memory
set -l severities info warning high
set -l columns netns protocol family state address port ip_protocol ethertype local device v6only exposure \
    inode cookie hidden_from uid cgroup unit range registrations holders owner pid program exe \
    running container user verdict reasons flags accept finding

complete -c portmote -f

complete -c portmote -n '__portmote_at 1' -a audit -d 'List everything that listens, labelled and judged'
complete -c portmote -n '__portmote_at 1' -a explain -d 'Tell what is known of a port, range or service'
complete -c portmote -n '__portmote_at 1' -a learn -d 'Write a policy from what listens now'
complete -c portmote -n '__portmote_at 1' -a check -d 'Hold what listens to a policy'
complete -c portmote -n '__portmote_at 1' -a save -d 'Keep a snapshot of what listens now'
complete -c portmote -n '__portmote_at 1' -a diff -d 'Tell what changed since a snapshot'
complete -c portmote -n '__portmote_at 1' -a registry -d 'Tell which registry and which knowledge are in use'
complete -c portmote -n '__portmote_is registry; and __portmote_at 2' -a import -d "Use IANA's CSV file from now on"
complete -c portmote -n '__portmote_is registry; and __portmote_at 2' -a reset -d 'Use the built-in registry again'
complete -c portmote -n '__portmote_is check save diff "registry import"' -F
complete -c portmote -n '__portmote_is explain' -a '(__portmote_services)' -d Service
complete -c portmote -n '__portmote_is explain' -a '(__portmote_ports)' -d 'Listens here'

complete -c portmote -n "__portmote_is $ports" -s 4 -l ipv4 -d 'Only IPv4 sockets'
complete -c portmote -n "__portmote_is $ports" -s 6 -l ipv6 -d 'Only IPv6 sockets, dual-stack ones among them'
complete -c portmote -n "__portmote_is $ports" -s t -l tcp -d 'Only TCP, MPTCP among it'
complete -c portmote -n "__portmote_is $ports" -s u -l udp -d 'Only UDP, UDP-Lite among it'
complete -c portmote -n '__portmote_is audit explain' -l bound -d 'Also TCP bound without listening, and connected UDP'
complete -c portmote -n '__portmote_is audit' -l all -d '--bound, and raw and packet sockets'
complete -c portmote -n "__portmote_is $listeners" -l port -x -d 'Only these ports' -a '(__portmote_list (__portmote_ports))'
complete -c portmote -n "__portmote_is $kernel" -l netns -r -f -d 'Only this network namespace' -a '(__portmote_netns)'
complete -c portmote -n "__portmote_is $kernel" -l holders -x -d 'How to find the holders' -a 'auto bpf proc none'
complete -c portmote -n "__portmote_is $kernel" -l cross-check -d "Hold the kernel's lists of sockets against each other"
complete -c portmote -n "__portmote_is $every" -l timeout -x -d 'Seconds: end with what was found by then'
complete -c portmote -n '__portmote_is check' -l policy -r -F -d 'The policy to be kept'
complete -c portmote -n '__portmote_is diff' -l state -r -F -d 'Compare with this file, and replace it once all was told'
complete -c portmote -n '__portmote_is learn save diff' -l partial -d 'Write what was seen, where that is not all'
complete -c portmote -n '__portmote_is audit explain check diff registry' -l format -x -d 'FORMAT, or FORMAT=FILE several times' -a '(__portmote_formats)'
complete -c portmote -n "__portmote_is $reports" -l output -r -F -d 'Write to this file, whole or not at all'
complete -c portmote -n '__portmote_is audit' -s o -l columns -x -d 'Columns of text and csv' -a "(__portmote_list $columns)"
complete -c portmote -n '__portmote_is audit check diff' -l no-header -d 'Neither header nor summary: only records'
complete -c portmote -n '__portmote_is audit explain' -l only -x -d 'List only these verdicts' -a "(__portmote_list $verdicts)"
complete -c portmote -n '__portmote_is audit' -l fail-on -x -d 'What gives exit code 1' -a "(__portmote_list none $verdicts $flags $severities)"
complete -c portmote -n "__portmote_is $tables" -l registry -r -F -d "IANA's CSV file in place of the built-in registry"
complete -c portmote -n "__portmote_is $tables" -l knowledge -r -F -d 'Add the implementers or occupants of this CSV file'
complete -c portmote -n "__portmote_is $kernel" -l record -x -d 'Keep all that was read in this new folder' -a '(__fish_complete_directories (__portmote_value))'
complete -c portmote -n "__portmote_is $kernel" -l replay -x -d 'Read a recording in place of the kernel' -a '(__fish_complete_directories (__portmote_value))'
complete -c portmote -n '__portmote_is audit explain learn check' -l snapshot -r -F -d 'Read a report as JSON in place of the kernel'
complete -c portmote -n '__portmote_is audit' -l color -x -d Colours -a 'auto always never'
complete -c portmote -n "__portmote_is $tables 'registry import'" -s v -l verbose -d 'Reasons, sources, what is not checked, each change'
complete -c portmote -n "__portmote_is $every" -s h -l help -d 'A summary of all this'
complete -c portmote -n "__portmote_is $every" -l version -d 'The version'
