/** Shells that are taught, in the order in which they are named. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/*
 * Each asks the program itself (`posture complete`), which answers one candidate a line, with what it is after a tab; or `:file` or `:folder`, which
 * the shell completes better. So there is nothing in them to fall out of date.
 */

/** Without what bash 4 brought: that of macOS is 3.2. */
const BASH = `# Completion of posture for bash. In ~/.bashrc:  source <(posture completion bash)
_posture() {
  local cur=\${COMP_WORDS[COMP_CWORD]} line path
  [ "$cur" = "=" ] && cur=""
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :file | :folder)
        while IFS= read -r path; do COMPREPLY+=("$path"); done < <(
          if [ "$line" = ":file" ]; then compgen -f -- "$cur"; else compgen -d -- "$cur"; fi
        )
        compopt -o filenames 2>/dev/null
        ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("\${1/#\\~/$HOME}" complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _posture posture
`;

const ZSH = `#compdef posture
# Completion of posture for zsh. In ~/.zshrc, after compinit:  source <(posture completion zsh)
_posture() {
  local line text
  local -a found
  while IFS= read -r line; do
    case $line in
      :file) _files; return ;;
      :folder) _files -/; return ;;
      *)
        text=\${\${line%%$'\\t'*}//:/\\\\:}
        [[ $line == *$'\\t'?* ]] && text+=":\${line#*$'\\t'}"
        found+=("$text")
        ;;
    esac
  done < <(\${~words[1]} complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#found )) || return 1
  if [[ $words[CURRENT] == -* ]]; then _describe -o option found; else _describe value found; fi
}
if [[ $funcstack[1] == _posture ]]; then _posture "$@"; else compdef _posture posture; fi
`;

const FISH = `# Completion of posture for fish:  posture completion fish > ~/.config/fish/completions/posture.fish
function __posture_complete
    set -l token (commandline -ct)
    set -l words (commandline -opc)
    set -l found ($words[1] complete fish -- $words[2..-1] "$token" 2>/dev/null)
    switch "$found[1]"
        case ':file'
            __fish_complete_path "$token"
        case ':folder'
            __fish_complete_directories "$token"
        case '*'
            printf '%s\\n' $found
    end
end
complete -c posture -f -a '(__posture_complete)'
`;

/** What a shell has to be given once. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
