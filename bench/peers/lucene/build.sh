#!/bin/sh
# build.sh OUT: fetches Lucene and compiles the driver into OUT; nothing is written beside the sources.
# Exit 3 and one line on stderr when mvn, a JDK of at least 21 (Lucene 10 needs it) or the registry is missing.
# The JDK is LUCENE_JAVA_HOME or JAVA_HOME, else the java on PATH, else the newest one installed beside that.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)

skip() {
    echo "skipped: lucene ($1)" >&2
    exit 3
}

# java_major HOME: 21, 25, …; 0 where there is no JDK with a compiler.
java_major() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || { echo 0; return; }
    "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1
}

command -v mvn > /dev/null || skip "no mvn"
path_java=$(command -v java) || path_java=
candidates="${LUCENE_JAVA_HOME:-} ${JAVA_HOME:-}"
if [ -n "$path_java" ]; then
    path_home=$(dirname "$(dirname "$(readlink -f "$path_java")")")
    candidates="$candidates $path_home $(ls -d "$(dirname "$path_home")"/* | sort -rV)"
fi
home=
for candidate in $candidates; do
    major=$(java_major "$candidate")
    if [ "${major:-0}" -ge 21 ]; then
        home=$candidate
        break
    fi
done
[ -n "$home" ] || skip "no JDK of at least 21: set LUCENE_JAVA_HOME"

rm -rf "$out/lib" "$out/classes"
mkdir -p "$out/lib" "$out/classes"
mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$out/lib" > "$out/mvn.log" 2>&1 ||
    skip "mvn could not fetch the libraries: see mvn.log in the build directory"
"$home/bin/javac" -Xlint:all -Werror -encoding UTF-8 -cp "$out/lib/*" -d "$out/classes" "$here"/src/*.java
echo "$home" > "$out/java_home"
echo "Lucene $(sed -n 's|.*<lucene.version>\(.*\)</lucene.version>.*|\1|p' "$here/pom.xml")" > "$out/version"
