# The parent of one tender, in a session of its own, so that nothing that happens to the supervisor
# reaches the tender. Started by `launcher.ts`, anywhere:
#
#   sh -c "$(cat keeper.sh)" keeper:LIFE FOLDER EXIT_FILE IMAGE CGROUP TENDER_FOLDER MUTE_STATUS COMMAND end
#
# FOLDER is that of the new life, in which the fifos are already. CGROUP, which the tender joins, and
# TENDER_FOLDER, in which it is started, may be empty for none. So may MUTE_STATUS, with which the tender ends
# whatever the guest's own status was. COMMAND is the tender's, its words quoted for a shell.
# It says on stdout `LIFE STAT`, with the first line of the tender's /proc/PID/stat, that the tender is about to
# start; or `LIFE ` alone, that none was started and none ever will be.
# Stays small: one more program executed here is about a millisecond more for every start.

[ "$8" = end ] || exit 1
life=${0#keeper:} exit_file=$2 image=$3 cgroup=$4 tender_folder=$5 mute_status=$6 command=$7

# A handler, not '': an ignored signal would stay ignored in the tender. The shell runs it only after the
# tender ended, so no signal sent to the keeper does anything.
trap : TERM HUP INT QUIT
# Its supervisor may be gone.
trap 'trap "" PIPE; echo "$life " 2>/dev/null' EXIT
ulimit -c 0
umask 027
cd "$1" || exit 1
unset OLDPWD
# Held open for reading and writing: the fifo keeps what nobody has read yet, and nobody gets EPIPE.
exec 2>err 3<>fifo 4<>drain

(
  # All that can be done before the word is: what comes after it is waited for.
  exec 5>&1 3>&- </dev/null
  read -r stat </proc/self/stat

  # Meanwhile it is written down that this life is wanted. Whoever gives it up says another word, and removes
  # all this; a drain that was made above, because the folder was just removed, holds none.
  read -r word <&4
  [ "$word" = begin ] || exit 1

  # The keeper itself stays outside: what it waits for may be long after the cgroup is gone.
  [ -z "$cgroup" ] || echo 0 >"$cgroup/cgroup.procs" || exit 1
  # Everything the tender inherits: no stdin, the fifo as a description of its own (qemu makes its
  # stdout non-blocking), and in place of the drain the image as descriptor 4.
  exec 4<"$image" 1<>fifo 2>&1
  # Of the processes here it is the one to be ended when memory is short, not the least.
  { echo 0 >/proc/self/oom_score_adj; } 2>/dev/null
  # Whoever makes this file first decides: a supervisor that removes a half-built life makes it too.
  set -C
  echo "$stat" >tender || exit 125
  # Whoever waited too long for what stands in it has removed it.
  [ -e tender ] || exit 125
  # With that file the tender is as good as started, whether or not a supervisor still lives to hear of it.
  trap : PIPE
  echo "$life $stat" >&5 2>/dev/null
  exec 5>&-
  [ -z "$tender_folder" ] || cd "$tender_folder" || exit 125
  eval "exec $command"
)
status=$?
# Nothing was started: its supervisor waits for us to say so.
[ -s tender ] || exit 1
trap - EXIT

# What the shell itself said of a death by signal is in err; only that tells it from exit(128 + n).
read -r reason <err
case $status in
"$mute_status") echo unsaid ;;
*) echo "$status $reason" ;;
esac >exit && mv exit "$exit_file"

# Everything the guest printed is still in the fifo until console has read it. A signal interrupts the read.
until read -r _ said <&4; do :; done
# Console has found the guest's status in its last lines.
[ "$status" != "$mute_status" ] || [ -z "$said" ] || { echo "$said " >exit && mv exit "$exit_file"; }
