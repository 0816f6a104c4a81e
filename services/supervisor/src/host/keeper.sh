# The parent of one tender, in a session of its own, so that nothing that happens to the supervisor
# reaches the tender. Started in the folder of the new life:
#
#   sh -c "$(cat keeper.sh)" keeper EXIT_FILE IMAGE CGROUP TENDER_FOLDER MUTE_STATUS TENDER_COMMAND...
#
# CGROUP, which the tender joins, and TENDER_FOLDER, in which it is started, may be empty for none. So may
# MUTE_STATUS, with which the tender ends whatever the guest's own status was.
# It says on stdout, with the first line of the tender's /proc/PID/stat, that the tender is about to start.
# Stays small: one more program executed here is about a millisecond more for every start.

exit_file=$1 image=$2 cgroup=$3 tender_folder=$4 mute_status=$5
shift 5

# A handler, not '': an ignored signal would stay ignored in the tender. The shell runs it only after the
# tender ended, so no signal sent to the keeper does anything.
trap : TERM HUP INT QUIT
ulimit -c 0
umask 007
exec 2>err
mkfifo -m 0660 fifo drain || exit 1
# Held open for reading and writing: the fifo keeps what nobody has read yet, and nobody gets EPIPE.
exec 3<>fifo 4<>drain

(
  # The keeper itself stays outside: what it waits for may be long after the cgroup is gone.
  [ -z "$cgroup" ] || echo 0 >"$cgroup/cgroup.procs" || exit 1
  # Everything the tender inherits: no stdin, the fifo as a description of its own (qemu makes its
  # stdout non-blocking), and in place of the drain the image as descriptor 4.
  exec 5>&1 3>&- 4<"$image" </dev/null 1<>fifo 2>&1
  read -r stat </proc/self/stat
  # Whoever makes this file first decides: a supervisor that removes a half-built life makes it too.
  set -C
  echo "$stat" >tender || exit 125
  # With that file the tender is as good as started, whether or not a supervisor still lives to hear of it.
  trap : PIPE
  echo "$stat" >&5 2>/dev/null
  exec 5>&-
  [ -z "$tender_folder" ] || cd "$tender_folder" || exit 125
  exec "$@"
)
status=$?
# Nothing was started: its supervisor waits for us to say so by ending.
[ -s tender ] || exit 1

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
