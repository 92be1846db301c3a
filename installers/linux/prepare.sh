#!/bin/sh
# Makes sure that this machine has what pip cannot bring: a recent Python and Qt's system libraries.
# Installs missing ones through the package manager where that is allowed, otherwise names them.
# With --long also the programs that `make test-long` lets read and print our papers.
set -eu
PYTHON="${PYTHON:-python3}"
missing=""

need_library() { # file-name package
    if ! ldconfig -p 2>/dev/null | grep -q "$1" && ! ls /usr/lib/*/"$1"* /usr/lib/"$1"* >/dev/null 2>&1; then
        missing="$missing $2"
    fi
}

PATH="$PATH:/sbin:/usr/sbin"
need_library libEGL.so.1 libegl1
need_library libGL.so.1 libgl1
need_library libglib-2.0.so.0 libglib2.0-0
need_library libxkbcommon.so.0 libxkbcommon0
need_library libdbus-1.so.3 libdbus-1-3
need_library libfontconfig.so.1 libfontconfig1
# only the window on a real X11 screen needs these, but then it does not start without them
need_library libxcb-cursor.so.0 libxcb-cursor0
need_library libxcb-icccm.so.4 libxcb-icccm4
need_library libxcb-keysyms.so.1 libxcb-keysyms1
need_library libxcb-image.so.0 libxcb-image0
need_library libxcb-render-util.so.0 libxcb-render-util0
need_library libxkbcommon-x11.so.0 libxkbcommon-x11-0

need_program() { # name package
    if ! command -v "$1" >/dev/null 2>&1; then
        missing="$missing $2"
    fi
}

if [ "${1:-}" = --long ]; then
    need_program pdftotext poppler-utils
    need_program gs ghostscript
    need_program cupsd cups
    need_program lpadmin cups-client
    if [ ! -x /usr/lib/cups/filter/pdftopdf ]; then missing="$missing cups-filters"; fi
fi

if ! command -v "$PYTHON" >/dev/null 2>&1; then
    missing="$missing python3 python3-venv"
elif ! "$PYTHON" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    missing="$missing python3-venv"
fi

if [ -n "$missing" ]; then
    run=""
    if [ "$(id -u)" != 0 ]; then run="sudo -n"; fi
    if command -v apt-get >/dev/null 2>&1 && { [ -z "$run" ] || sudo -n true 2>/dev/null; }; then
        echo "正在安装系统组件：$missing" >&2
        # shellcheck disable=SC2086  # several package names
        $run apt-get update -qq && $run env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "本机缺少这些系统组件，请让管理员安装后再试：$missing" >&2
        exit 1
    fi
fi

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "需要 Python 3.11 或更新的版本，本机是：$("$PYTHON" --version)。可用 make PYTHON=… 指定。" >&2
    exit 1
fi
