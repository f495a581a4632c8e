# Acquires a running Linux: its memory, part by part, and its volatile state, straight into the vault.
#
# What of the machine it takes on trust, as there is no way without: its kernel; until the carried tools are there, its
# shell with sha256sum, mount and the like; and curl for every request, as the carried tools check no certificate. Nothing of what is
# acquired touches a disk of the machine, and no credential comes here but signatures for one object each.
set -eu
umask 077
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

# Each value has a form that the document refuses others of: none of them has a quote, a blank or a line's end, but for
# the signatures, which are hexadecimal with blanks between.
export VAULT='{{ Vault }}' PREFIX='{{ Prefix }}' ACCESS='{{ Access }}' SIGNATURES='{{ Signatures }}'
export WHAT='{{ Acquire }}' PART_MIB='{{ PartMiB }}'
avml='{{ AvmlUrl }}' avml_sha256='{{ AvmlSha256 }}'
busybox='{{ BusyboxUrl }}' busybox_sha256='{{ BusyboxSha256 }}'

# The hour of the signatures is counted by a clock that nobody sets.
read -r up _ </proc/uptime
export BEGUN="${up%%.*}"

refuse() {
	printf 'Nothing was acquired: %s\n' "$*" >&2
	exit 2
}

system="$(uname -s) $(uname -m)"
[ "$system" = 'Linux x86_64' ] ||
	refuse "this is $system, and what is carried runs on Linux x86_64 only. Its disks can be snapshotted: docs/contain.md."
[ "$(id -u)" = 0 ] || refuse 'the agent does not run as root here, who alone reads memory.'
CURL=$(command -v curl) ||
	refuse 'there is no curl here, which alone speaks to the vault. Reach it through a room: docs/reach-the-suspect.md.'
export CURL
command -v sha256sum >/dev/null || refuse 'there is no sha256sum here, by which the carried tools are checked.'

# What an acquisition has left that was killed, whose number is in the name: a part of the memory, in memory.
while read -r what where kind _; do
	case $what:$kind:$where in
	clean-room:tmpfs:*/clean-room-acquire.*.??????)
		owner=${where%.*}
		[ -e "/proc/${owner##*.}" ] || { umount -l "$where" && rmdir "$where"; } || :
		;;
	esac
done </proc/mounts

# A part waits in memory until the vault has it.
while read -r name value _; do
	[ "$name" != MemAvailable: ] || available=$((value / 1024))
done </proc/meminfo
[ "${available:-0}" -ge $((PART_MIB + 64)) ] ||
	refuse "$((PART_MIB + 64)) MiB are needed and ${available:-no} MiB of memory are free. Reach it through a room: docs/reach-the-suspect.md."

ROOM='' child=''
leave() {
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	[ -z "$ROOM" ] || umount -l "$ROOM" 2>/dev/null || :
	[ -z "$ROOM" ] || rmdir "$ROOM" 2>/dev/null || :
}
trap leave EXIT
trap 'exit 1' HUP INT TERM

for below in /run /dev/shm /tmp; do
	ROOM=$(mktemp -d "$below/clean-room-acquire.$$.XXXXXX" 2>/dev/null) && break
done
export ROOM
options="mode=0700,nodev,nosuid,size=$((PART_MIB + 512))m"
# Kernels before 6.4 do not know how to keep it out of the swap.
mount -t tmpfs -o "$options,noswap" clean-room "$ROOM" 2>/dev/null || mount -t tmpfs -o "$options" clean-room "$ROOM" ||
	refuse 'no file system could be mounted in memory, and nothing is to be written to a disk.'

# carry URL SHA256 FILE: the URL goes by standard input, as arguments are for everybody here to read.
carry() {
	printf 'url = "%s"\n' "$1" |
		"$CURL" -q -K - --proto =https --tlsv1.2 -sS --fail --retry 3 --connect-timeout 30 --max-time 120 -o "$ROOM/$3" ||
		refuse "$3 could not be fetched from the tools bucket."
	found=$(sha256sum <"$ROOM/$3")
	[ "${found%% *}" = "$2" ] || refuse "what the tools bucket has as $3 has the SHA-256 ${found%% *}, and not $2."
	chmod 0500 "$ROOM/$3"
}
carry "$busybox" "$busybox_sha256" busybox
[ "$WHAT" = state ] || carry "$avml" "$avml_sha256" avml

cat >"$ROOM/acquire" <<'WITH CARRIED TOOLS'
set -eu
cd "$ROOM"
mkdir bin headers
./busybox --install -s bin
export PATH="$ROOM/bin"

say() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a transcript.txt; }

# time_until SECOND: sets left, the seconds of the hour until then. Fails where there are none.
time_until() {
	read -r up _ </proc/uptime
	left=$((BEGUN + $1 - ${up%%.*}))
	[ "$left" -gt 0 ]
}

# seconds_of HHMMSS: of its day.
seconds_of() {
	set -- $(printf '%s' "$1" | sed 's/../1& /g')
	echo $((($1 - 100) * 3600 + ($2 - 100) * 60 + $3 - 100))
}

# count_from_signing: the hour began when the signatures were made, which may be minutes ago: what the vault's clock says in
# its last answer is compared with that, as this machine's may be wrong.
count_from_signing() {
	signed=$(printf '%s' "$ACCESS" | sed -n 's/.*X-Amz-Date=[0-9]*T\([0-9]\{6\}\)Z.*/\1/p')
	answered=$(sed -n 's/^[Dd]ate: .* \(..\):\(..\):\(..\) GMT.*/\1\2\3/p' headers/last | tail -n 1 | tr -cd 0-9)
	[ "${#signed}${#answered}" = 66 ] || return 0
	late=$((($(seconds_of "$answered") - $(seconds_of "$signed") + 86400) % 86400))
	read -r up _ </proc/uptime
	[ "$late" -gt 3600 ] || [ "$BEGUN" -lt $((${up%%.*} - late)) ] || BEGUN=$((${up%%.*} - late))
}

# next_signature: takes the first of SIGNATURES.
next_signature() {
	signature=${SIGNATURES%% *}
	[ "$SIGNATURES" != "$signature" ] && SIGNATURES=${SIGNATURES#* } || SIGNATURES=''
}

# md5_of FILE: sets md5 and, as HTTP wants that, md5_base64.
md5_of() {
	md5=$(md5sum <"$1")
	md5=${md5%% *}
	md5_base64=$(printf '%s' "$md5" | sed 's/../& /g' | tr ' ' '\n' | while read -r byte; do
		printf "\\$(printf '%03o' "0x$byte")"
	done | base64)
}

# upload NAME SIGNATURE FILE: as a new object, whose MD5 S3 compares before it answers. Sets answer. Where nothing is
# answered, as from within an isolation group, that costs this upload its time and leaves the others theirs.
upload() {
	md5_of "$3"
	tries=0 unanswered='' answer=none
	while :; do
		tries=$((tries + 1))
		time_until "$until" || tries=9
		[ "$tries" -lt 9 ] || {
			say "The vault did not take $1 in its time: HTTP $answer $(tr '\n' ' ' <headers/why 2>/dev/null)"
			return 1
		}
		answer=$(printf 'url = "%s/%s%s?%s&X-Amz-Signature=%s"\n' "$VAULT" "$PREFIX" "$1" "$ACCESS" "$2" |
			"$CURL" -q -K - --proto =https --tlsv1.2 -sS --connect-timeout 30 --max-time "$left" -H 'If-None-Match: *' -H "Content-MD5: $md5_base64" \
				-T "$3" -D headers/last -o headers/said -w '%{http_code}' 2>headers/why) || answer=000
		case $answer in
		200) return 0 ;;
		412)
			# It was taken before: by the try that had no answer, or by somebody else. The SHA-256 tells which.
			[ -n "$unanswered" ] && return 0
			say "The vault has $PREFIX$1 already, and keeps it: it was not written by this run."
			return 1
			;;
		000 | 429 | 5??) unanswered=yes ;;
		# What S3 has read too slowly, or otherwise than it was sent.
		400 | 409) ;;
		*) tries=9 ;;
		esac
		if [ "$tries" -ge 5 ]; then
			say "The vault did not take $1: HTTP $answer $(sed -n 's/.*<Code>\([A-Za-z]*\)<.*/\1/p' headers/said 2>/dev/null) $(tr '\n' ' ' <headers/why)"
			return 1
		fi
		sleep $((tries * tries))
	done
}

# put NAME SIGNATURE FILE: uploads it while its SHA-256 is taken, and notes both for the manifest. Sets sha256.
put() {
	sha256sum <"$3" >sha256 &
	summing=$!
	upload "$@" && taken=yes || taken=''
	wait "$summing" || return 1
	[ -n "$taken" ] || return 1
	sha256=$(cat sha256)
	sha256=${sha256%% *}
	version=$(sed -n 's/^[Xx]-[Aa]mz-[Vv]ersion-[Ii]d: *//p' headers/last | tail -n 1 | tr -cd 'A-Za-z0-9._-')
	printf '%s{"key":"%s","size":%s,"sha256":"%s","md5":"%s","versionId":"%s","answer":%s}' "${noted:-}" \
		"$PREFIX$1" "$(stat -c %s "$3")" "$sha256" "$md5" "$version" "$answer" >>files
	noted=',
  '
}

# The memory as it streams: never the whole of it is here, nor on a disk.
acquire_memory() {
	source=''
	for each in /proc/kcore /dev/crash /dev/mem; do
		if [ -r "$each" ] && dd if="$each" of=/dev/null bs=1 count=0 2>/dev/null; then
			source=$each
			break
		fi
	done
	if [ -z "$source" ]; then
		say 'The kernel shows its memory to nobody: neither /proc/kcore nor /dev/crash nor /dev/mem can be read.'
		return 1
	fi
	say "AVML reads $source."
	mkfifo stream whole || return 1
	# The stream is held open for AVML, which may fail before it opens it: nobody waits for that in vain.
	(
		exec 6>stream
		exec ./avml acquire --source "$source" "$ROOM/stream" >avml.txt 2>&1
	) &
	reader=$!
	sha256sum <whole >whole.sha256 &
	hasher=$!
	exec 4>whole 5<stream
	while next_signature; do
		time_until "$until" && timeout "$left" dd bs=1048576 count="$PART_MIB" iflag=fullblock of=part 2>dd.txt <&5 || {
			time_until "$until" && say "A part could not be held in memory: $(tail -n 1 dd.txt)" ||
				say 'The hour of the signatures is nearly over, and the memory is not at its end.'
			return 1
		}
		[ -s part ] || break
		if [ -z "$signature" ]; then
			say 'There is more of the memory than signatures were given for.'
			return 1
		fi
		cat part >&4 &
		feeder=$!
		parts=$((parts + 1)) bytes=$((bytes + $(stat -c %s part)))
		put "memory/$(printf '%05d' "$parts")" "$signature" part && wait "$feeder" || return 1
		rm part
	done
	exec 4>&- 5<&-
	wait "$hasher" || return 1
	wait "$reader" || {
		say "AVML ended with $?: $(tail -c 500 avml.txt | tr '\n' ' ')"
		return 1
	}
	reader='' hasher=''
	whole=$(cat whole.sha256)
	whole=${whole%% *}
	[ "$parts" -gt 0 ] || {
		say 'AVML wrote nothing.'
		return 1
	}
	say "Memory: $parts parts, $bytes bytes, SHA-256 $whole."
}

# keep FILE AS: a suspect decides how long its files are.
keep() {
	head -c 8388608 "$1" >"$2" 2>/dev/null || :
}

# observe PROCESS: what the kernel tells of it. What reads its memory comes last: a process can let that wait for ever.
observe() {
	to=state/processes/${1##*/}
	mkdir "$to" || return 0
	# One that ends meanwhile leaves what was read until then.
	for each in status stat cgroup loginuid mountinfo; do
		keep "$1/$each" "$to/$each"
	done
	ls -ln "$1" "$1/fd" "$1/ns" 2>/dev/null | head -c 8388608 >"$to/open-files.txt" || :
	grep -E 'docker|containerd|kubepods|libpod|crio|lxc|machine' "$to/cgroup" 2>/dev/null |
		sed "s/^/${1##*/} /" >>state/containers.txt || :
	# Each network that there is once: a container's connections are in its own.
	network=$(readlink "$1/ns/net" 2>/dev/null | tr -cd 0-9) || network=''
	if [ -n "$network" ] && mkdir "state/network/$network" 2>/dev/null; then
		for each in tcp tcp6 udp udp6 raw raw6 icmp unix packet netlink arp route ipv6_route dev sockstat; do
			keep "$1/net/$each" "state/network/$network/$each"
		done
	fi
	for each in maps cmdline environ; do
		keep "$1/$each" "$to/$each"
	done
}

# is_room: whether there is memory for more, and for all of it packed.
is_room() {
	set -- $(stat -f -c '%a %b %S' .)
	[ $(($1 * 2)) -gt "$2" ] || return 1
	while read -r name value _; do
		[ "$name" != MemAvailable: ] || [ "$value" -gt $((32768 + ($2 - $1) * ($3 / 1024))) ] || return 1
	done </proc/meminfo
}

# observe_all: the processes from where another has come to.
observe_all() {
	while read -r process <&7; do
		is_room || {
			say 'There is more state than memory for it: what is there of it goes into the vault.'
			: >state/short
			break
		}
		printf '%s\n' "$process" >observed
		observe "$process"
	done
	date -u +%Y-%m-%dT%H:%M:%SZ >state/ended.txt
}

# What is only there while it runs, as the kernel tells it.
acquire_state() {
	mkdir -p state/kernel state/network state/processes
	date -u +%Y-%m-%dT%H:%M:%SZ >state/begun.txt
	for each in version cmdline uptime loadavg meminfo modules mounts swaps partitions filesystems devices sys/kernel/tainted \
		sys/kernel/hostname sys/kernel/random/boot_id; do
		keep "/proc/$each" "state/kernel/$(basename "$each").txt"
	done
	who -a >state/users.txt 2>&1 || :
	dmesg >state/kernel/dmesg.txt 2>&1 || :
	: >state/containers.txt
	printf '%s\n' /proc/[0-9]* >processes
	: >observed
	exec 7<processes
	observe_all &
	observer=$! at='' looks=0
	until [ -e state/ended.txt ]; do
		sleep 1
		[ "$(cat observed)" = "$at" ] && looks=$((looks + 1)) || looks=0
		at=$(cat observed)
		time_until "$until" && [ "$looks" -lt 10 ] && continue
		kill -KILL "$observer" $(cat "/proc/$observer/task/$observer/children" 2>/dev/null) 2>/dev/null || :
		: >state/short
		time_until "$until" || {
			say "The state was not read to its end: its time was over at $at."
			break
		}
		say "$at lets nobody read it to its end: the others are gone on with."
		observe_all &
		observer=$! looks=0
	done
	exec 7<&-
	find state -type f -size 8192k >cut.txt
	if [ -s cut.txt ]; then
		say 'What is longer than 8 MiB was cut: cut.txt of the state names it.'
		mv cut.txt state/cut.txt
		: >state/short
	fi
	[ -e state/short ] && short=yes || short=''
	# A reader that was given up may still write into it.
	tar -czf state.tar.gz state 2>tar.txt || [ -n "$short" ] || {
		say "The state could not be packed: $(tail -n 1 tar.txt)"
		rm -rf state state.tar.gz
		return 1
	}
	rm -rf state
	until=3300
	put state.tar.gz "$state_signature" state.tar.gz || return 1
	say "State: SHA-256 $sha256."
	rm state.tar.gz
	[ -z "$short" ]
}

# Whatever hangs or stalls, the signatures' hour has time for what comes after it: for the state, and at the end for the
# transcript and the manifest.
until=2000
reader='' hasher='' observer='' parts=0 bytes=0 whole=''
trap 'kill $reader $hasher $observer 2>/dev/null; exit 1' HUP INT TERM
next_signature && begun_signature=$signature
next_signature && state_signature=$signature
next_signature && transcript_signature=$signature
next_signature && manifest_signature=$signature

say "Acquiring $WHAT of $(hostname), $(uname -r), for $PREFIX."
cp transcript.txt begun.txt
put begun.txt "$begun_signature" begun.txt || {
	printf 'Nothing was acquired: ask for another acquisition, with signatures of its own.\n' >&2
	exit 2
}
count_from_signing
memory=none state=none failed=0
if [ "$WHAT" != state ]; then
	memory=complete until=3000
	acquire_memory || memory=incomplete failed=1
	kill -KILL $reader $hasher 2>/dev/null || :
	exec 4>&- 5<&-
	rm -f part
fi
if [ "$WHAT" != memory ]; then
	state=complete until=3200
	acquire_state || state=incomplete failed=1
fi
until=3540
say "Memory $memory, state $state."
cp transcript.txt transcript
put transcript.txt "$transcript_signature" transcript || failed=1
{
	printf '{"form":"clean-room/acquisition/1","prefix":"%s","memory":{"state":"%s","parts":%s,"bytes":%s,"sha256":"%s"},' \
		"$PREFIX" "$memory" "$parts" "$bytes" "$whole"
	printf '"state":"%s","files":[\n  ' "$state"
	cat files
	printf '\n]}\n'
} >manifest.json
put manifest.json "$manifest_signature" manifest.json && say "Manifest: SHA-256 $sha256." || failed=1
exit "$failed"
WITH CARRIED TOOLS
"$ROOM/busybox" ash "$ROOM/acquire" &
child=$!
wait "$child" && status=0 || status=$?
child=''
exit "$status"
