# shellcheck shell=sh
cd /etc/apt 2>/dev/null || exit 0
set -- sources.list sources.list.d/*.list sources.list.d/*.sources
for file; do [ ! -f "$file" ] || grep -aH "" -- "$file"; done
cat -- "$@" 2>/dev/null | grep -aoE 'mirror[+](file|copy):[^][:space:]"]+' |
  sed -E 's#^mirror[+](file|copy):/*#/#' | sort -u |
  while read -r list; do [ ! -f "$list" ] || grep -aH "" -- "$list"; done
# who publishes what was fetched last
for file in /var/lib/apt/lists/*Release; do
  [ ! -f "$file" ] || grep -aHm1 '^Origin:' -- "$file"
done
for file in /etc/lsb-release /etc/os-release; do
  [ ! -f "$file" ] || grep -aHE '^(ID|VERSION_CODENAME|DISTRIB_CODENAME)=' "$file"
done
true
