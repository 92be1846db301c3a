#!/bin/sh
# Builds dist/jinlin_VERSION_ARCH.deb from the PyInstaller folder, in the layout that UOS asks for:
# everything under /opt/apps/APPID/{entries,files,info}, and no scripts that run at installation.
set -eu
cd "$(dirname "$0")/../.."
APPID=cn.jinlin.desktop
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
ARCH=$(dpkg --print-architecture)
TREE=build/deb
APP=$TREE/opt/apps/$APPID

.venv/bin/pyinstaller --noconfirm --log-level ERROR --distpath dist --workpath build/pyinstaller \
    installers/jinlin.spec

rm -rf "$TREE"
mkdir -p "$TREE/DEBIAN" "$APP/entries/applications" "$APP/entries/icons/hicolor/scalable/apps"
cp -r dist/jinlin "$APP/files"
cp LICENSE "$APP/files/LICENSE"
cp resources/icons/roster.svg "$APP/entries/icons/hicolor/scalable/apps/$APPID.svg"

cat > "$APP/entries/applications/$APPID.desktop" <<END
[Desktop Entry]
Type=Application
Name=近邻
Comment=社区书记的离线工作台
Exec=/opt/apps/$APPID/files/jinlin open
Icon=$APPID
Terminal=false
Categories=Office;
END

cat > "$APP/info" <<END
{"appid": "$APPID", "name": "近邻", "version": "$VERSION", "arch": ["$ARCH"],
 "permissions": {"autostart": false, "notification": false, "trayicon": false, "clipboard": true,
 "account": false, "bluetooth": false, "camera": false, "audio_record": false,
 "installed_apps": false}}
END

cat > "$TREE/DEBIAN/control" <<END
Package: $APPID
Version: $VERSION
Architecture: $ARCH
Maintainer: Jinlin <jinlin@localhost>
Section: utils
Priority: optional
Depends: libegl1, libgl1, libglib2.0-0, libxkbcommon0, libdbus-1-3, libfontconfig1, libxcb-cursor0, libxcb-icccm4, libxcb-keysyms1, libxcb-image0, libxcb-render-util0, libxkbcommon-x11-0
Installed-Size: $(du -sk "$APP" | cut -f1)
Description: 近邻：社区书记的离线工作台
 Roster, visit log, monthly report and sealed exchange for community offices without network.
END

dpkg-deb --root-owner-group --build "$TREE" "dist/${APPID}_${VERSION}_${ARCH}.deb"
