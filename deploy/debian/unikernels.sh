# Unikernels run in no service: they outlive the supervisor. Each life has a folder /run/albatross/lives/LIFE, and in
# it the file tender, with the first line of /proc/PID/stat of its process. There field 22, the time of its start, tells
# whether the process of this number is still the same; field 4 is its keeper, which is called keeper:LIFE.
stat_field() { # FILE NUMBER: what stands behind the name, which is field 2 and may hold anything
	sed -n 's/^.*) //p' "$1" 2>/dev/null | cut -d ' ' -f "$(($2 - 2))"
}

all_lives() { # a line each: PID KEEPER LIFE
	# A life that is being built when its supervisor is killed is called .new_LIFE.
	for tender in /run/albatross/lives/*/tender /run/albatross/lives/.new_*/tender; do
		[ -s "$tender" ] || continue
		life=${tender%/tender}
		echo "$(cut -d ' ' -f 1 "$tender") $(stat_field "$tender" 4) ${life##*/}"
	done
}

running_lives() {
	all_lives | while read -r pid keeper life; do
		started=$(stat_field "/run/albatross/lives/$life/tender" 22)
		if [ -n "$started" ] && [ "$(stat_field "/proc/$pid/stat" 22)" = "$started" ]; then
			echo "$pid $keeper $life"
		fi
	done
}

# They wait for a console to read what was printed, and heed no gentler signal.
end_keepers() {
	# One that has no tender yet waits to be told to start it.
	for drain in /run/albatross/lives/.new_*/drain; do
		[ ! -p "$drain" ] || echo removed 1<>"$drain"
	done
	all_lives | while read -r _ keeper life; do
		if tr '\0' '\n' 2>/dev/null <"/proc/$keeper/cmdline" | grep -qxF "keeper:${life#.new_}"; then
			kill -KILL "$keeper" 2>/dev/null || true
		fi
	done
}
