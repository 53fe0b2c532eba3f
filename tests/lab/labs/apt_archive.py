"""Archives of apt in a folder of a box, with packages of tests: what is behind there is known.

The box's own archives are left out meanwhile: what those have from day to day decides nothing.
"""

# functions `deb` and `archive`, for the box's sh as root
MAKE = r"""
set -eu
deb() {  # ARCHIVE NAME VERSION [FIELD]...; /srv/NAME.postinst and /srv/NAME.conf go into it
  at=/srv/archives/$1 name=$2 version=$3; shift 3
  work=$(mktemp -d); mkdir -p "$work/DEBIAN" "$work/usr/share/$name" "$work/etc" "$at"
  echo "$version" >"$work/usr/share/$name/version"
  { printf 'Package: %s\nVersion: %s\nArchitecture: all\n' "$name" "$version"
    printf 'Maintainer: Tests <t@t.test>\n'
    for one; do printf '%s\n' "$one"; done
    printf 'Description: of tests\n'; } >"$work/DEBIAN/control"
  [ ! -e "/srv/$name.postinst" ] || install -m 755 "/srv/$name.postinst" "$work/DEBIAN/postinst"
  if [ -e "/srv/$name.conf" ]; then
    { cat "/srv/$name.conf"; echo "# $version"; } >"$work/etc/$name.conf"
    echo "/etc/$name.conf" >"$work/DEBIAN/conffiles"
  fi
  dpkg-deb --build --root-owner-group "$work" "$at/${name}_${version}_all.deb" >/dev/null
  rm -rf "$work"
}
archive() {  # ARCHIVE FIELD...: of its Release file
  name=$1; shift
  cd "/srv/archives/$name"; : >Packages
  for file in *.deb; do
    dpkg-deb --field "$file" >>Packages
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" \
      "$(sha256sum <"$file" | cut -d' ' -f1)" >>Packages
  done
  { for one; do printf '%s\n' "$one"; done
    printf 'Date: %s\nSHA256:\n %s %s Packages\n' "$(LC_ALL=C date -Ru)" \
      "$(sha256sum <Packages | cut -d' ' -f1)" "$(stat -c %s Packages)"; } >Release
  cd /
  echo "deb [trusted=yes] file:/srv/archives/$name ./" >"/etc/apt/sources.list.d/$name.list"
}
publish() {
  [ ! -d /srv/archives/main ] || archive main 'Origin: Debian' 'Label: Debian' \
    'Suite: stable' 'Codename: bookworm' 'Version: 12.9'
  [ ! -d /srv/archives/point ] || archive point 'Origin: Debian' 'Label: Debian' \
    'Suite: stable-updates' 'Codename: bookworm-updates' 'Version: 12-updates'
  [ ! -d /srv/archives/security ] || archive security 'Origin: Debian' 'Label: Debian-Security' \
    'Suite: stable-security' 'Codename: bookworm-security' 'Version: 12'
}
own_archives() {  # off or on
  for file in /etc/apt/sources.list.d/debian.sources*; do
    to=${file%.off}
    [ "$1" != off ] || to=$to.off
    [ "$file" = "$to" ] || mv "$file" "$to"
  done
}
"""
