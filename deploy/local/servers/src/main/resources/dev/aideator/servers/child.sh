# Runs "$@" until it ends, until we are told to stop, or until whoever started us is gone: our standard input is
# a lifeline that closes with the parent, however the parent died. $STOP_SIGNAL is what asks the child to end.
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
trap 'kill -"$STOP_SIGNAL" "$child" 2>/dev/null' TERM INT
{ cat <&3 >/dev/null; kill -"$STOP_SIGNAL" "$child" 2>/dev/null; } &
lifeline=$!
exec 3<&-
# A trapped signal ends a wait early: wait again until the child is really gone.
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || break
done
pkill -KILL -P "$lifeline" 2>/dev/null
kill -KILL "$lifeline" 2>/dev/null
exit "$code"
