#!/usr/bin/env bash
# Makes .venv from the locks and sees to the distribution packages that PURPOSE needs.
# Usage: .ci/bootstrap.sh run | check | test      As root it installs what is missing; otherwise it says what.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:?run, check or test}

say() { printf '%s\n' "$*" >&2; }

has_library() { /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
has_font() { find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
  -iname "$1" -print -quit 2>/dev/null | grep -q .; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

find_python() {
  local name
  for name in "${PYTHON:-}" python3.11 python3; do
    if [[ -n $name ]] && command -v "$name" >/dev/null &&
      "$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
}

needed=() # the start is not possible without these
wanted=() # documents look poor without these
need() { needed+=("$@"); }

python=$(find_python)
[[ -n $python ]] || need python3
[[ -z $python ]] || "$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
has_library libpango-1.0.so.0 || need libpango-1.0-0
has_library libpangoft2-1.0.so.0 || need libpangoft2-1.0-0
has_library libharfbuzz-subset.so.0 || need libharfbuzz-subset0
has_font 'NotoSerifCJK*' || wanted+=(fonts-noto-cjk)
has_font 'gkai00mp*' || wanted+=(fonts-arphic-gkai00mp)
if [[ $purpose == test ]]; then
  has_postgres || need postgresql
  command -v redis-server >/dev/null || need redis-server
  command -v chromium >/dev/null || need chromium chromium-l10n
  [[ -x /usr/lib/libreoffice/program/scalc ]] || need libreoffice-calc
  [[ -x /usr/lib/libreoffice/program/swriter ]] || need libreoffice-writer
  command -v pdftotext >/dev/null || need poppler-utils
fi

install_packages() {
  say "Installing: $*"
  local log
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get -q update && apt-get -q install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    say "apt-get could not install: $*"
    exit 1
  fi
  rm -f "$log"
}

if ((${#needed[@]} + ${#wanted[@]})); then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    install_packages "${needed[@]}" "${wanted[@]}"
    python=$(find_python)
  elif ((${#needed[@]})); then
    say "Packages are missing. Run once:  sudo apt-get install -y ${needed[*]} ${wanted[*]}"
    exit 1
  else
    say "Fonts are missing; documents will lack Chinese characters.  sudo apt-get install -y ${wanted[*]}"
  fi
fi
[[ -n $python ]] || { say "Python 3.11 is needed; PYTHON=/path/to/python3.11 names one."; exit 1; }

if ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
  say "Making the virtual environment .venv"
  "$python" -m venv --clear .venv
fi

install_lock() { # a stamp with the lock's digest makes the next run quick
  local digest
  digest=$(sha256sum <"$1")
  [[ $(cat ".venv/$1.stamp" 2>/dev/null) == "$digest" ]] && return
  say "Installing $1"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$1" >&2
  printf '%s\n' "$digest" >".venv/$1.stamp"
}
install_lock requirements.txt
[[ $purpose == run ]] || install_lock requirements-dev.txt
