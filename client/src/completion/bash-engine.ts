/** What finds out where in a command line the cursor is, and offers what may stand there. */
export function bashEngine(destinationFlags: readonly string[]): string {
  const far = destinationFlags
    .map((flag) => (flag.startsWith('--') ? `${flag}|${flag}=*` : `${flag}*`))
    .join('|');
  return [WORDS, OFFER, complete(far)].join('\n\n');
}

/**
 * Bash breaks words at the characters of COMP_WORDBREAKS, colons and equal signs among them: `foo:hello` are
 * three. They are put together again, by what stands between them in the line; and of what is offered
 * everything up to the last break is left out, as bash replaces only what is behind it.
 */
const WORDS = String.raw`# Sets words and current: the line up to the cursor, without the breaks of bash.
_albatross_words() {
  local rest=$COMP_LINE index word
  words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=${'${COMP_WORDS[index]}'}
    if ((index == 0)) || [[ -z $COMP_LINE || $rest == [[:space:]]* ]]; then
      words+=("$word")
    else
      words[${'${#words[@]}'} - 1]+=$word
    fi
    rest=${'${rest#"${rest%%[![:space:]]*}"}'}
    rest=${'${rest#"$word"}'}
  done
  current=${'${words[${#words[@]} - 1]}'}
}`;

const OFFER = String.raw`# Offers what begins with $2, as the words in $1 say.
_albatross_offer() {
  local kind=${'${1%% *}'} what=${'${1#* }'} prefix=$2 cut=
  case $kind in
    choices) mapfile -t COMPREPLY < <(compgen -W "$what" -- "$prefix") ;;
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$prefix") ;;
    folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$prefix") ;;
    live)
      [[ $is_far ]] && return
      mapfile -t COMPREPLY < <("${'${words[0]}'}" "${'${folder[@]}'}" complete "$what" -- "$prefix" 2>/dev/null </dev/null)
      [[ ${'${#COMPREPLY[@]}'} == 1 && ${'${COMPREPLY[0]}'} == *: ]] && compopt -o nospace 2>/dev/null
      ;;
  esac
  [[ $COMP_WORDBREAKS == *:* && $prefix == *:* ]] && cut=${'${prefix%"${prefix##*:}"}'}
  [[ $cut ]] && COMPREPLY=("${'${COMPREPLY[@]#"$cut"}'}")
}`;

function complete(far: string): string {
  return String.raw`_albatross() {
  local words current found command= number=0 is_far= is_plain= option= word index folder=()
  COMPREPLY=()
  _albatross_words
  for ((index = 1; index < ${'${#words[@]}'} - 1; index++)); do
    word=${'${words[index]}'}
    if [[ $option ]]; then
      [[ $option == --dir ]] && folder=(--dir "$word")
      option=
    elif [[ $is_plain || $word != -?* ]]; then
      if [[ $command ]]; then number=$((number + 1)); else command=${'${word//_/-}'}; fi
    else
      case $word in ${far === '' ? '-' : far}) is_far=yes ;; esac
      case $word in
        --) is_plain=yes ;;
        --dir=*) folder=("$word") ;;
        *) _albatross_value "$command" "$word" && option=$word ;;
      esac
    fi
  done
  if [[ $option ]]; then
    _albatross_value "$command" "$option" && _albatross_offer "$found" "$current"
  elif [[ -z $is_plain && $current == --*=* ]]; then
    _albatross_value "$command" "${'${current%%=*}'}" && _albatross_offer "$found" "${'${current#*=}'}"
    [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${'${COMPREPLY[@]/#/${current%%=*}=}'}")
  elif [[ -z $is_plain && $current == -* ]]; then
    _albatross_options "$command"
    _albatross_offer "choices $found" "$current"
  elif [[ -z $command ]]; then
    _albatross_offer "choices $_albatross_commands" "$current"
  else
    _albatross_value "$command" "$((number + 1))" && _albatross_offer "$found" "$current"
  fi
  return 0
}

complete -F _albatross albatross albatross-client
`;
}
